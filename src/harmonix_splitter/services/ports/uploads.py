"""Files that arrive in pieces."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

DAY = 86_400.0


@dataclass(frozen=True)
class UnfinishedUpload:
    """`size` is what it will be, `received` how many bytes are here."""

    id: str
    owner_id: str
    name: str
    size: int
    received: int = 0

    @property
    def is_whole(self) -> bool:
        return self.received == self.size


class UnfinishedUploads(Protocol):
    """Uploads on their way in, continued after a broken connection. What nobody continued for a day is gone."""

    def begin(self, upload: UnfinishedUpload) -> None: ...

    def find(self, upload_id: str) -> UnfinishedUpload:
        """NotFoundError when it was never begun, was finished, or is too old."""
        ...

    def of_owner(self, owner_id: str) -> int:
        """How many somebody has open."""
        ...

    def append(self, upload_id: str, offset: int, piece: bytes) -> UnfinishedUpload:
        """Add a piece that begins at `offset`. ConflictError (fact received=) when that is not where the file ends;
        two who send the same piece at once leave it there once."""
        ...

    def bytes_of(self, upload_id: str) -> Iterator[bytes]: ...

    def forget(self, upload_id: str) -> None: ...

    def gather_garbage(self, older_than_seconds: float) -> int:
        """Remove what nobody continued for so long; how many."""
        ...
