"""Masks without any learned model: what repeats is the band, what strikes is drums, what is deep and holds is bass."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.services.ports.separation import Masks, Spectrum

_BIN = 44_100 / 4096
_BINS = 2049
_ALIKE = 72
"""How many similar moments are compared; every eighth of them is looked at, which gives nearly the same median."""
_LOOKED_AT = 9
_BLOCK = 64
_TINY = np.float32(1e-7)

Magnitudes = NDArray[np.float32]


@dataclass(frozen=True)
class SignalMasks:
    """MaskEstimator from signal processing alone.

    The voice is what differs from the most similar moments nearby (REPET-SIM, Rafii and Pardo 2012) and is not a
    stroke; strokes are what stands out against its neighbours in time (median filtering, FitzGerald 2010).
    """

    stems: tuple[str, ...] = ("vocals", "drums", "bass", "other")
    context_frames: int = 258
    apart_frames: int = 64

    @property
    def band_widths(self) -> NDArray[np.intp]:
        return np.ones(_BINS, np.intp)

    def masks(self, spectrum: Spectrum, _level: float, /) -> Masks:
        loudness = np.sqrt(sum(np.square(np.abs(side)) for side in spectrum) / len(spectrum))
        held = _median(loudness, axis=0, step=2)
        struck = _median(loudness, axis=1, step=3)
        harmonic = _share(held, struck)
        repeating = self._repeating(loudness)
        loudness -= repeating
        shares: Masks = np.empty((4, *loudness.shape), np.float32)
        voice, drums, bass, other = shares
        np.multiply(_share(loudness, repeating), np.sqrt(harmonic), out=voice)
        voice *= _voice_band(loudness.shape[1])
        np.subtract(1, voice, out=other)
        np.multiply(other, 1 - harmonic, out=drums)
        np.multiply(other, harmonic, out=bass)
        bass *= _bass_band(loudness.shape[1])
        other -= drums
        other -= bass
        return np.broadcast_to(shares[:, None], (4, *spectrum.shape))

    def _repeating(self, loudness: Magnitudes) -> Magnitudes:
        """What the most similar moments nearby have in common, never more than what is there."""
        similar = self._most_similar(loudness)
        out = np.empty_like(loudness)
        for at in range(0, len(loudness), _BLOCK):
            block = [loudness[similar[at : at + _BLOCK, rank]] for rank in range(_LOOKED_AT)]
            out[at : at + _BLOCK] = _median_of_nine(block)
        return np.minimum(out, loudness)

    def _most_similar(self, loudness: Magnitudes) -> NDArray[np.intp]:
        """For each frame the frames within its context that sound most like it, not its own neighbours."""
        features = np.sqrt(_in_bands(loudness))
        features /= np.linalg.norm(features, axis=1, keepdims=True) + _TINY
        heard = np.flatnonzero(features.any(axis=1))
        if not len(heard):
            return np.zeros((len(loudness), _LOOKED_AT), np.intp)
        alike = features @ features[heard].T
        distance = np.abs(np.subtract.outer(np.arange(len(loudness)), heard))
        alike[(distance > self.context_frames) | ((distance < self.apart_frames) & (distance > 0))] = -1.0
        count = min(_ALIKE, len(heard))
        best = np.argpartition(-alike, count - 1, axis=1)[:, :count]
        order = np.take_along_axis(-alike, best, axis=1).argsort(axis=1, kind="stable")
        ranks = np.linspace(0, count - 1, _LOOKED_AT).round().astype(int)
        return heard[np.take_along_axis(best, order[:, ranks], axis=1)]


def _share(one: Magnitudes, other: Magnitudes) -> Magnitudes:
    """Of two powers, the share of the first; both are used up, because copies of them are large."""
    np.square(one, out=one)
    other *= other
    other += one
    other += _TINY
    one /= other
    return one


def _in_bands(loudness: Magnitudes) -> Magnitudes:
    """Frames in about a hundred bands, fine below and coarse above."""
    edges = np.unique(np.geomspace(8, loudness.shape[1] - 1, 120).astype(int))
    return np.add.reduceat(loudness, edges, axis=1)


def _voice_band(bins: int) -> Magnitudes:
    """Full weight from 110 Hz to 14 kHz, fading over half an octave below and above."""
    hertz = np.maximum(np.arange(bins) * _BIN, 1.0)
    rise = np.clip(np.log2(hertz / 80) / np.log2(110 / 80), 0, 1)
    fall = np.clip(np.log2(18_000 / hertz) / np.log2(18_000 / 14_000), 0, 1)
    weights: Magnitudes = (rise * fall).astype(np.float32)
    return weights


def _bass_band(bins: int) -> Magnitudes:
    """Full weight below 150 Hz, gone at 350 Hz."""
    hertz = np.maximum(np.arange(bins) * _BIN, 1.0)
    weights: Magnitudes = np.clip(np.log2(350 / hertz) / np.log2(350 / 150), 0, 1).astype(np.float32)
    return weights


def _median(values: Magnitudes, axis: int, step: int) -> Magnitudes:
    """The median of nine neighbours, `step` apart, along an axis."""
    width = [(0, 0), (0, 0)]
    width[axis] = (4 * step, 4 * step)
    padded = np.pad(values, width, mode="reflect" if values.shape[axis] > 4 * step else "edge")
    out = np.empty_like(values)
    for at in range(0, len(values), _BLOCK):
        block = padded[at : at + _BLOCK + (8 * step if axis == 0 else 0)]
        size = out[at : at + _BLOCK].shape[axis]
        out[at : at + _BLOCK] = _median_of_nine(
            [
                block[shift : shift + size] if axis == 0 else block[:, shift : shift + size]
                for shift in range(0, 9 * step, step)
            ]
        )
    return out


_EXCHANGES = (
    (1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3),
    (5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2),
)  # fmt: skip


def _median_of_nine(layers: list[Magnitudes]) -> Magnitudes:
    """Paeth's nineteen exchanges: many times faster than sorting, and exact."""
    for low, high in _EXCHANGES:
        layers[low], layers[high] = np.minimum(layers[low], layers[high]), np.maximum(layers[low], layers[high])
    return layers[4]
