"""Uploads in pieces for a house of several servers: every piece an object, so that each may come to another of them."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from harmonix_splitter.adapters.storage.bucket import Bucket, Listed
from harmonix_splitter.adapters.storage.unfinished_uploads import gone
from harmonix_splitter.errors import ConflictError, NotFoundError
from harmonix_splitter.services.ports.uploads import UnfinishedUpload

_ROOT = "unfinished"


@dataclass(frozen=True)
class UnfinishedInBucket:
    """`unfinished/<id>/about-<owner>.json`, and `unfinished/<id>/<where it begins>` for every piece."""

    bucket: Bucket

    def begin(self, upload: UnfinishedUpload) -> None:
        about = json.dumps(asdict(upload)).encode()
        self.bucket.put(f"{_place(upload.id)}/about-{upload.owner_id}.json", about)

    def find(self, upload_id: str) -> UnfinishedUpload:
        return self._found(self._listed(upload_id))

    def of_owner(self, owner_id: str) -> int:
        return sum(entry.name.endswith(f"/about-{owner_id}.json") for entry in self.bucket.listed(f"{_ROOT}/"))

    def append(self, upload_id: str, offset: int, piece: bytes) -> UnfinishedUpload:
        upload = self.find(upload_id)
        if offset != upload.received:
            raise _not_there(upload.received)
        try:
            self.bucket.put(f"{_place(upload_id)}/{offset:016}", piece, is_new=True)
        except ConflictError:
            raise _not_there(self.find(upload_id).received) from None
        return replace(upload, received=offset + len(piece))

    def bytes_of(self, upload_id: str) -> Iterator[bytes]:
        for piece in _pieces(self._listed(upload_id)):
            yield self.bucket.read(piece.name)

    def forget(self, upload_id: str) -> None:
        for entry in self._listed(upload_id):
            self.bucket.delete(entry.name)

    def gather_garbage(self, older_than_seconds: float) -> int:
        before = datetime.now(UTC) - timedelta(seconds=older_than_seconds)
        touched: dict[str, datetime] = {}
        for name, changed, _ in self.bucket.listed(f"{_ROOT}/"):
            upload_id = name.split("/")[1]
            touched[upload_id] = max(changed, touched.get(upload_id, changed))
        old = [upload_id for upload_id, changed in touched.items() if changed < before]
        for upload_id in old:
            self.forget(upload_id)
        return len(old)

    def _listed(self, upload_id: str) -> list[Listed]:
        return sorted(self.bucket.listed(f"{_place(upload_id)}/"))

    def _found(self, entries: list[Listed]) -> UnfinishedUpload:
        abouts = [entry.name for entry in entries if entry.name.endswith(".json")]
        if not abouts:
            raise gone()
        try:
            about = json.loads(self.bucket.read(abouts[0]))
        except NotFoundError:
            raise gone() from None
        return replace(UnfinishedUpload(**about), received=sum(piece.size for piece in _pieces(entries)))


def _pieces(entries: list[Listed]) -> list[Listed]:
    return [entry for entry in entries if not entry.name.endswith(".json")]


def _place(upload_id: str) -> str:
    """Only names we made become paths."""
    try:
        return f"{_ROOT}/{UUID(upload_id)}"
    except ValueError:
        raise gone() from None


def _not_there(received: int) -> ConflictError:
    return ConflictError("The piece does not begin where the file ends.", received=received)
