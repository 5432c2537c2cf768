"""A recording of any length through an engine: measured once, then cut, split and cross-faded, a segment at a time."""

import sys
from collections.abc import Iterator
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.audio.chunks import CrossFade, Segment, Sliding
from harmonix_splitter.domain.separation import Track
from harmonix_splitter.errors import AudioError, SeparationError
from harmonix_splitter.services.ports.media import Samples
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.separation import StemSplitter

Floats = NDArray[np.float32]


def measured(blocks: Iterator[Samples], sample_rate: int, heard: Progress) -> Track:
    """Length and level of a whole recording, without keeping it."""
    frames, power, total, squares = 0, 0.0, 0.0, 0.0
    for block in blocks:
        middle = block.mean(axis=1, dtype=np.float64)
        frames += len(block)
        power += float(np.square(block, dtype=np.float64).sum()) / block.shape[1]
        total += float(middle.sum())
        squares += float(np.square(middle).sum())
        heard(0.0)
    mean = total / max(1, frames)
    variance = max(0.0, squares - frames * mean * mean) / max(1, frames - 1)
    return Track(frames, sample_rate, float(np.sqrt(power / max(1, frames))), mean, float(np.sqrt(variance)))


def split(
    blocks: Iterator[Samples], splitter: StemSplitter, track: Track, progress: Progress
) -> Iterator[tuple[Samples, Floats]]:
    """Pieces of (recording (frames, 2), stems (stems, 2, frames)) that join without a seam. Memory holds one batch."""
    plan = splitter.segmentation
    outside = track.mean if plan.outside_is_mean else 0.0
    sliding, crossfade = Sliding(blocks, outside=outside), CrossFade(len(splitter.stems), 2, plan.fade)
    batches = [*_batches(plan.segments(track.frames), splitter.batch), ()]
    still_read = _first_reads(batches)
    done = 0
    for number, (batch, following) in enumerate(pairwise(batches)):
        audio = np.stack([sliding.read(part.read, part.read + plan.length).T for part in batch])
        for part, result in zip(batch, _checked(splitter.split(audio, track), audio, splitter), strict=True):
            crossfade.add(part, result[:, :, part.kept])
        upto = following[0].start if following else track.frames
        yield sliding.read(done, upto), crossfade.take(upto)
        done = upto
        sliding.forget(min(done, still_read[number + 1]))
        progress(done / track.frames)
    if not sliding.at_end(track.frames):
        raise AudioError("The file changed while it was being read.", advice="Try again.")


def _batches(segments: Iterator[Segment], size: int) -> Iterator[tuple[Segment, ...]]:
    batch: list[Segment] = []
    for segment in segments:
        batch.append(segment)
        if len(batch) == size:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)


def _first_reads(batches: list[tuple[Segment, ...]]) -> list[int]:
    """The first frame that each batch or any later one reads: short last pieces may reach further back."""
    reads = [min((part.read for part in batch), default=sys.maxsize) for batch in reversed(batches)]
    return list(accumulate(reads, min))[::-1]


def _checked(results: Floats, audio: Floats, splitter: StemSplitter) -> Floats:
    """A model of the wrong shape, or one that returns no numbers, must not write a file."""
    pieces, _, frames = audio.shape
    if results.shape != (pieces, len(splitter.stems), 2, frames):
        raise SeparationError(f"The model returned audio of an unexpected shape {results.shape}.")
    if not np.isfinite(results).all():
        raise SeparationError("The model returned something that is not sound (not a number).")
    return results
