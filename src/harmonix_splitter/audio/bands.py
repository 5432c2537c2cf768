"""The frequency bands our own separator sees: spectra in, band features out, band masks back to bins.

Training and the shipped estimator both use this module, so the two cannot drift apart. Conventions: 44.1 kHz,
STFT of 4096 samples every 1024 with a periodic Hann window, unscaled `rfft` (2049 bins); arrays run
(..., frames, bins) or (..., frames, bands); the channel axis is the first one.
"""

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 44100
FRAME = 4096
HOP = 1024
BINS = FRAME // 2 + 1
BANDS = 256
FEATURES = 5

# To 1.4 kHz every bin is a band of its own: pitch lives there. Above, bands widen with the ear.
_NARROW = 128
# Mean of the squared window times its length: white noise of unit RMS then has an energy of about one per bin.
_NOISE_POWER = 0.375 * FRAME
# Energies are divided by the track's level, so this floor lies 60 dB under white noise of that level.
_FLOOR = 1e-6

Spectrum = NDArray[np.complex64]
Floats = NDArray[np.float32]


@cache
def band_edges() -> tuple[int, ...]:
    """First bin of each band, and one past the last bin."""
    wide = BANDS - _NARROW
    reach = np.geomspace(1.0, BINS / _NARROW, wide + 1)
    edges = list(range(_NARROW))
    for step, ratio in enumerate(reach[:-1]):
        edges.append(max(round(_NARROW * ratio), _NARROW + step))
    return (*edges, BINS)


@cache
def _gathering() -> Floats:
    """Matrix (bins above the narrow ones, wide bands) that sums bins into bands."""
    edges = band_edges()[_NARROW:]
    matrix = np.zeros((BINS - _NARROW, BANDS - _NARROW), np.float32)
    for band, (low, high) in enumerate(pairwise(edges)):
        matrix[low - _NARROW : high - _NARROW, band] = 1.0
    return matrix


def band_sums(values: Floats) -> Floats:
    """Sum of a per-bin quantity in each band: (..., bins) -> (..., bands)."""
    wide = values[..., _NARROW:] @ _gathering()
    return np.concatenate([values[..., :_NARROW], wide], axis=-1)


def spread(masks: Floats) -> Floats:
    """Band values repeated onto their bins: (..., bands) -> (..., bins)."""
    return np.repeat(masks, np.diff(band_edges()), axis=-1)


def noise_power(level: float) -> float:
    """What one bin of white noise holds at this RMS level; every energy is measured against it."""
    return max(level, 1e-5) ** 2 * _NOISE_POWER


def energies(spectrum: Spectrum) -> Floats:
    """Power of each bin, |X| squared."""
    return spectrum.real**2 + spectrum.imag**2


def features(spectrum: Spectrum, level: float) -> Floats:
    """What the network reads, (5, frames, bands), of a stereo spectrum (2, frames, bins).

    Log energy of left, right, mid and side, then the sine-like part of the channels' cross-spectrum, -1 to 1.
    """
    left, right = spectrum
    # Mid and side are summed before squaring: from the energies alone, rounding would give a mono track a side.
    heard = energies(np.stack([left, right, (left + right) / 2, (left - right) / 2]))
    power = band_sums(heard) / noise_power(level)
    turned = band_sums(left.imag * right.real - left.real * right.imag) / noise_power(level)
    tilt = np.clip(turned / (np.sqrt(power[0] * power[1]) + _FLOOR), -1.0, 1.0)
    return np.concatenate([np.log10(power + _FLOOR) / 3.0, tilt[None]]).astype(np.float32)
