"""What separating needs from outside: engines that split audio, and estimators that say which stem owns which sound."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Spectrum = NDArray[np.complex64]
"""STFT of 44.1 kHz audio as (channels, frames, bins): Hann window of 4096, hop 1024, no scaling."""
Masks = NDArray[np.float32]
"""Shares from 0 to 1 as (stems, channels, frames, bins); over the stems they sum to 1."""


class MaskEstimator(Protocol):
    """Says, for every point of a spectrum, how much of it belongs to each stem."""

    stems: tuple[str, ...]
    context_frames: int
    """How many frames on either side of a frame its masks may depend on."""

    def masks(self, spectrum: Spectrum, level: float) -> Masks:
        """`level` is the root mean square of the whole recording (full scale 1), 0 for silence.

        Deterministic, and the same for a frame whatever lies further away than `context_frames`.
        """
        ...
