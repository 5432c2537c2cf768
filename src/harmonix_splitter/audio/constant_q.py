"""Constant-Q magnitudes, octave by octave: what chord and key networks were trained to see.

The scale is that of the usual implementations: a sine of amplitude a reads a / 2 * sqrt(window length in samples).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


@dataclass(frozen=True)
class ConstantQ:
    """`bins` from `lowest` Hz, `per_octave` to the octave, a frame every `hop` samples, centred."""

    rate: int
    hop: int
    lowest: float
    bins: int
    per_octave: int
    with_fast_top: bool = False

    @property
    def frequencies(self) -> Floats:
        return np.asarray(self.lowest * 2.0 ** (np.arange(self.bins) / self.per_octave))

    @property
    def lengths(self) -> Floats:
        """Window length of each bin in samples at `rate`."""
        ratio = 2.0 ** (2 / self.per_octave)
        return np.asarray((ratio + 1) / (ratio - 1) * self.rate / self.frequencies)

    def of(self, audio: Floats) -> Floats:
        """(samples,) -> (frames, bins), frames at 0, hop, 2 * hop ..."""
        frames = len(audio) // self.hop + 1
        found = np.zeros((frames, self.bins), np.float32)
        fast = self._fast_bins
        if fast.any():
            found[:, fast] = self._fast_top(audio, frames, fast)
        slow = np.flatnonzero(~fast)
        step, halved = 1, audio
        for top in range(len(slow), 0, -self.per_octave):
            part = slow[max(0, top - self.per_octave) : top]
            while self._can_halve(part, step):
                halved, step = _halved(halved), step * 2
            found[:, part] = self._octave(halved, step, part, frames)
        return found

    @property
    def _fast_bins(self) -> Floats:
        powers = 2.0 ** np.ceil(np.log2(self.lengths))
        is_short = powers < 2 * self.hop
        return np.asarray(is_short if self.with_fast_top else np.zeros(self.bins, bool))

    def _can_halve(self, part: Floats, step: int) -> bool:
        highest = float(self.frequencies[part[-1]]) * 1.06
        return highest < 0.42 * self.rate / (2 * step) and len(part) > 0

    def _octave(self, audio: Floats, step: int, part: Floats, frames: int) -> Floats:
        lengths = self.lengths[part] / step
        size = int(2 ** np.ceil(np.log2(lengths.max() + 1)))
        filters = _filters(tuple(self.frequencies[part] * step / self.rate), tuple(lengths), size)
        centres = np.round(np.arange(frames) * self.hop / step).astype(int)
        padded = np.pad(audio, (size // 2, size // 2 + step + 2))
        found = np.empty((frames, len(part)), np.float32)
        for at in range(0, frames, 512):
            index = np.minimum(centres[at : at + 512], len(padded) - size)
            windows = np.lib.stride_tricks.sliding_window_view(padded, size)[index]
            found[at : at + 512] = np.abs(_spectrum(windows) @ filters)
        return found * np.sqrt(self.lengths[part]).astype(np.float32)

    def _fast_top(self, audio: Floats, frames: int, fast: Floats) -> Floats:
        """Short windows: plain spectra weighed by each filter's magnitude."""
        lengths, size = self.lengths[fast], int(2 ** (1 + np.ceil(np.log2(self.hop))))
        filters = np.abs(_filters(tuple(self.frequencies[fast] / self.rate), tuple(lengths), size)) * size
        padded = np.pad(audio, (size // 2, size // 2 + self.hop))
        windows = np.lib.stride_tricks.sliding_window_view(padded, size)[:: self.hop][:frames]
        hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
        scale = lengths / size / np.sqrt(size)
        return np.asarray(np.abs(_spectrum(windows * hann)) @ filters * scale)


def _spectrum(windows: Floats) -> Floats:
    import scipy.fft

    return np.asarray(scipy.fft.rfft(windows.astype(np.float32), axis=1))


def _halved(audio: Floats) -> Floats:
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(audio, 1, 2, window=("kaiser", 8.0)), np.float32)


@cache
def _filters(frequencies: tuple[float, ...], lengths: tuple[float, ...], size: int) -> Floats:
    """Conjugate spectra of the wavelets, (bins of the spectrum, filters): spectra @ filters are inner products."""
    columns = []
    for frequency, length in zip(frequencies, lengths, strict=True):
        place = np.arange(-(length // 2), length // 2)
        window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(len(place)) + 0.5) / len(place))
        wavelet = window * np.exp(2j * np.pi * frequency * place) / window.sum()
        whole = np.zeros(size, complex)
        start = size // 2 + int(place[0])
        whole[start : start + len(wavelet)] = wavelet
        columns.append(np.conj(np.fft.fft(whole))[: size // 2 + 1] / size)
    return np.array(columns, np.complex64).T
