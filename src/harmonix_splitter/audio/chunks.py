"""Cutting a recording of any length into overlapping segments, and cross-fading the results together again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Segment:
    """One piece of a recording: frames [read, read + length) go in, results for [start, stop) come out.

    `read` may be negative and the end may lie beyond the recording: outside is silence.
    """

    read: int
    start: int
    stop: int

    @property
    def kept(self) -> slice:
        """Where the result lies within the segment."""
        return slice(self.start - self.read, self.stop - self.read)


@dataclass(frozen=True)
class Segmentation:
    """How an engine wants its audio. `margin` frames on either side are context whose result is thrown away;
    `fade` holds the weight of each of the other frames. `centred_end` reads the last, shorter pieces with the music
    in the middle of the segment, and `outside_is_mean` fills up with the recording's mean, both as Demucs does."""

    length: int
    stride: int
    margin: int
    fade: Floats
    centred_end: bool = False
    outside_is_mean: bool = False

    def segments(self, total: int) -> Iterator[Segment]:
        reach = self.length - 2 * self.margin
        at = 0
        while at < total:
            stop = min(total, at + reach)
            read = at - self.margin
            if self.centred_end:
                read = at - (self.length - (stop - at)) // 2
            yield Segment(read, at, stop)
            if stop == total and not self.centred_end:
                return
            at += self.stride

    def count(self, total: int) -> int:
        return sum(1 for _ in self.segments(total))


def with_context(core: int, margin: int, fade: int) -> Segmentation:
    """Segments that keep `core` frames, see `margin` more on either side, and cross-fade over `fade` frames."""
    ramp = (np.arange(fade, dtype=np.float32) + 1) / (fade + 1)
    weights = np.concatenate([ramp, np.ones(core - fade, np.float32), ramp[::-1]])
    return Segmentation(core + fade + 2 * margin, core, margin, weights)


def with_triangle(length: int, overlap: float) -> Segmentation:
    """Demucs' own way: every frame weighted by its distance from the segment's edge, neighbours `overlap` shared."""
    half = length // 2
    rise, fall = np.arange(1, half + 1), np.arange(length - half, 0, -1)
    weights = np.concatenate([rise, fall]).astype(np.float32)
    return Segmentation(length, int((1 - overlap) * length), 0, weights / weights.max(), True, True)


class Sliding:
    """A window on a stream of (frames, channels) blocks: read anywhere ahead, forget what lies behind."""

    def __init__(self, blocks: Iterator[Floats], channels: int = 2, outside: float = 0.0) -> None:
        self._blocks = blocks
        self._held: Floats = np.zeros((0, channels), np.float32)
        self._first, self._outside = 0, outside

    def read(self, start: int, stop: int) -> Floats:
        """Frames [start, stop), `outside` beyond the recording's ends. Nothing that was forgotten."""
        self._fill(stop)
        out = np.full((stop - start, self._held.shape[1]), self._outside, np.float32)
        low, high = max(start, self._first, 0), min(stop, self._first + len(self._held))
        if high > low:
            out[low - start : high - start] = self._held[low - self._first : high - self._first]
        return out

    def forget(self, before: int) -> None:
        gone = min(max(0, before - self._first), len(self._held))
        self._held = self._held[gone:].copy()
        self._first += gone

    def at_end(self, total: int) -> bool:
        """True when the stream holds exactly `total` frames."""
        self._fill(total + 1)
        return self._first + len(self._held) == total

    def _fill(self, upto: int) -> None:
        more: list[Floats] = []
        have = self._first + len(self._held)
        while have < upto and (block := next(self._blocks, None)) is not None:
            more.append(block)
            have += len(block)
        if more:
            self._held = np.concatenate(list(chain([self._held], more)))


class CrossFade:
    """Adds overlapping results together with their weights; hands out what no later segment can change."""

    def __init__(self, stems: int, channels: int, fade: Floats) -> None:
        self._sum: Floats = np.zeros((stems, channels, 0), np.float32)
        self._weight: Floats = np.zeros(0, np.float32)
        self._fade, self._first = fade, 0

    def add(self, segment: Segment, result: Floats) -> None:
        """`result` is (stems, channels, segment.stop - segment.start)."""
        self._grow(segment.stop - self._first)
        fade = self._fade[: segment.stop - segment.start]
        place = slice(segment.start - self._first, segment.stop - self._first)
        self._sum[:, :, place] += result * fade
        self._weight[place] += fade

    def take(self, upto: int) -> Floats:
        """Everything before frame `upto`, as (stems, channels, frames)."""
        count = upto - self._first
        done = self._sum[:, :, :count] / self._weight[:count]
        self._sum, self._weight = self._sum[:, :, count:].copy(), self._weight[count:].copy()
        self._first = upto
        return done

    def _grow(self, size: int) -> None:
        missing = size - len(self._weight)
        if missing > 0:
            self._sum = np.concatenate([self._sum, np.zeros((*self._sum.shape[:2], missing), np.float32)], axis=2)
            self._weight = np.concatenate([self._weight, np.zeros(missing, np.float32)])
