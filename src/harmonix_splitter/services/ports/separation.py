"""What separating needs from outside: engines that split audio, and estimators that say which stem owns which sound."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.audio.chunks import Segmentation
from harmonix_splitter.domain.separation import Offer, Quality, Recipe, Track

Spectrum = NDArray[np.complex64]
"""STFT of 44.1 kHz audio as (channels, frames, bins): Hann window of 4096, hop 1024, no scaling."""
Masks = NDArray[np.float32]
"""Shares from 0 to 1 as (stems, channels, frames, bands); over the stems they sum to 1."""


class MaskEstimator(Protocol):
    """Says, for every point of a spectrum, how much of it belongs to each stem."""

    @property
    def stems(self) -> tuple[str, ...]: ...

    @property
    def context_frames(self) -> int:
        """How many frames on either side of a frame its masks may depend on."""
        ...

    @property
    def band_widths(self) -> NDArray[np.intp]:
        """How many neighbouring bins share each value of a mask."""
        ...

    def masks(self, spectrum: Spectrum, level: float, /) -> Masks:
        """`level` is the root mean square of the whole recording (full scale 1), 0 for silence.

        Deterministic, the same for a frame whatever lies further away than `context_frames`, and
        callable from several threads at once.
        """
        ...


@dataclass(frozen=True)
class Setup:
    """Where and how generously a model runs. `shrink` 1, 2, ... asks for smaller and smaller pieces at a time."""

    device: str = "cpu"
    quality: Quality = Quality.BALANCED
    shrink: int = 0


class StemSplitter(Protocol):
    """A loaded model, ready to split. Its audio is stereo at 44.1 kHz."""

    @property
    def stems(self) -> tuple[str, ...]: ...

    @property
    def device(self) -> str:
        """What it really runs on, in words for the user."""
        ...

    @property
    def segmentation(self) -> Segmentation: ...

    @property
    def batch(self) -> int:
        """How many segments it likes to get at once."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know about how it runs."""
        ...

    def split(self, segments: NDArray[np.float32], track: Track, /) -> NDArray[np.float32]:
        """(pieces, 2, segmentation.length) -> (pieces, stems, 2, segmentation.length).

        Raise DeviceTooSmallError when memory runs out, SeparationError when the model fails. Deterministic.
        """
        ...


class SeparationEngine(Protocol):
    """A family of models."""

    @property
    def name(self) -> str: ...

    def offers(self, recipe: Recipe, /) -> tuple[Offer, ...]:
        """What can run here now, best for this recipe first. Raise EngineMissingError, with the way to get it,
        when nothing can."""
        ...

    def devices(self) -> tuple[str, ...]:
        """Where it can run, best first; "cpu" is always last."""
        ...

    def load(self, offer: Offer, needed: tuple[str, ...], setup: Setup, /) -> StemSplitter:
        """Loaded once and kept warm. It may make more stems than are needed. Raise DeviceTooSmallError."""
        ...


class DeviceLocks(Protocol):
    """One separation at a time on each device, across all processes."""

    def hold(self, device: str, waiting: Callable[[], None]) -> AbstractContextManager[None]:
        """Wait for the device; `waiting` is called now and then meanwhile and may raise CancelledError."""
        ...
