"""How a recording sounds in 32-bit words, one every 23 ms, so that it is known again whatever file it comes in.

Each bit says whether the energy difference of two neighbouring bands grew or fell since the word before: unmoved by
level, encoding and sample rate, lost when the pitch or the take is another. Another mix of the same take changes few of
them: the levels of `mixes` tell that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from harmonix_splitter.audio import mixes

RATE = 5512
FRAME = 2048
HOP = 128
SECONDS_PER_WORD = HOP / RATE
_BANDS = 33
_LOWEST, _HIGHEST = 300.0, 2000.0
_BITS = 2.0 ** np.arange(32)
_BATCH = 1024
_LONG = round(240 / SECONDS_PER_WORD)

Words = NDArray[np.uint32]


@dataclass(frozen=True)
class Heard:
    words: Words
    levels: mixes.Levels
    """A row for each word."""


class Slower:
    """Turns stereo blocks of any rate into mono blocks at `RATE`."""

    def __init__(self, rate: int) -> None:
        self._stream = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="LQ")

    def slowed(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        mono = np.ascontiguousarray(block.mean(axis=1), np.float32)
        return np.asarray(self._stream.resample_chunk(mono), np.float32)

    def rest(self) -> NDArray[np.float32]:
        return np.asarray(self._stream.resample_chunk(np.zeros(0, np.float32), last=True), np.float32)


def hear(blocks: Iterable[NDArray[np.float32]]) -> Heard:
    """The words and levels of mono blocks at `RATE`; memory stays bounded by these and a batch of frames."""
    window = np.hanning(FRAME).astype(np.float32)
    edges, level_edges = _band_edges(_LOWEST, _HIGHEST, _BANDS), _band_edges(mixes.LOWEST, mixes.HIGHEST, mixes.BANDS)
    before: NDArray[np.float64] | None = None
    found, levels = [], []
    for frames in _frames(blocks):
        spectrum = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
        energy = np.add.reduceat(spectrum, edges, axis=1)[:, :_BANDS]
        differences = energy[:, :-1] - energy[:, 1:]
        earlier = differences[:1] if before is None else before
        change = differences - np.vstack([earlier, differences[:-1]])
        found.append(((change > 0) @ _BITS).astype(np.uint32))
        before = differences[-1:]
        levels.append(np.add.reduceat(spectrum, level_edges, axis=1)[:, : mixes.BANDS].astype(np.float32))
    if not found:
        return Heard(np.zeros(0, np.uint32), np.zeros((0, mixes.BANDS), np.float32))
    return Heard(np.concatenate(found), np.concatenate(levels))


def marks_of(words: Words) -> list[int]:
    """The few words (one in 64, chosen by their value) that candidates are found by, as signed 32-bit numbers."""
    return _marks_among(words[_says_something(words)])


def marks_near(words: Words) -> list[int]:
    """Those, and the ones that words would be with one bit changed: an encoder changes a bit of most words, and of
    something short few would be left. Of something long there are enough."""
    if len(words) > _LONG:
        return marks_of(words)
    said = words[_says_something(words)]
    return _marks_among(np.concatenate([said, *(said ^ np.uint32(1 << bit) for bit in range(32))]))


def _marks_among(words: Words) -> list[int]:
    scattered = (words.astype(np.uint64) * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    chosen = np.unique(words[scattered >> np.uint64(26) == 0])
    return [int(mark) for mark in chosen.astype(np.int32)]


def offset_between(ours: Words, theirs: Words) -> int | None:
    """At which word of theirs ours begins (negative: ours begins earlier); None when nothing agrees."""
    order = np.argsort(theirs, kind="stable")
    places = np.searchsorted(theirs[order], ours)
    places[places == len(theirs)] = 0
    same = (theirs[order][places] == ours) & _says_something(ours)
    if np.count_nonzero(same) < 5:
        return None
    shifts = order[places[same]] - np.flatnonzero(same)
    values, votes = np.unique(shifts, return_counts=True)
    likely = values[np.argsort(votes)[-5:]]
    nearby = sorted({int(shift) + step for shift in likely for step in (-1, 0, 1)})
    return min(nearby, key=lambda shift: unlikeness(ours, theirs, shift))


def unlikeness(ours: Words, theirs: Words, offset: int) -> float:
    """The share of differing bits where they overlap: near 0 for the same sound, 0.5 for another."""
    errors = _differing(ours, theirs, offset)
    return float(errors.mean()) if len(errors) else 0.5


def worst_stretch(ours: Words, theirs: Words, offset: int, seconds: float = 8.0) -> float:
    """The unlikeness of the least alike stretch of so many seconds."""
    errors = _differing(ours, theirs, offset)
    length = int(seconds / SECONDS_PER_WORD)
    stretches = [errors[start : start + length] for start in range(0, max(1, len(errors) - length // 2), length)]
    return max((float(stretch.mean()) for stretch in stretches if len(stretch)), default=0.5)


def overlap(ours: Words, theirs: Words, offset: int) -> float:
    """The share of the longer recording that both have, 0 to 1."""
    shared = min(len(ours), len(theirs) - offset) - max(0, -offset)
    return max(0.0, shared / max(len(ours), len(theirs), 1))


def _differing(ours: Words, theirs: Words, offset: int) -> NDArray[np.float64]:
    """Per overlapping word, the share of bits that differ; stretches of silence in either are left out."""
    start, end = max(0, -offset), min(len(ours), len(theirs) - offset)
    if end <= start:
        return np.zeros(0)
    one, other = ours[start:end], theirs[start + offset : end + offset]
    bits = np.unpackbits((one ^ other).view(np.uint8).reshape(-1, 4), axis=1).sum(axis=1) / 32.0
    return np.asarray(bits[_says_something(one) & _says_something(other)], np.float64)


def _says_something(words: Words) -> NDArray[np.bool_]:
    return np.asarray((words != 0) & (words != 0xFFFFFFFF), np.bool_)


def _band_edges(lowest: float, highest: float, bands: int) -> NDArray[np.intp]:
    frequencies = np.geomspace(lowest, highest, bands + 1)
    return np.round(frequencies * FRAME / RATE).astype(np.intp)


def _frames(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Overlapping frames, up to a batch at a time."""
    kept = np.zeros(0, np.float32)
    for block in blocks:
        kept = np.concatenate([kept, block])
        while len(kept) >= FRAME + HOP * (_BATCH - 1):
            yield np.lib.stride_tricks.sliding_window_view(kept, FRAME)[::HOP][:_BATCH]
            kept = kept[HOP * _BATCH :]
    if len(kept) >= FRAME:
        yield np.lib.stride_tricks.sliding_window_view(kept, FRAME)[::HOP]
