"""Each user's `library_links.json` in a house of several servers: in the store, where all of them find it and no other
program writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.link_notes import FILE, encoded, parsed
from harmonix_splitter.domain.link_notes import is_folder_name
from harmonix_splitter.errors import NotFoundError

_ROOT = "outputs/users/"


@dataclass(frozen=True)
class LinkNotesInBucket:
    bucket: Bucket

    def folders(self) -> list[str]:
        names = (entry.name for entry in self.bucket.listed(_ROOT))
        return sorted(name.split("/")[-2] for name in names if name.endswith(f"/{FILE}"))

    def is_there(self, folder: str) -> bool:
        return is_folder_name(folder) and self._content(folder) is not None

    def read(self, folder: str) -> Mapping[str, Any] | None:
        note = parsed(self._content(folder))
        return note if isinstance(note, dict) else None

    def write(self, folder: str, note: Mapping[str, Any]) -> None:
        self.bucket.put(_name(folder), encoded(note))

    def move(self, origin: str, goal: str) -> None:
        moved = self.read(origin)
        if moved is not None and origin != goal:
            self.write(goal, moved)
            self.forget(origin)

    def forget(self, folder: str) -> None:
        self.bucket.delete(_name(folder))

    def _content(self, folder: str) -> bytes | None:
        try:
            return self.bucket.read(_name(folder))
        except NotFoundError:
            return None


def _name(folder: str) -> str:
    if not is_folder_name(folder):
        raise NotFoundError(f"There can be no folder {folder[:200]!r} for library links.")
    return f"{_ROOT}{folder}/{FILE}"
