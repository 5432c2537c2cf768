"""A mask estimator at work on audio: spectrum, masks, and the way back, one segment at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.audio.chunks import Segmentation, with_context
from harmonix_splitter.audio.spectra import HOP, SIZE, istft, stft
from harmonix_splitter.domain.separation import Track
from harmonix_splitter.services.ports.separation import MaskEstimator

_LEAST_CORE = 256
_EDGE = SIZE // HOP
"""Frames at a segment's border that see silence where the song goes on."""


@dataclass(frozen=True)
class MaskSplitter:
    """StemSplitter from any MaskEstimator. A song in segments equals the song in one piece."""

    estimator: MaskEstimator
    stems: tuple[str, ...]
    segmentation: Segmentation
    device: str = "cpu"
    batch: int = 1
    notes: tuple[str, ...] = ()

    def split(self, segments: NDArray[np.float32], track: Track, /) -> NDArray[np.float32]:
        return np.stack([self._split(segment, track) for segment in segments])

    def _split(self, segment: NDArray[np.float32], track: Track) -> NDArray[np.float32]:
        spectrum = stft(segment)
        masks = self.estimator.masks(spectrum, track.level)
        places = [self.estimator.stems.index(stem) for stem in self.stems]
        out = np.empty((len(places), *segment.shape), np.float32)
        for stem, place in enumerate(places):
            for side in range(len(segment)):
                out[stem, side] = istft(spectrum[side] * masks[place, side], segment.shape[1])
        return out


def mask_splitter(estimator: MaskEstimator, needed: tuple[str, ...], shrink: int = 0) -> MaskSplitter:
    """Segments that keep at least as much as they spend on context; `shrink` halves what they keep."""
    context = estimator.context_frames
    core = max(_LEAST_CORE, 2 * context) >> shrink
    stems = tuple(stem for stem in estimator.stems if stem in needed)
    return MaskSplitter(estimator, stems, with_context(core * HOP, (context + _EDGE) * HOP, HOP))
