"""The frequency bands our own separator sees: spectra in, band features out, band masks back to bins.

Training and the shipped estimator both use this module, so the two cannot drift apart. Conventions: 44.1 kHz,
STFT of 4096 samples every 1024 with a periodic Hann window, unscaled `rfft` (2049 bins); arrays run
(..., frames, bins) or (..., frames, bands); the channel axis is the first one.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.audio.spectra import Each

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
_FLOOR = np.float32(1e-6)
_AT_ONCE = 16
"""Frames worked on at a time, so that they stay in the processor's cache."""

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


def band_sums(values: Floats) -> Floats:
    """Sum of a per-bin quantity in each band: (..., bins) -> (..., bands)."""
    wide = np.add.reduceat(values[..., _NARROW:], np.array(band_edges()[_NARROW:-1]) - _NARROW, axis=-1)
    return np.concatenate([values[..., :_NARROW], wide], axis=-1)


def band_widths() -> NDArray[np.intp]:
    """How many bins each band holds."""
    return np.diff(band_edges())


def noise_power(level: float) -> float:
    """What one bin of white noise holds at this RMS level; every energy is measured against it."""
    return max(level, 1e-5) ** 2 * _NOISE_POWER


def energies(spectrum: Spectrum) -> Floats:
    """Power of each bin, |X| squared."""
    return spectrum.real**2 + spectrum.imag**2


def features(spectrum: Spectrum, level: float, each: Each = map) -> Floats:
    """What the network reads, (5, frames, bands), of a stereo spectrum (2, frames, bins).

    Log energy of left, right, mid and side, then the sine-like part of the channels' cross-spectrum, -1 to 1.
    """
    parts = np.ascontiguousarray(spectrum).view(np.float32)
    out = np.empty((FEATURES, parts.shape[1], BANDS), np.float32)
    unit = np.float32(noise_power(level))

    def describe(at: int) -> None:
        _describe(parts[:, at : at + _AT_ONCE], unit, out[:, at : at + _AT_ONCE])

    list(each(describe, range(0, parts.shape[1], _AT_ONCE)))
    return out


def _describe(parts: Floats, unit: np.float32, out: Floats) -> None:
    """Features of a few frames. Real and imaginary parts lie side by side, which spares the slow complex arithmetic."""
    left, right = parts
    # Mid and side are summed before squaring: from the energies alone, rounding would give a mono track a side.
    power = np.stack([_band_sums_of_pairs(np.square(heard)) for heard in (left, right, left + right, left - right)])
    power *= np.array([1, 1, 0.25, 0.25], np.float32)[:, None, None] / unit
    turned = _band_sums_of_pairs(_crossed(left, right)) / unit
    turned /= np.sqrt(power[0] * power[1]) + _FLOOR
    np.clip(turned, -1.0, 1.0, out=out[4])
    power += _FLOOR
    np.multiply(np.log(power, out=power), np.float32(1 / (3 * np.log(10))), out=out[:4])


def _crossed(left: Floats, right: Floats) -> Floats:
    """Pairs that sum to the imaginary part of left times right's conjugate."""
    pairs = np.empty_like(left)
    np.multiply(left[:, 1::2], right[:, 0::2], out=pairs[:, 1::2])
    np.multiply(left[:, 0::2], right[:, 1::2], out=pairs[:, 0::2])
    np.negative(pairs[:, 0::2], out=pairs[:, 0::2])
    return pairs


def _band_sums_of_pairs(pairs: Floats) -> Floats:
    """(frames, 2 * bins) -> (frames, bands)."""
    edges = 2 * np.array(band_edges()[_NARROW:-1]) - 2 * _NARROW
    narrow, wide = pairs[:, : 2 * _NARROW], pairs[:, 2 * _NARROW :]
    return np.concatenate([narrow[:, 0::2] + narrow[:, 1::2], np.add.reduceat(wide, edges, axis=-1)], axis=-1)
