"""What packs need from outside: letters as pictures, videos, and files of several tracks."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""(height, width, 3), red, green and blue."""
Mask = NDArray[np.uint8]
"""(height, width): 255 where a letter is."""


class Typesetter(Protocol):
    """Draws a line of text."""

    def width(self, text: str, size: int) -> int:
        """How many pixels wide it will be."""
        ...

    def drawn(self, text: str, size: int, *, smooth: bool = True) -> Mask:
        """`size` pixels from the highest letter to the lowest, as wide as `width` says; not `smooth` means 0 or 255.

        Raise EngineMissingError when no typeface here has one of the letters.
        """
        ...


class VideoWriter(Protocol):
    """Makes a video that plays everywhere."""

    def write(self, target: Path, pictures: Iterator[Picture], rate: int, sound: Path) -> Path:
        """`rate` pictures a second, all of one even size, over this sound. Raise StorageError or EngineError."""
        ...


class StemFileWriter(Protocol):
    """Makes a file that decks play stem by stem."""

    def write(self, target: Path, tracks: Sequence[Path], tags: Mapping[str, str], note: bytes) -> Path:
        """The mix first, then its stems, all stereo and as long as the longest; `note` says what they are.

        Raise AudioError or StorageError.
        """
        ...
