"""Uploads in pieces, one folder each: what it will be, and the bytes so far."""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from harmonix_splitter.adapters.storage.durable import disk_errors
from harmonix_splitter.adapters.storage.garbage import remove_older
from harmonix_splitter.errors import ConflictError, NotFoundError
from harmonix_splitter.services.ports.uploads import DAY, UnfinishedUpload

_ABOUT, _BYTES = "about.json", "bytes"
_READ = 1_048_576


@dataclass(frozen=True)
class UnfinishedFolder:
    root: Path

    def begin(self, upload: UnfinishedUpload) -> None:
        remove_older(self.root, DAY)
        with disk_errors("begin the upload"):
            folder = self.root / upload.id
            folder.mkdir(parents=True)
            (folder / _BYTES).touch()
            (folder / _ABOUT).write_text(json.dumps(asdict(upload)), encoding="utf-8")

    def find(self, upload_id: str) -> UnfinishedUpload:
        folder = self._folder(upload_id)
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
            return replace(UnfinishedUpload(**about), received=(folder / _BYTES).stat().st_size)
        except FileNotFoundError:
            raise gone() from None

    def of_owner(self, owner_id: str) -> int:
        if not self.root.is_dir():
            return 0
        return sum(self._owner_of(entry.name) == owner_id for entry in self.root.iterdir())

    def append(self, upload_id: str, offset: int, piece: bytes) -> UnfinishedUpload:
        upload = self.find(upload_id)
        with disk_errors("store the upload"), (self._folder(upload_id) / _BYTES).open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            received = file.seek(0, os.SEEK_END)
            if offset != received:
                raise ConflictError("The piece does not begin where the file ends.", received=received)
            file.write(piece)
        return replace(upload, received=received + len(piece))

    def bytes_of(self, upload_id: str) -> Iterator[bytes]:
        with (self._folder(upload_id) / _BYTES).open("rb") as file:
            while piece := file.read(_READ):
                yield piece

    def forget(self, upload_id: str) -> None:
        folder = self._folder(upload_id)
        for name in (_ABOUT, _BYTES):
            (folder / name).unlink(missing_ok=True)
        if folder.is_dir():
            folder.rmdir()

    def gather_garbage(self, older_than_seconds: float) -> int:
        return remove_older(self.root, older_than_seconds)

    def _owner_of(self, upload_id: str) -> str:
        try:
            return self.find(upload_id).owner_id
        except NotFoundError:
            return ""  # Finished by somebody else while we were counting.

    def _folder(self, upload_id: str) -> Path:
        """Only names we made become paths."""
        try:
            return self.root / str(UUID(upload_id))
        except ValueError:
            raise gone() from None


def gone() -> NotFoundError:
    return NotFoundError("There is no such upload.", advice="Begin it again.")
