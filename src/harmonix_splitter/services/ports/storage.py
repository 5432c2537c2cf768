"""Where the library's files are kept: a local disk or an object store."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harmonix_splitter.domain.library import Manifest


@dataclass(frozen=True)
class StoredFile:
    """A published file as a local path (of the disk, or of the local cache). `sha256` serves as its strong ETag."""

    name: str
    path: Path
    size: int
    sha256: str


class SharedFiles(Protocol):
    """A few files by plain names that every server of the house has."""

    def write(self, name: str, content: bytes) -> None: ...

    def find(self, name: str) -> Path | None:
        """The file as a local path; None when there is none of that name."""
        ...

    def remove(self, name: str) -> None: ...


class LibraryStorage(Protocol):
    """Keeps places (`folder/name`), each a set of files and a manifest. All of a place is visible, or nothing.

    A place that was never published, or is not two plain names, raises NotFoundError; a full or broken disk or store
    raises StorageError, a store that is away UnavailableError.
    """

    def is_there(self) -> bool:
        """Whether it answers now, or did seconds ago; asking takes two seconds at most."""
        ...

    def workspace(self, name: str) -> Path:
        """An empty folder to build a place in, on the same disk. Nothing in it is visible to anyone."""
        ...

    def discard(self, workspace: Path) -> None:
        """Forget a workspace and all in it; forgetting twice is fine."""
        ...

    def publish(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
        """Move these files (name -> path in a workspace) to a place, manifest last.

        Raise ConflictError when somebody published the place before; theirs is untouched.
        """
        ...

    def replace(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
        """As publish, but an earlier version gives way, at once and only when the new one is complete."""
        ...

    def manifest(self, place: str) -> Manifest: ...

    def places(self) -> Iterator[str]:
        """Every published place, in no order."""
        ...

    def open(self, place: str, name: str) -> StoredFile:
        """One file by the name its manifest gives it."""
        ...

    def link(self, place: str, name: str, seconds: int) -> str | None:
        """A link that serves the file without us for so long, where the store can make one."""
        ...

    def faults(self, place: str) -> list[str]:
        """Read every byte of a place; what is wrong with it, in words. Empty when all is as the manifest says."""
        ...

    def remove(self, place: str) -> None:
        """Manifest first, files after. Removing what is not there is fine."""
        ...

    def archive(self, folder: str, place: str) -> None:
        """Move a place out of the library into the archive's `folder`, whole."""
        ...

    def restore(self, folder: str, place: str) -> None:
        """The way back. Raise ConflictError when the place has been published again meanwhile."""
        ...

    def remove_archived(self, folder: str, place: str) -> None: ...

    def write_note(self, folder: str, name: str, text: str) -> None:
        """Write a small file for people and old tools beside the places of a folder (`metadata.json`), atomically."""
        ...

    def read_note(self, folder: str, name: str) -> str | None: ...

    def gather_garbage(self, older_than_seconds: float) -> int:
        """Remove abandoned workspaces and half-removed places; how many."""
        ...


class LinkNotes(Protocol):
    """`library_links.json` in a folder per user, for people and old tools: written from the record, never read for
    truth. Other programs write there too; what is theirs and cannot stay in the file is kept beside it, once."""

    def folders(self) -> list[str]:
        """Every folder that has the file, readable or not."""
        ...

    def is_there(self, folder: str) -> bool: ...

    def read(self, folder: str) -> Mapping[str, Any] | None:
        """What is written there now; None when there is nothing readable."""
        ...

    def write(self, folder: str, note: Mapping[str, Any]) -> None:
        """What lies there in no form we know is kept beside it."""
        ...

    def move(self, origin: str, goal: str) -> None:
        """Take a folder's file, whatever is in it, into another, which may have one; the emptied folder goes."""
        ...

    def forget(self, folder: str) -> None:
        """Remove what is ours; the file and its folder go when nothing else is in them."""
        ...
