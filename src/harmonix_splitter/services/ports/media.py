"""What the studio needs from files of music: facts, samples, and new files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.domain.media import STUDIO_RATE, Encoding, MediaFacts

Samples = NDArray[np.float32]
"""Audio as (frames, channels), or (frames,) where a docstring says mono. Full scale is -1 to 1."""


class MediaProbe(Protocol):
    """Says what a file holds, quickly."""

    def probe(self, path: Path) -> MediaFacts:
        """Read headers only. Raise AudioError, in a sentence, for anything that is not audio we accept."""
        ...


class AudioReader(Protocol):
    """Turns any audio or video file into samples, without encoder delay, bounded in memory."""

    def blocks(
        self, path: Path, rate: int | None = STUDIO_RATE, channels: int = 2, block: int = 65_536
    ) -> Iterator[Samples]:
        """Blocks of shape (block, channels), the last one shorter. `rate=None` keeps the file's own rate.

        The frames add up to round(frames * rate / own rate). Mono is copied to both sides of a stereo reading;
        surround is folded down. Raise AudioError when the file is broken, refused or breaks off early.
        """
        ...

    def load(self, path: Path, rate: int | None = STUDIO_RATE, mono: bool = False) -> Samples:
        """The whole recording: (frames, 2), or (frames,) when mono. For songs, not for hours."""
        ...


class AudioWriter(Protocol):
    """One file being written. It has its final name only after `close`."""

    def write(self, samples: Samples) -> None:
        """Append (frames, channels). Raise StorageError when the disk will not take it."""
        ...

    def close(self) -> Path:
        """Finish, put the file under its final name, and return that."""
        ...

    def abandon(self) -> None:
        """Leave nothing behind. Harmless after `close` and when called twice."""
        ...


class AudioWriters(Protocol):
    """Opens files to write."""

    def require_room(self, folder: Path, size: int) -> None:
        """Make the folder. Raise StorageError when it cannot be written or has fewer than `size` bytes free."""
        ...

    def create(self, target: Path, rate: int, channels: int, encoding: Encoding) -> AudioWriter:
        """Raise StorageError at once when the place cannot be written."""
        ...


class AudioEncoder(Protocol):
    """Writes a recording again in another form."""

    def encode(
        self,
        source: Path,
        target: Path,
        encoding: Encoding,
        tags: Mapping[str, str] | None = None,
        cover: bytes | None = None,
    ) -> Path:
        """Every format keeps the length; `tags` (title, artist, album, date, track, genre) and a JPEG or PNG cover
        are added where the format has a place for them. `tags=None` keeps the source's own tags and cover."""
        ...
