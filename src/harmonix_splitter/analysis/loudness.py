"""Loudness as EBU R128 / ITU-R BS.1770 measures it, true peak, silence and clipping, in one stream."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

_ABSOLUTE_GATE, _RELATIVE_GATE, _RANGE_GATE = -70.0, -10.0, -20.0
_BLOCKS_PER_SECOND = 10
_SILENT_BELOW, _SILENT_FOR = 1e-3, 2.0
_CLIPPED = 0.9999
_OVERSAMPLING, _PEAK_TAPS = 4, 12


@dataclass(frozen=True)
class LoudnessFacts:
    """LUFS (None when silent), LU, dBTP (None when silent), spans of silence in seconds, samples at full scale."""

    integrated: float | None
    range: float
    true_peak: float | None
    silences: tuple[tuple[float, float], ...]
    clipped_samples: int


@dataclass
class LoudnessStream:
    """Takes blocks (frames, channels) at `rate`; left and right weigh alike, mono counts as one channel."""

    rate: int
    _filters: list[Floats | None] = field(default_factory=lambda: [None, None])
    _left_over: Floats | None = None
    _tail: Floats | None = None
    _powers: list[Floats] = field(default_factory=list)
    _peaks: list[Floats] = field(default_factory=list)
    _true_peak: float = 0.0
    _clipped: int = 0

    def hear(self, block: Floats) -> None:
        if not len(block):
            return
        self._true_peak = max(self._true_peak, self._peak_between_samples(block))
        self._clipped += _runs_at_full_scale(block)
        weighted = (self._weighted(block) ** 2).sum(axis=1)
        pairs = np.column_stack([weighted, np.abs(block).max(axis=1)])
        self._collect(pairs)

    def finish(self) -> LoudnessFacts:
        powers = np.concatenate(self._powers) if self._powers else np.zeros(0)
        peaks = np.concatenate(self._peaks) if self._peaks else np.zeros(0)
        return LoudnessFacts(
            integrated=_integrated(_windows(powers, 4)),
            range=_range(_windows(powers, 30)),
            true_peak=_decibels(self._true_peak) if self._true_peak > 1e-7 else None,
            silences=_silences(peaks),
            clipped_samples=self._clipped,
        )

    def _collect(self, pairs: Floats) -> None:
        if self._left_over is not None:
            pairs = np.concatenate([self._left_over, pairs])
        step = self.rate // _BLOCKS_PER_SECOND
        whole = len(pairs) // step
        steps = pairs[: whole * step].reshape(whole, step, 2)
        self._powers.append(steps[:, :, 0].mean(axis=1))
        self._peaks.append(steps[:, :, 1].max(axis=1))
        self._left_over = pairs[whole * step :]

    def _weighted(self, block: Floats) -> Floats:
        from scipy.signal import sosfilt

        sections = _k_weighting(self.rate)
        state = self._filters[0]
        if state is None:
            state = np.zeros((2, 2, block.shape[1]))
        heard, self._filters[0] = sosfilt(sections, block, axis=0, zi=state)
        return heard

    def _peak_between_samples(self, block: Floats) -> float:
        """Four times oversampled around the loudest samples, the only places where a higher peak can hide."""
        before = self._tail if self._tail is not None else np.zeros((_PEAK_TAPS, block.shape[1]), block.dtype)
        whole = np.concatenate([before, block])
        self._tail = whole[-_PEAK_TAPS:]
        loud = np.abs(whole)
        sample_peak = float(loud.max())
        if sample_peak * 1.5 <= self._true_peak:
            return sample_peak
        threshold = max(0.7 * sample_peak, self._true_peak / 1.5)
        return max([sample_peak, *(_peak_near(whole[:, c], loud[:, c] >= threshold) for c in range(whole.shape[1]))])


_MOST_PLACES = 2000


def _peak_near(channel: Floats, is_loud: Floats) -> float:
    places = np.flatnonzero(is_loud)
    if len(places) > _MOST_PLACES:
        places = places[np.argsort(-np.abs(channel[places]))[:_MOST_PLACES]]
    around = np.arange(-_PEAK_TAPS // 2, _PEAK_TAPS // 2 + 1)
    index = places[:, None] + around[None, :]
    inside = (index >= 0) & (index < len(channel))
    windows = np.where(inside, channel[np.clip(index, 0, len(channel) - 1)], 0.0)
    return float(np.abs(windows @ _between_samples()).max(initial=0.0))


@cache
def _between_samples() -> Floats:
    """(taps, points): values a quarter, half and three quarters of a sample away, by windowed sinc."""
    taps = np.arange(-_PEAK_TAPS // 2, _PEAK_TAPS // 2 + 1)
    shifts = np.arange(-_OVERSAMPLING + 1, _OVERSAMPLING) / _OVERSAMPLING
    distance = taps[:, None] - shifts[None, :]
    return np.sinc(distance) * np.cos(np.pi * distance / (_PEAK_TAPS + 4)) ** 2


@cache
def _k_weighting(rate: int) -> Floats:
    """The two filters of BS.1770 for any rate: a shelf for the head, a high-pass for the ear. (2, 6) sections."""
    return np.stack([_shelf(rate, 1681.974450955533, 3.999843853973347, 0.7071752369554196), _high_pass(rate)])


def _shelf(rate: int, frequency: float, gain: float, quality: float) -> Floats:
    k, v = np.tan(np.pi * frequency / rate), 10 ** (gain / 20)
    middle = v**0.4996667741545416
    a0 = 1 + k / quality + k * k
    b = [v + middle * k / quality + k * k, 2 * (k * k - v), v - middle * k / quality + k * k]
    a = [a0, 2 * (k * k - 1), 1 - k / quality + k * k]
    return np.array([*b, *a]) / a0


def _high_pass(rate: int) -> Floats:
    k, quality = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / quality + k * k
    return np.array([1, -2, 1, 1, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0])


def _windows(powers: Floats, width: int) -> Floats:
    if len(powers) < width:
        return powers[:0]
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    return (sums[width:] - sums[:-width]) / width


def _lufs(power: Floats) -> Floats:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))


def _integrated(powers: Floats) -> float | None:
    loud = powers[_lufs(powers) > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    gate = float(_lufs(loud.mean())) + _RELATIVE_GATE
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _range(powers: Floats) -> float:
    """EBU Tech 3342: from the 10th to the 95th hundredth of the three-second loudness."""
    loud = powers[_lufs(powers) > _ABSOLUTE_GATE]
    if not len(loud):
        return 0.0
    levels = _lufs(loud[_lufs(loud) > float(_lufs(loud.mean())) + _RANGE_GATE])
    return float(np.percentile(levels, 95) - np.percentile(levels, 10))


def _decibels(amplitude: float) -> float:
    return float(20 * np.log10(amplitude))


def _runs_at_full_scale(block: Floats) -> int:
    """Samples at full scale whose neighbour is as well: a lone one is a loud peak, not clipping."""
    full = np.abs(block) >= _CLIPPED
    return int((full[1:] & full[:-1]).sum())


def _silences(peaks: Floats) -> tuple[tuple[float, float], ...]:
    quiet = np.concatenate([[False], peaks < _SILENT_BELOW, [False]]).astype(int)
    starts, ends = np.flatnonzero(np.diff(quiet) == 1), np.flatnonzero(np.diff(quiet) == -1)
    spans = zip(starts / _BLOCKS_PER_SECOND, ends / _BLOCKS_PER_SECOND, strict=True)
    return tuple((float(a), float(b)) for a, b in spans if b - a >= _SILENT_FOR)
