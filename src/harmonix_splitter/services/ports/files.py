"""Copying files into a work folder."""

from pathlib import Path
from typing import Protocol


class FileCopies(Protocol):
    def copy(self, origin: Path, folder: Path) -> Path:
        """A copy under a name of its own in `folder`, the kind of file kept. StorageError when it cannot be made."""
        ...
