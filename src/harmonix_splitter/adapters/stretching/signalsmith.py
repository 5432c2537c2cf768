"""Signalsmith Stretch: polyphonic, in time to a few samples, some fifty times faster than the music."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from harmonix_splitter.domain.units import Seconds, Semitones
from harmonix_splitter.services.ports.media import Samples

# The binding takes a recording in one go. A long one goes in pieces that lap over; each seam is laid where the two
# renderings of the lap differ least, and they are faded into each other there.
_LAP, _EDGE, _FADE = 3.0, 0.4, 0.03
USUAL_PIECE = Seconds(120.0)


@dataclass(frozen=True)
class SignalsmithStretcher:
    """What fits into one piece comes out as it would in one go. A piece is at least two laps (six seconds) long."""

    piece: Seconds = USUAL_PIECE

    def stretched(self, blocks: Iterable[Samples], rate: int, tempo: float, semitones: Semitones) -> Iterator[Samples]:
        piece, lap = int(self.piece * rate), int(_LAP * rate)
        read = given = 0
        kept = np.zeros((0, 2), np.float32)
        for start, samples in _lapping(blocks, piece, lap):
            read = start + len(samples)
            ahead = _in_one_go(samples, rate, tempo, semitones)
            done, kept = _seamed(kept, ahead, round(start / tempo) - given, rate)
            given += len(done)
            yield done
        left = round(read / tempo) - given
        yield np.pad(kept, ((0, max(0, left - len(kept))), (0, 0)))[:left]


def _lapping(blocks: Iterable[Samples], piece: int, lap: int) -> Iterator[tuple[int, Samples]]:
    """(first sample, samples) of pieces; each but the first begins `lap` before the end of the one before it."""
    held: list[Samples] = []
    start = count = 0
    for block in blocks:
        held.append(block)
        count += len(block)
        while count > piece + lap:
            whole = np.concatenate(held)
            yield start, whole[:piece]
            held, start = [whole[piece - lap :]], start + piece - lap
            count = len(held[0])
    if held:
        yield start, np.concatenate(held)


def _in_one_go(samples: Samples, rate: int, tempo: float, semitones: Semitones) -> Samples:
    from python_stretch import Signalsmith

    stretch = Signalsmith.Stretch(1)
    stretch.preset(2, float(rate))
    stretch.timeFactor = tempo
    stretch.setTransposeSemitones(float(semitones))
    return np.asarray(stretch.process(np.ascontiguousarray(samples.T)), dtype=np.float32).T


def _seamed(kept: Samples, ahead: Samples, offset: int, rate: int) -> tuple[Samples, Samples]:
    """What is now finished, and what waits for the next seam; `ahead` begins `offset` samples into `kept`."""
    if not len(kept):
        return kept, ahead
    edge, fade = int(_EDGE * rate), int(_FADE * rate)
    first, last = kept[offset + edge : -edge], ahead[edge : len(kept) - offset - edge]
    differs = ((first - last) ** 2).sum(axis=1)
    within = np.convolve(differs, np.ones(fade), "valid")
    seam = int(within.argmin())
    rising = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
    faded = first[seam : seam + fade] * (1 - rising) + last[seam : seam + fade] * rising
    done = np.concatenate([kept[: offset + edge + seam], faded])
    return done, ahead[edge + seam + fade :]
