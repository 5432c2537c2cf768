"""A mask estimator at work on audio: spectrum, masks, and the way back, on every core."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.audio.chunks import Segmentation, with_context
from harmonix_splitter.audio.spectra import HOP, SIZE, masked_istft, stft
from harmonix_splitter.domain.separation import Track
from harmonix_splitter.errors import DeviceTooSmallError
from harmonix_splitter.services.ports.separation import MaskEstimator

_LEAST_CORE = 576
"""Frames a segment keeps. Fewer spend more of the work on context, more take more memory (docs/performance.md)."""
_EDGE = SIZE // HOP
"""Frames at a segment's border that see silence where the song goes on."""
_REACH = SIZE // HOP // 2
"""Frames on either side that a sample is made of."""


@dataclass(frozen=True)
class MaskSplitter:
    """StemSplitter from any MaskEstimator. A song in segments equals the song in one piece."""

    estimator: MaskEstimator
    stems: tuple[str, ...]
    segmentation: Segmentation
    threads: int = 1
    device: str = "cpu"
    batch: int = 1
    notes: tuple[str, ...] = ()

    def split(self, segments: NDArray[np.float32], track: Track, /) -> NDArray[np.float32]:
        """Silence in the margins, which are thrown away."""
        try:
            out = np.zeros((len(segments), len(self.stems), *segments.shape[1:]), np.float32)
            with ThreadPoolExecutor(self.threads) as pool:
                for segment, place in zip(segments, out, strict=True):
                    self._split(segment, place, track, pool)
        except MemoryError as full:
            raise DeviceTooSmallError("cpu has too little memory.", device="cpu") from full
        return out

    def _split(self, segment: NDArray[np.float32], out: NDArray[np.float32], track: Track, pool: Executor) -> None:
        spectrum = stft(segment, each=pool.map)
        masks, widths = self.estimator.masks(spectrum, track.level), self.estimator.band_widths
        first = self.segmentation.margin // HOP - _REACH
        kept = slice(first, spectrum.shape[1] - first)
        count = (kept.stop - kept.start - 1) * HOP

        def resynthesise(stem: str, side: int) -> None:
            mask = masks[self.estimator.stems.index(stem), side, kept]
            sound = masked_istft(spectrum[side, kept], lambda few: np.repeat(mask[few], widths, axis=-1), count)
            out[self.stems.index(stem), side, first * HOP :][:count] = sound

        list(pool.map(resynthesise, *zip(*product(self.stems, range(len(segment))), strict=True)))


def mask_splitter(estimator: MaskEstimator, needed: tuple[str, ...], shrink: int = 0, threads: int = 1) -> MaskSplitter:
    """Segments that keep more than they spend on context; `shrink` halves what they keep."""
    context = estimator.context_frames
    core = max(_LEAST_CORE, 2 * context) >> shrink
    stems = tuple(stem for stem in estimator.stems if stem in needed)
    segmentation = with_context(core * HOP, (context + _EDGE) * HOP, HOP)
    return MaskSplitter(estimator, stems, segmentation, threads)
