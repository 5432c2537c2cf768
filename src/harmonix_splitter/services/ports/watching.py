"""Files in folders somebody else fills."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol


class WatchedFiles(Protocol):
    def present(self) -> Iterator[tuple[Path, tuple[int, float]]]:
        """Every audio or video file there now, with its size and when it last changed. Links are not followed."""
        ...

    def read(self, path: Path) -> Iterable[bytes]:
        """Its bytes, in pieces. StorageError when it is gone."""
        ...
