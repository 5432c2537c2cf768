"""The shared library: what anybody had done is there for everybody; published whole, or not at all."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.browsing import total_after
from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.library import (
    Cleanup,
    ItemStatus,
    LibraryItem,
    Manifest,
    Recording,
    place_of,
)
from harmonix_splitter.domain.library_notes import item_facts
from harmonix_splitter.domain.separation import ORIGINAL, stem_name
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotFoundError
from harmonix_splitter.services.library_notes import LibraryNotes
from harmonix_splitter.services.link_folders import LinkFolders
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.events import EventBus
from harmonix_splitter.services.ports.later import Later
from harmonix_splitter.services.ports.library import ItemQuery, LibraryNumbers, LibraryRepository, Rating
from harmonix_splitter.services.ports.songs import SongRepository
from harmonix_splitter.services.ports.storage import LibraryStorage, StoredFile

THUMBNAIL = "thumbnail"


@dataclass(frozen=True)
class LibraryService:
    record: LibraryRepository
    songs: SongRepository
    storage: LibraryStorage
    link_folders: LinkFolders
    later: Later
    events: EventBus
    clock: Clock

    def item(self, item_id: str) -> LibraryItem:
        return self.record.item(item_id)

    def find(self, query: ItemQuery) -> tuple[list[LibraryItem], int]:
        found = self.record.find(query)
        return found, total_after(len(found), query.limit, query.offset, lambda: self.record.count(query))

    def numbers(self) -> LibraryNumbers:
        return self.record.numbers()

    def item_of(self, source_key: str, recipe_key: str) -> LibraryItem | None:
        """The finished item of a source in a recipe, if anybody ever had it made."""
        return self.record.item_of(source_key, recipe_key)

    def cut_of(self, song: Song) -> Cut | None:
        """Where a song's own file lies in the library's recording; None where it is all of it."""
        return self.record.cut_of(song.source.key, song.item_id) if song.source and song.item_id else None

    def is_known(self, source_key: str) -> bool:
        """Whether a playable item of this source exists, in whatever recipe."""
        found = self.record.recording_of(source_key)
        return found is not None and any(item.is_playable for item in self.record.items_of(found[0].id))

    def look_alikes(self, item_id: str) -> list[tuple[LibraryItem, float]]:
        """Playable items this one may be another take, mix or piece of, the most alike in sound first (0: by name)."""
        told = self.record.recording(self.item(item_id).recording_id).details.get("looksLike", {})
        found = [(item, likeness) for other, likeness in told.items() for item in self.record.items_of(other)]
        current = (pair for pair in found if pair[0].status is ItemStatus.PUBLISHED)
        return sorted(current, key=lambda pair: -pair[1])

    def versions(self, item: LibraryItem) -> list[LibraryItem]:
        """This item and each time it was made anew, the newest first, playable or not."""
        siblings = self.record.items_of(item.recording_id)
        same = (each for each in siblings if each.recipe.key == item.recipe.key)
        return sorted(same, key=lambda each: -each.version)

    def tell_of_versions(self, item: LibraryItem) -> None:
        """Whoever looks at an earlier version hears that there is a newer one."""
        for earlier in self.versions(item)[1:] if item.version > 1 else ():
            self.events.publish("library", {"type": "library_changed", "itemId": earlier.id})

    def open_stem(self, item_id: str, stem: str) -> StoredFile:
        """One stem of an item, or its `original`; what to call it is looked up, never joined into a path."""
        item = self.record.item(item_id)
        if not item.is_playable:
            raise NotFoundError(f"This item is {item.status}.", advice="An admin can restore it.")
        name = stem_name(stem)
        if name in {ORIGINAL, THUMBNAIL}:
            return self.storage.open(place_of(item.recording_id), name)
        return self.storage.open(item.place, name)

    def may_hear(self, user_id: str, item_id: str) -> bool:
        """Whether this user has a song that links to the item."""
        return self.song_of(user_id, item_id) is not None

    def song_of(self, user_id: str, item_id: str) -> Song | None:
        """This user's song that links to the item."""
        return next((song for song in self.songs.linked(item_id) if song.owner_id == user_id), None)

    def publish_recording(self, recording: Recording, files: Mapping[str, Path], marks: Iterable[int]) -> Recording:
        """Keep the audio itself, once; a recording published meanwhile by somebody else is as good."""
        came_at = recording.created_at or self.clock.now()
        facts = {
            "kind": "recording",
            "source": recording.source.key,
            "sourceUrl": recording.source.url,
            "title": recording.title,
            "artist": recording.artist,
            "duration": recording.duration,
            "audioHash": recording.audio_hash,
            "samples": recording.samples,
            "sampleRate": recording.sample_rate,
            "createdAt": came_at.isoformat(),
            "details": dict(recording.details),
        }
        with suppress(ConflictError):
            self.storage.publish(place_of(recording.source.folder), files, facts)
        return self.record.put_recording(replace(recording, created_at=came_at), marks)

    def publish(self, item: LibraryItem, files: Mapping[str, Path], extra: Mapping[str, Any]) -> Manifest:
        """Put an item's files in place. What lies there already without a living row gives way."""
        return self.storage.replace(item.place, files, {**item_facts(item), **extra})

    @property
    def notes(self) -> LibraryNotes:
        """The files people and older tools read."""
        return LibraryNotes(self.record, self.songs, self.storage, self.link_folders, self.clock)

    def refresh_notes(self, item_id: str) -> None:
        """Write `metadata.json` anew from the record."""
        self.notes.write_metadata(self.record.item(item_id).recording_id)

    def links_changed(self, user_id: str, item_ids: Iterable[str] = ()) -> None:
        """Somebody's links changed: their `library_links.json` and the items' `metadata.json` follow soon, and
        everybody looking is told."""
        self.later.soon(f"links {user_id}", partial(self.notes.follow_links, user_id))
        for item_id in item_ids:
            self.later.soon(f"usage {item_id}", partial(self.notes.write_usage, item_id))
            self.events.publish("library", {"type": "library_changed", "itemId": item_id})

    def write_links(self, user_id: str) -> None:
        """Write a user's `library_links.json`, and how often what it lists is used, here and now."""
        self.notes.write_links(user_id)
        for item_id in {song.item_id for song in self.songs.links_of(user_id)}:
            self.notes.write_usage(item_id)

    def archive(self, item_id: str, reason: str = "") -> None:
        item = self.record.item(item_id)
        if item.is_pinned or item.usage:
            raise ConflictError("This item is pinned or somebody uses it.", advice="Only unused items are archived.")
        self._archive(item, reason)

    def restore(self, item_id: str) -> LibraryItem:
        item = self.record.item(item_id)
        if item.status is not ItemStatus.ARCHIVED:
            raise ConflictError(f"This item is {item.status}, not archived.")
        self.storage.restore("items", item.place)
        is_newest = all(each.version <= item.version for each in self.versions(item) if each.is_playable)
        status = ItemStatus.PUBLISHED if is_newest else ItemStatus.EARLIER
        self.record.set_status(item_id, status, self.clock.now())
        self.refresh_notes(item_id)
        return self.record.item(item_id)

    def delete(self, item_id: str, *, confirmed: bool) -> None:
        """Remove an item and everybody's links to it, for good; asked for twice."""
        item = self.record.item(item_id)
        if not confirmed:
            raise InvalidRequestError(
                f"{item.usage} people use this item. Deleting it cannot be undone.",
                advice="Ask again with confirm=true.",
                requires_confirmation=True,
            )
        owners = {song.owner_id for song in self.songs.linked(item_id)}
        self.record.forget(item_id)
        self.storage.remove(item.place)
        self.storage.remove_archived("items", item.place)
        for owner in owners:
            self.links_changed(owner, [item_id])
        self._recipes_changed(item)

    def clean_up(self, rule: Cleanup) -> list[LibraryItem]:
        """Archive what nobody links to: unused for so long, or the longest unused while the library is too large."""
        now = self.clock.now()
        stale = self.record.unused_since(now - timedelta(days=rule.unused_days))
        archived = list(stale)
        if rule.max_bytes is not None:
            excess = self.numbers().bytes - sum(item.size for item in stale) - rule.max_bytes
            for item in self.record.unused_since(now):
                if excess <= 0:
                    break
                if item not in stale:
                    archived.append(item)
                    excess -= item.size
        for item in archived:
            self._archive(item, "unused")
        return archived

    def rate(self, item_id: str, user_id: str, stars: int, comment: str = "") -> None:
        if not 1 <= stars <= 5:
            raise InvalidRequestError("Stars go from 1 to 5.")
        self.record.item(item_id)
        self.record.rate(Rating(item_id, user_id, stars, comment[:1000], self.clock.now()))

    def pin(self, item_id: str, pinned: bool) -> None:
        self.record.pin(item_id, pinned)

    def _archive(self, item: LibraryItem, reason: str) -> None:
        self.record.set_status(item.id, ItemStatus.ARCHIVED, self.clock.now())
        self.storage.archive("items", item.place)
        self.events.publish("library", {"type": "library_changed", "itemId": item.id, "reason": reason})
        self._recipes_changed(item)

    def _recipes_changed(self, item: LibraryItem) -> None:
        rewrite = partial(self.notes.write_metadata, item.recording_id)
        self.later.soon(f"metadata {item.recording_id}", rewrite)
