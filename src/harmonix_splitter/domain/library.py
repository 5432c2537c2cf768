"""What the shared library keeps: recordings, items made from them, and the manifest that says an item exists."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import LONGEST_TEXT, UNKNOWN, SongFacts
from harmonix_splitter.domain.sources import Source
from harmonix_splitter.errors import InvalidRequestError, NotFoundError, StorageError

RECORDING = "recording"
HAS_VIDEO = "hasVideo"
"""Among a recording's details, when the file it is kept as also has pictures that move."""
TOLD = "told"
"""In an analysis that another program wrote: a beginning, until somebody listens here."""
MANIFEST = "manifest.json"
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._+-]{0,159}")
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._+-]{0,119}")


class ItemStatus(StrEnum):
    PUBLISHED = "published"
    EARLIER = "earlier"
    """Made anew since: it plays for those who link to it, and nobody else gets it."""
    ARCHIVED = "archived"
    MISSING = "missing"
    QUARANTINED = "quarantined"


PLAYABLE = (ItemStatus.PUBLISHED, ItemStatus.EARLIER)


def place_of(folder: str, recipe: Recipe | None = None, version: int = 1) -> str:
    """Where a recording (no recipe) or one of its items lives in the library."""
    made_anew = f".{version}" if version > 1 else ""
    return checked_place(f"{folder}/{recipe.key if recipe else RECORDING}{made_anew}")


def checked_place(place: str) -> str:
    """`place` itself, if it is two plain names with a slash between; nothing else ever reaches the disk."""
    parts = place.split("/")
    if len(parts) != 2 or not all(_PART.fullmatch(part) for part in parts):
        raise NotFoundError(f"There is no {place[:200]!r} in the library.")
    return place


def is_folder(folder: str) -> bool:
    """Whether a recording's folder could be called so."""
    return _PART.fullmatch(folder) is not None


def checked_folder(folder: str) -> str:
    if not is_folder(folder):
        raise NotFoundError(f"There is no {folder[:200]!r} in the library.")
    return folder


def item_id_of(place: str) -> str:
    """The same place always has the same id, so a rebuilt index keeps everybody's links."""
    return hashlib.sha256(place.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class FileEntry:
    """One file of a place: what it is called by callers, its file name, and what its bytes must be."""

    name: str
    file: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        if not _FILE.fullmatch(self.file) or self.file == MANIFEST:
            raise StorageError(f"{self.file!r} cannot be a file of a library item.")


@dataclass(frozen=True)
class Manifest:
    """Written last: a place exists if its manifest exists and its files are what it says."""

    place: str
    files: tuple[FileEntry, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(entry.size for entry in self.files)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.files)

    def entry(self, name: str) -> FileEntry:
        for entry in self.files:
            if entry.name == name:
                return entry
        raise NotFoundError(f"There is no {name[:100]!r} here.", advice=f"There are: {', '.join(self.names)}.")

    def to_document(self) -> dict[str, Any]:
        files = [{"name": f.name, "file": f.file, "size": f.size, "sha256": f.sha256} for f in self.files]
        return {"version": 1, "place": self.place, "files": files, "facts": dict(self.facts)}

    @staticmethod
    def from_document(document: Mapping[str, Any]) -> "Manifest":
        """Raise StorageError when the document is not a manifest."""
        try:
            files = tuple(FileEntry(f["name"], f["file"], int(f["size"]), f["sha256"]) for f in document["files"])
            return Manifest(checked_place(document["place"]), files, dict(document.get("facts", {})))
        except (KeyError, TypeError, ValueError, NotFoundError) as broken:
            raise StorageError("This manifest is damaged.", advice="Run `harmonix library repair`.") from broken


@dataclass(frozen=True)
class Recording:
    """The audio itself, known by its source, the hash of its decoded samples and its fingerprint.

    `words` and `seconds_per_word` are the fingerprint; `analysis` is the document of its tempo, key and so on, with
    `TOLD` in it when another program told us and nobody here has listened yet.
    """

    id: str
    source: Source
    title: str = ""
    artist: str = ""
    duration: float = 0.0
    sample_rate: int = 0
    samples: int = 0
    audio_hash: str = ""
    fingerprint: bytes = b""
    analysis: Mapping[str, Any] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None

    @property
    def card(self) -> SongFacts:
        """What the card of a song made from it says."""
        year, texts = self.details.get("year"), (str(self.details.get(name) or "") for name in ("album", "genre"))
        album, genre = (text[:LONGEST_TEXT] for text in texts)
        return SongFacts(
            self.title or UNKNOWN, self.artist or UNKNOWN, album, genre,
            year=year if isinstance(year, int) else None, duration_ms=round(self.duration * 1000) or None,
        )  # fmt: skip

    @property
    def is_analysed(self) -> bool:
        return self.analysis is not None and TOLD not in self.analysis

    @property
    def has_picture(self) -> bool:
        return bool(self.details.get("picture"))


@dataclass(frozen=True)
class LibraryItem:
    """A recording in a recipe, finished. `usage` is how many people link to it: counted, never added up. `version`
    grows each time it is made anew; each version is an item of its own."""

    id: str
    recording_id: str
    source: Source
    recipe: Recipe
    place: str
    stems: tuple[str, ...]
    size: int
    created_at: datetime
    title: str = ""
    artist: str = ""
    duration: float = 0.0
    engine: str = ""
    model: str = ""
    device: str = ""
    processing_time: float = 0.0
    status: ItemStatus = ItemStatus.PUBLISHED
    is_pinned: bool = False
    last_used_at: datetime | None = None
    notes: tuple[str, ...] = ()
    usage: int = 0
    version: int = 1

    @property
    def is_playable(self) -> bool:
        return self.status in PLAYABLE


@dataclass(frozen=True)
class Cleanup:
    """When unused items go to the archive: after so many days, or when the library is larger than so many bytes."""

    unused_days: int = 90
    max_bytes: int | None = None

    def __post_init__(self) -> None:
        if self.unused_days < 1:
            raise InvalidRequestError("Items must be unused for at least one day before they are archived.")
