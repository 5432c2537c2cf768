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
        """Four times oversampled, only where a peak above the loudest so far could hide."""
        from scipy.signal import upfirdn

        before = self._tail if self._tail is not None else np.zeros((_PEAK_TAPS, block.shape[1]), block.dtype)
        self._tail = block[-_PEAK_TAPS:] if len(block) >= _PEAK_TAPS else np.concatenate([before, block])[-_PEAK_TAPS:]
        sample_peak = float(np.abs(block).max())
        if sample_peak * 1.5 <= self._true_peak:
            return sample_peak
        whole = np.concatenate([before, block])
        between = upfirdn(_peak_filter(), whole, up=_OVERSAMPLING, axis=0)
        return max(sample_peak, float(np.abs(between).max()))


@cache
def _peak_filter() -> Floats:
    taps = np.arange(-_PEAK_TAPS // 2 * _OVERSAMPLING, _PEAK_TAPS // 2 * _OVERSAMPLING + 1) / _OVERSAMPLING
    return np.sinc(taps) * np.kaiser(len(taps), 6.0)


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
