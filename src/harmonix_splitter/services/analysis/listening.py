"""Decodes once: one stream of a recording feeds loudness and the spectra; stems are heard the same way."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from harmonix_splitter.analysis.instrument_model import Patches, patches_of
from harmonix_splitter.analysis.loudness import LoudnessFacts, LoudnessStream
from harmonix_splitter.audio.hearing import RATE, Spectra, SpectraStream
from harmonix_splitter.services.ports.analysis import Samples
from harmonix_splitter.services.ports.media import AudioReader
from harmonix_splitter.services.ports.progress import Progress

STUDIO_RATE = 44_100
_BLOCK = 1 << 17
USEFUL_STEMS = ("drums", "bass", "vocals", "guitar", "piano", "other")


@dataclass(frozen=True)
class Heard:
    """The recording and, where there are stems, each of them; `harmony` is the recording without its drums."""

    whole: Spectra
    loudness: LoudnessFacts
    stems: Mapping[str, Spectra] = field(default_factory=dict)

    @property
    def rhythm(self) -> Spectra:
        """Drums where they are separate and play; everything otherwise."""
        drums = self.stems.get("drums")
        return drums if drums is not None and plays(drums, self.whole) else self.whole

    @property
    def harmony(self) -> Spectra:
        return self.stems.get("harmony", self.whole)

    @property
    def bass(self) -> Spectra:
        bass = self.stems.get("bass")
        return bass if bass is not None and plays(bass, self.whole) else self.harmony


def plays(stem: Spectra, whole: Spectra) -> bool:
    """Whether a stem is loud enough, for long enough, to be trusted with anything."""
    if not len(stem.level) or not len(whole.level):
        return False
    threshold = 0.05 * float(np.percentile(whole.level, 80))
    return float((stem.level > threshold).mean()) > 0.25


@dataclass(frozen=True)
class RecordedSound:
    """A recording as engines hear it."""

    reader: AudioReader
    path: Path

    def mono(self, rate: int) -> Samples:
        return self.reader.load(self.path, rate, mono=True)


def heard_samples(blocks: Iterable[Samples]) -> Heard:
    """One pass over stereo (or mono) blocks at 44.1 kHz."""
    loudness, spectra = LoudnessStream(STUDIO_RATE), SpectraStream()
    for mono in _halved(_measured(blocks, loudness)):
        spectra.hear(mono)
    return Heard(spectra.finish(), loudness.finish())


def heard_recording(reader: AudioReader, recording: Path, stems: Mapping[str, Path], progress: Progress) -> Heard:
    """The recording, then each useful stem; `progress` hears the share of seconds done."""
    useful = [stem for stem in USEFUL_STEMS if stem in stems]
    count = 1 + len(useful)
    blocks = _told(reader.blocks(recording, STUDIO_RATE, 2, _BLOCK), progress, 0.0, 1 / count)
    heard = _heard_beside(blocks, _mono_blocks(reader, stems["drums"])) if "drums" in useful else heard_samples(blocks)
    parts = dict(heard.stems)
    for number, stem in enumerate(useful, start=2):
        if stem not in parts:
            parts[stem] = _heard_mono(_mono_blocks(reader, stems[stem]), with_pitches=stem == "bass")
        progress(number / count)
    return Heard(heard.whole, heard.loudness, parts)


def _heard_beside(recording: Iterable[Samples], drums: Iterator[Samples]) -> Heard:
    """The recording and its drums in step; notes are told by the one without the other."""
    loudness = LoudnessStream(STUDIO_RATE)
    whole, struck = SpectraStream(with_pitches=False), SpectraStream(with_pitches=False)
    harmony = SpectraStream(with_onsets=False)
    for mono, hits in _in_step(_halved(_measured(recording, loudness)), drums):
        whole.hear(mono)
        struck.hear(hits)
        harmony.hear(mono - hits)
    return Heard(whole.finish(), loudness.finish(), {"drums": struck.finish(), "harmony": harmony.finish()})


def _in_step(whole: Iterable[Samples], part: Iterator[Samples]) -> Iterator[tuple[Samples, Samples]]:
    """Each block of the whole with the same stretch of the part, which is silent after its end."""
    waiting = np.zeros(0, np.float32)
    for block in whole:
        while len(waiting) < len(block):
            more = next(part, None)
            waiting = np.append(waiting, np.zeros(len(block) - len(waiting), np.float32) if more is None else more)
        yield block, waiting[: len(block)]
        waiting = waiting[len(block) :]


def patches_in(reader: AudioReader, stems: Mapping[str, Path], progress: Progress) -> dict[str, Patches]:
    """What the instruments of each stem are told by, one stem after the other; `progress` hears the share done."""
    found: dict[str, Patches] = {}
    for number, (name, path) in enumerate(stems.items()):
        blocks = _told(_mono_blocks(reader, path), progress, number / len(stems), (number + 1) / len(stems))
        found[name] = patches_of(_heard_mono(blocks, with_pitches=False))
    return found


def _folded(block: Samples) -> Samples:
    """Mono; a product costs a sixth of a mean over so few channels."""
    channels = block.shape[1]
    mono: Samples = block @ np.full(channels, 1 / channels, np.float32)
    return mono


def halver() -> Callable[[Samples, bool], Samples]:
    """From 44.1 kHz to 22.05 kHz in a stream; the second argument says whether this is the end."""
    import soxr

    stream = soxr.ResampleStream(STUDIO_RATE, RATE, 1, dtype="float32", quality="MQ")

    def halve(block: Samples, is_last: bool) -> Samples:
        resampled: Samples = stream.resample_chunk(np.ascontiguousarray(block, np.float32), last=is_last)
        return resampled

    return halve


def _heard_mono(blocks: Iterable[Samples], with_pitches: bool = True) -> Spectra:
    stream = SpectraStream(with_pitches)
    for block in blocks:
        stream.hear(block)
    return stream.finish()


def _mono_blocks(reader: AudioReader, path: Path) -> Iterator[Samples]:
    return _halved(reader.blocks(path, STUDIO_RATE, 2, _BLOCK))


def _halved(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Mono at half the rate."""
    halve = halver()
    for block in blocks:
        yield halve(_folded(block), False)
    yield halve(np.zeros(0, np.float32), True)


def _measured(blocks: Iterable[Samples], loudness: LoudnessStream) -> Iterator[Samples]:
    for block in blocks:
        loudness.hear(block)
        yield block


def _told(blocks: Iterator[Samples], progress: Progress, start: float, end: float) -> Iterator[Samples]:
    """Nobody knows the length of a stream, so the share nears its end without ever reaching it."""
    seconds = 0.0
    for block in blocks:
        yield block
        seconds += len(block) / STUDIO_RATE
        progress(start + (end - start) * seconds / (seconds + 120))
