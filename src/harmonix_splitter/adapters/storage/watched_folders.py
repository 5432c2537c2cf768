"""Folders on this machine that are looked into now and then."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.adapters.storage.durable import disk_errors

_KINDS = {
    ".mp3", ".wav", ".flac", ".m4a", ".aac", ".ogg", ".opus", ".wma", ".aiff", ".mp4", ".mkv", ".mov", ".webm", ".avi",
}  # fmt: skip
_PIECE = 1 << 20


@dataclass(frozen=True)
class WatchedFolders:
    roots: tuple[Path, ...]

    def present(self) -> Iterator[tuple[Path, tuple[int, float]]]:
        for root in self.roots:
            for folder, below, names in os.walk(root):
                below[:] = [name for name in below if not name.startswith(".")]
                for name in sorted(names):
                    path = Path(folder, name)
                    if path.suffix.lower() in _KINDS and not path.is_symlink() and not name.startswith("."):
                        state = path.stat()
                        yield path, (state.st_size, state.st_mtime)

    def read(self, path: Path) -> Iterable[bytes]:
        with disk_errors(f"read {path.name}"), path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
