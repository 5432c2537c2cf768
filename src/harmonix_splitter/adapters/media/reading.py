"""Reading any media file as samples: decode, fold, resample, cut into blocks. Memory is bounded by the block."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harmonix_splitter.adapters.media.opening import opened
from harmonix_splitter.adapters.media.samples import floats_of, fold_for, without_gaps
from harmonix_splitter.domain.media import STUDIO_RATE, MediaFacts, MediaLimits
from harmonix_splitter.errors import AudioError
from harmonix_splitter.services.ports.media import Samples

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_MOST_BAD_PACKETS = 0.1
_BREAKS_OFF_BELOW = 0.9
_LONGEST_AAC_FRAME = 2048


@dataclass(frozen=True)
class PyAvMedia:
    """MediaProbe and AudioReader on PyAV; soxr resamples."""

    limits: MediaLimits = field(default_factory=MediaLimits)

    def probe(self, path: Path) -> MediaFacts:
        with opened(path, self.limits) as (_, _, facts):
            return facts

    def blocks(
        self, path: Path, rate: int | None = STUDIO_RATE, channels: int = 2, block: int = 65_536
    ) -> Iterator[Samples]:
        with opened(path, self.limits) as (container, stream, facts):
            pieces = _decoded(container, stream, facts, self.limits, channels)
            wanted = rate or facts.sample_rate
            if wanted != facts.sample_rate:
                pieces = _resampled(pieces, facts.sample_rate, wanted, channels)
            yield from _in_blocks(pieces, block)

    def load(self, path: Path, rate: int | None = STUDIO_RATE, mono: bool = False) -> Samples:
        blocks = list(self.blocks(path, rate, 1 if mono else 2))
        whole = np.concatenate(blocks) if blocks else np.zeros((0, 1 if mono else 2), np.float32)
        return whole[:, 0] if mono else whole


def _decoded(
    container: "InputContainer", stream: "AudioStream", facts: MediaFacts, limits: MediaLimits, channels: int
) -> Iterator[Samples]:
    """Samples at the file's own rate, counted: a header may lie about the length."""
    done = heard = 0
    fold: Any = None
    layout = ""
    for frame in _frames(container, stream):
        if frame.sample_rate != facts.sample_rate:
            raise AudioError("The sample rate changes in the middle of this file.", advice="Convert it to WAV first.")
        if frame.layout.nb_channels > limits.max_channels:
            raise AudioError(
                f"This file has {frame.layout.nb_channels} channels; up to {limits.max_channels} are supported."
            )
        if frame.layout.name != layout:
            layout, fold = frame.layout.name, fold_for(frame, channels)
        samples = floats_of(frame)[: _padding_starts(facts, done + frame.samples) - done]
        done += len(samples)
        limits.check_length(done, facts)
        samples, usable = without_gaps(samples)
        heard += usable
        yield samples if fold is None else samples @ fold
    _check_complete(done, facts)
    if not heard:
        raise AudioError(
            "This file holds no usable sound: none of its samples is a number.", advice="Export or download it again."
        )


def _frames(container: "InputContainer", stream: "AudioStream") -> Iterator["AudioFrame"]:
    """Every frame that decodes. A few damaged packets are passed over, as players do; many are an error."""
    from av.error import FFmpegError

    packets = bad = 0
    demuxed = iter(container.demux(stream))
    while True:
        try:
            packet = next(demuxed)
            packets += 1
            yield from packet.decode()
        except StopIteration:
            break
        except FFmpegError as problem:
            bad += 1
            if bad > 8 + _MOST_BAD_PACKETS * packets:
                raise AudioError("This file is too damaged to be decoded.", reason=str(problem)) from problem
    if packets and bad == packets:
        raise AudioError("Nothing in this file could be decoded.")


def _padding_starts(facts: MediaFacts, done: int) -> int:
    """Where the music ends: MP4 files fill their last AAC frame, and say the true length beside it."""
    is_padded = facts.container == "mov" and 0 < done - facts.samples < _LONGEST_AAC_FRAME
    return facts.samples if is_padded else done


def _check_complete(done: int, facts: MediaFacts) -> None:
    if done == 0:
        raise AudioError("There is no sound in this file.")
    missing = facts.samples - done
    if facts.is_length_sure and missing > facts.sample_rate / 2 and done < _BREAKS_OFF_BELOW * facts.samples:
        raise AudioError(
            f"This file breaks off: it should last {facts.duration:.1f} s, but only "
            f"{done / facts.sample_rate:.1f} s are there.",
            advice="Download or copy it again.",
        )


def _resampled(pieces: Iterator[Samples], own: int, wanted: int, channels: int) -> Iterator[Samples]:
    """The same music at another rate, in exactly round(frames * wanted / own) frames."""
    import soxr

    stream = soxr.ResampleStream(own, wanted, channels, dtype="float32", quality="HQ")
    frames = given = 0
    for piece in pieces:
        frames += len(piece)
        out = stream.resample_chunk(np.ascontiguousarray(piece))
        given += len(out)
        yield out
    rest = stream.resample_chunk(np.zeros((0, channels), np.float32), last=True)
    missing = round(frames * wanted / own) - given
    tail = np.zeros((max(0, missing), channels), np.float32)
    tail[: len(rest)] = rest[: len(tail)]
    yield tail


def _in_blocks(pieces: Iterator[Samples], block: int) -> Iterator[Samples]:
    waiting: list[Samples] = []
    held = 0
    for piece in pieces:
        waiting.append(piece)
        held += len(piece)
        if held >= block:
            joined = np.concatenate(waiting)
            whole = held - held % block
            yield from np.split(joined[:whole], whole // block)
            waiting, held = [joined[whole:]], held - whole
    if held:
        yield np.concatenate(waiting)
