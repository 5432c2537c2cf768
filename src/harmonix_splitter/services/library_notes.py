"""The files people and older tools read, written from the record: `metadata.json` and `library_links.json`."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.library_notes import is_same_note, links_note, metadata_note, usage_of
from harmonix_splitter.errors import HarmonixError, NotFoundError
from harmonix_splitter.services.link_folders import LinkFolders
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.library import LibraryRepository
from harmonix_splitter.services.ports.songs import SongRepository
from harmonix_splitter.services.ports.storage import LibraryStorage

METADATA = "metadata.json"
LINKS = "library_links.json"


@dataclass(frozen=True)
class Amiss:
    """A file that is not as it should be, and what mending it would do."""

    file: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class Mended:
    """A file that was not as the record has it, and what became of it."""

    file: str
    outcome: str
    is_mended: bool = True


@dataclass(frozen=True)
class LibraryNotes:
    """Nothing is written that is right already."""

    record: LibraryRepository
    songs: SongRepository
    storage: LibraryStorage
    folders: LinkFolders
    clock: Clock

    def metadata(self, folder: str) -> Mapping[str, Any] | None:
        """What `metadata.json` says now; None when it is not there or cannot be read."""
        try:
            found = json.loads(self.storage.read_note(folder, METADATA) or "")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def write_metadata(self, recording_id: str) -> bool:
        """A recording's `metadata.json` as the record has it; whether it said something else."""
        items = self._playable(recording_id)
        if not items:
            return False
        note = metadata_note(self.record.recording(recording_id), items)
        return self._written(items[0].place.split("/")[0], note)

    def write_usage(self, item_id: str) -> None:
        """How many people use an item, into its `metadata.json`; its analysis is not opened for that."""
        try:
            recording_id = self.record.item(item_id).recording_id
        except NotFoundError:
            return  # deleted meanwhile
        items = self._playable(recording_id)
        note = self.metadata(items[0].place.split("/")[0]) if items else None
        if note is not None and len(note.get("recipes") or ()) == len(items):
            self._written(items[0].place.split("/")[0], {**note, "usage_count": usage_of(items)})
        else:
            self.write_metadata(recording_id)

    def follow_links(self, user_id: str) -> None:
        """Links changed: so does the file, where it is anybody's."""
        if self.folders.is_followed(user_id):
            self.write_links(user_id)

    def write_links(self, user_id: str) -> bool:
        """A user's `library_links.json` as the record has it; whether it said something else, or lay elsewhere."""
        folder = self.folders.of(user_id)
        if not folder:
            return False
        is_moved = self.folders.gather(user_id)
        songs = self.songs.links_of(user_id)
        items = {item.id: item for item in self.record.items({song.item_id for song in songs})}
        links = [(song, items[song.item_id]) for song in songs if song.item_id in items]
        earlier = self.folders.notes.read(folder)
        note = links_note(links, earlier, self.clock.now())
        if is_same_note(note, earlier):
            return is_moved
        self.folders.notes.write(folder, note)
        return True

    def amiss(self, recordings: Iterable[str]) -> Iterator[Amiss]:
        """The notes of these recordings, and of everybody with links, that are not there or cannot be read; and
        those that lie where no other program looks for them."""
        for recording_id in recordings:
            if self.metadata(recording_id) is None:
                yield _unreadable(_metadata_of(recording_id))
        for user_id in self._users(None):
            folder = self.folders.of(user_id)
            if self.folders.is_stray(user_id):
                yield Amiss(_links_of(user_id), "lies under the account's id", f"moved to {_links_of(folder)}")
            elif not isinstance((self.folders.notes.read(folder) or {}).get("links"), dict):
                yield _unreadable(_links_of(folder))

    def mend(self, recordings: Iterable[str], item_ids: Iterable[str] | None) -> Iterator[Mended]:
        """Write what is not as the record has it, of these recordings and of those who link to these items (None:
        of everybody)."""
        for recording_id in recordings:
            yield from _told(_metadata_of(recording_id), self.write_metadata, recording_id)
        for user_id in self._users(item_ids):
            yield from _told(_links_of(self.folders.of(user_id)), self.write_links, user_id)

    def _users(self, item_ids: Iterable[str] | None) -> list[str]:
        """Those who link to these items and have a note; of all items, also those whose note is to be moved."""
        linked = [user_id for user_id in self.songs.owners_of_links(item_ids) if self.folders.is_followed(user_id)]
        return list(dict.fromkeys([*linked, *(self.folders.strays() if item_ids is None else ())]))

    def _playable(self, recording_id: str) -> list[LibraryItem]:
        return [item for item in self.record.items_of(recording_id) if item.is_playable]

    def _written(self, folder: str, note: Mapping[str, Any]) -> bool:
        if note == self.metadata(folder):
            return False
        self.storage.write_note(folder, METADATA, json.dumps(note, ensure_ascii=False, indent=2))
        return True


def _told(file: str, write: Callable[[str], bool], key: str) -> Iterator[Mended]:
    """One file that cannot be written keeps no other from being mended."""
    try:
        if write(key):
            yield Mended(file, "written anew")
    except HarmonixError as refused:
        yield Mended(file, f"left as it is: {refused.message}", is_mended=False)


def _unreadable(file: str) -> Amiss:
    return Amiss(file, "is missing or cannot be read", "written anew from the record")


def _metadata_of(recording_id: str) -> str:
    return f"{recording_id}/{METADATA}"


def _links_of(folder: str) -> str:
    return f"outputs/users/{folder}/{LINKS}"
