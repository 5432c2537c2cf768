"""Bringing songs of older programs into the library: copied, known by their sound, linked to their users."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.library import ItemStatus, LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.library_notes import named_before
from harmonix_splitter.domain.separation import ORIGINAL, Recipe
from harmonix_splitter.domain.songs import LONGEST_TEXT, UNKNOWN, Song, SongFacts, facts_of_name
from harmonix_splitter.domain.sources import Source, youtube
from harmonix_splitter.errors import AudioError, HarmonixError
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.lyrics.book import LyricsBook
from harmonix_splitter.services.moved_facts import (
    moment_of,
    music_of,
    old_card,
    old_recipe,
    old_source,
    seconds_of,
    words_of,
)
from harmonix_splitter.services.ports.files import FileCopies
from harmonix_splitter.services.ports.old_libraries import OldItem, OldLibrary
from harmonix_splitter.services.ports.processing import Compares, Identifies, Identity
from harmonix_splitter.services.ports.progress import unheard
from harmonix_splitter.services.ports.sources import FileTags

MOVED_IN = "moved in"
"""Who made it, where an older program did."""


@dataclass(frozen=True)
class Moved:
    """What became (or, in a dry run, would become) of one old song."""

    folder: Path
    title: str
    place: str
    outcome: str
    is_here: bool = True


@dataclass(frozen=True)
class MovedIn:
    """`unlinked` are links, in words, to songs the library does not have; `looked_for` are the places that were seen
    to, `notes` what else went wrong."""

    songs: tuple[Moved, ...]
    unlinked: tuple[str, ...]
    looked_for: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Link:
    user: str
    source: Source
    name: str
    linked_at: object


@dataclass(frozen=True)
class _Heard:
    """An old item with only those of its files that can be decoded."""

    item: OldItem
    identity: Identity
    broken: tuple[str, ...]


@dataclass(frozen=True)
class MovingInService:
    library: LibraryService
    identifier: Identifies
    comparer: Compares
    tags: FileTags
    copies: FileCopies
    user_id_of: Callable[[str], str]
    lyrics: LyricsBook

    def move_in(self, old: OldLibrary, *, dry_run: bool) -> MovedIn:
        """Originals stay where they are. Songs the library has already are only linked."""
        # All of them before anything is written: where we move in in place, our link files take the place of the old.
        links = [_Link(link.user, youtube(link.video_id), link.display_name, link.linked_at) for link in old.links()]
        songs = []
        for item in old.items():
            songs.append(moved := self._moved(item, dry_run=dry_run))
            if item.user and moved.is_here:
                name, at = str(item.facts.get("display_name") or ""), item.facts.get("created_at")
                links.append(_Link(item.user, old_source(item), name, at))
        folders = {song.place.split("/")[0] for song in songs if song.is_here}
        unlinked = [link for link in links if link.source.folder not in folders and not self._items_of(link.source)]
        notes = () if dry_run else self._linked(links)
        return MovedIn(tuple(songs), tuple(map(_in_words, unlinked)), old.looked_for(), notes)

    def _moved(self, old: OldItem, *, dry_run: bool) -> Moved:
        place = ""
        try:
            source, recipe = old_source(old), old_recipe(old)
            place = place_of(source.folder, recipe)
            return Moved(old.folder, old.title, place, self._outcome(old, source, recipe, dry_run=dry_run))
        except HarmonixError as broken:
            reason = broken.message
        except OSError as unreadable:
            reason = f"{Path(unreadable.filename or old.folder).name} cannot be read ({unreadable.strerror})"
        return Moved(old.folder, old.title, place, f"left out: {reason}", is_here=False)

    def _outcome(self, old: OldItem, source: Source, recipe: Recipe, *, dry_run: bool) -> str:
        known = self.library.record.item_of(source.key, recipe.key)
        if known is not None:
            if not dry_run:
                self._keep_words(old, known.recording_id)
            return "in the library already"
        if dry_run:
            return "would be recovered from its audio" if old.is_truncated else "would be copied"
        broken = self._copied(old, source, recipe)
        done = "recovered from its audio" if old.is_truncated else "copied"
        return f"{done}, without what cannot be read: {', '.join(broken)}" if broken else done

    def _copied(self, old: OldItem, source: Source, recipe: Recipe) -> tuple[str, ...]:
        """The names of its files that were not: they cannot be decoded."""
        heard = self._heard(old)
        workspace = self.library.storage.workspace(f"move-{new_id()}")
        try:
            recording = self._recording(heard, source, workspace)
            stems = {name: self.copies.copy(path, workspace) for name, path in heard.item.stems.items()}
            item = self._item(recording, recipe, heard)
            manifest = self.library.publish(item, stems, {"movedFrom": old.folder.name})
            # Whoever made it long ago: it is unused only from now on.
            self.library.record.put(replace(item, size=manifest.size, last_used_at=self.library.clock.now()))
            self.library.refresh_notes(item.id)
        finally:
            self.library.storage.discard(workspace)
        self._keep_words(old, recording.id)
        return heard.broken

    def _heard(self, old: OldItem) -> _Heard:
        """Every file is decoded once, the original first."""
        files = {ORIGINAL: old.original} if old.original else {}
        good: dict[str, Identity] = {}
        files |= old.stems
        for name, path in files.items():
            try:
                good[name] = self.identifier.identify(path, unheard)
            except AudioError:
                continue
        stems = {name: path for name, path in old.stems.items() if name in good}
        if not stems:
            raise AudioError("None of its stems can be read.")
        kept = replace(old, original=old.original if ORIGINAL in good else None, stems=stems)
        return _Heard(kept, next(iter(good.values())), tuple(name for name in files if name not in good))

    def _recording(self, heard: _Heard, source: Source, workspace: Path) -> Recording:
        """Its facts come from the audio; what its metadata says about the music is kept where it can be read."""
        old, identity = heard.item, heard.identity
        card = old_card(old, self.tags.read(old.original) if old.original else {})
        known = self.library.record.recording_of(source.key)
        told = {"album": card.album, "genre": card.genre, "year": card.year}
        words = b"".join(word.to_bytes(4, "little") for word in identity.words)
        recording = Recording(
            id=source.folder,
            source=source,
            title=card.title,
            artist="" if card.artist == UNKNOWN else card.artist,
            duration=identity.duration,
            sample_rate=identity.sample_rate,
            samples=identity.samples,
            audio_hash=identity.audio_hash if old.original else "",
            fingerprint=words if old.original else b"",
            analysis=(known[0].analysis if known else None) or music_of(old.facts.get("music_info"), identity.duration),
            details={name: value for name, value in told.items() if value},
            created_at=self._made_at(old, "created_at"),
        )
        if old.original is None:
            return known[0] if known else self.library.record.put_recording(recording)
        (workspace / "fingerprint.bin").write_bytes(words)
        files = {ORIGINAL: self.copies.copy(old.original, workspace), "fingerprint": workspace / "fingerprint.bin"}
        return self.library.publish_recording(recording, files, self.comparer.marks(identity.words))

    def _item(self, recording: Recording, recipe: Recipe, heard: _Heard) -> LibraryItem:
        place = place_of(recording.id, recipe)
        return LibraryItem(
            id=item_id_of(place),
            recording_id=recording.id,
            source=recording.source,
            recipe=recipe,
            place=place,
            stems=tuple(heard.item.stems),
            size=0,
            created_at=self._made_at(heard.item, "processed_at", "completed_at", "extracted_at", "created_at"),
            title=recording.title,
            artist=recording.artist,
            duration=recording.duration,
            engine=MOVED_IN,
            processing_time=seconds_of(heard.item.facts.get("processing_time")),
            notes=tuple(f"The older program's {name} cannot be read." for name in heard.broken),
        )

    def _made_at(self, old: OldItem, *names: str) -> datetime:
        return moment_of(self.library.clock.now(), *(old.facts.get(name) for name in names))

    def _keep_words(self, old: OldItem, recording_id: str) -> None:
        """Once, as a version among others: nothing a person wrote here gives way to it."""
        found = words_of(old.words)
        if found is None:
            return
        lyrics, name = found
        note = f"Moved in from {old.folder.name}/{name}"
        if all(version.note != note for version in self.lyrics.versions(recording_id)):
            self.lyrics.offer(recording_id, replace(lyrics, source=f"{MOVED_IN}: {name}"), MOVED_IN, note)

    def _items_of(self, source: Source) -> list[LibraryItem]:
        found = self.library.record.recording_of(source.key)
        items = self.library.record.items_of(found[0].id) if found else []
        return [item for item in items if item.status is ItemStatus.PUBLISHED]

    def _linked(self, links: Iterable[_Link]) -> tuple[str, ...]:
        """Every link, then every link file at once: whoever asked for this may end before a chore is done."""
        owners: dict[str, str] = {}
        for link in links:
            if link.user not in owners:
                owners[link.user] = self.user_id_of(link.user)
            self._link(owners[link.user], link)
        notes = []
        for owner in dict.fromkeys(owners.values()):
            try:
                self.library.write_links(owner)
            except HarmonixError as refused:
                notes.append(f"The link file of {owner} was not written: {refused.message}")
        return tuple(notes)

    def _link(self, owner: str, link: _Link) -> None:
        """One song per recipe the library has of it, under the name its user gave it; linking twice changes nothing."""
        for item in self._items_of(link.source):
            if self.library.songs.of_user(owner, link.source.key, item.recipe.key) is None:
                known = SongFacts(item.title or UNKNOWN, item.artist or UNKNOWN)
                facts = facts_of_name(link.name.replace("_", " ")[:LONGEST_TEXT]) if link.name.strip("_ ") else known
                card, at = facts.filled(known, known), moment_of(self.library.clock.now(), link.linked_at)
                details = named_before(card, link.name[:LONGEST_TEXT])
                song = Song(new_id(), owner, card, at, source=link.source, recipe=item.recipe, details=details)
                self.library.songs.add(song.linked_to(item.id, at_once=True))


def _in_words(link: _Link) -> str:
    return f"{link.user}: {link.source.id} ({link.name or 'without a name'})"
