"""Folders that are watched: a file somebody puts there becomes a song of the library."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.ports.sources import UploadStore
from harmonix_splitter.services.ports.watching import WatchedFiles
from harmonix_splitter.services.songs import SongsService

logger = logging.getLogger(__name__)

OWNER = "watched-folder"
"""Cards of watched files belong to nobody; their items are in the library for everybody."""


@dataclass
class FolderWatcher:
    """A file is taken when it has not changed between two looks, and once: asking again gives the same song."""

    files: WatchedFiles
    uploads: UploadStore
    songs: SongsService
    recipe: Recipe
    most_bytes: int
    _seen: dict[Path, tuple[int, float]] = field(default_factory=dict)
    _taken: dict[Path, tuple[int, float]] = field(default_factory=dict)

    def look(self) -> list[str]:
        """One look; the ids of the songs asked for."""
        asked: list[str] = []
        for path, state in self.files.present():
            if self._seen.get(path) == state and self._taken.get(path) != state:
                self._taken[path] = state
                asked += self._ask(path)
            self._seen[path] = state
        return asked

    def _ask(self, path: Path) -> Iterable[str]:
        try:
            received = self.uploads.receive(path.name, self.files.read(path), self.most_bytes)
            return [self.songs.request_upload(OWNER, received, self.recipe).song.id]
        except HarmonixError as refused:
            logger.warning("watched file left out", extra={"file": path.name, "why": str(refused)})
            return []
