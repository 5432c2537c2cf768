"""Bringing songs of older programs into the library: copied, known by their sound, linked to their users."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.analysis import Analysis
from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.library import TOLD, LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.separation import Mode, Quality, Recipe
from harmonix_splitter.domain.songs import LONGEST_TEXT, UNKNOWN, Song, SongFacts, facts_of_name, facts_of_tags
from harmonix_splitter.domain.sources import Source, upload, youtube
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.ports.files import FileCopies
from harmonix_splitter.services.ports.old_libraries import OldItem, OldLibrary
from harmonix_splitter.services.ports.processing import Compares, Identifies
from harmonix_splitter.services.ports.progress import unheard
from harmonix_splitter.services.ports.sources import FileTags


@dataclass(frozen=True)
class Moved:
    """What became (or, in a dry run, would become) of one old song."""

    folder: Path
    title: str
    place: str
    outcome: str


@dataclass(frozen=True)
class MovingInService:
    library: LibraryService
    identifier: Identifies
    comparer: Compares
    tags: FileTags
    copies: FileCopies
    user_id_of: Callable[[str], str]

    def move_in(self, old: OldLibrary, *, dry_run: bool) -> list[Moved]:
        """Originals stay where they are. Songs the library has already are only linked."""
        moved = [self._moved(item, dry_run=dry_run) for item in old.items()]
        if not dry_run:
            for link in old.links():
                self._link(link.user, youtube(link.video_id), link.display_name)
        return moved

    def _moved(self, old: OldItem, *, dry_run: bool) -> Moved:
        source, recipe = _source_of(old), _recipe_of(old)
        place = place_of(source.folder, recipe)
        if self.library.record.item_of(source.key, recipe.key) is not None:
            self._link_own(old, source, dry_run=dry_run)
            return Moved(old.folder, old.title, place, "in the library already")
        if dry_run:
            outcome = "would be recovered from its audio" if old.is_truncated else "would be copied"
            return Moved(old.folder, old.title, place, outcome)
        try:
            self._copy(old, source, recipe)
        except HarmonixError as broken:
            return Moved(old.folder, old.title, place, f"left out: {broken.message}")
        self._link_own(old, source, dry_run=False)
        return Moved(old.folder, old.title, place, "recovered from its audio" if old.is_truncated else "copied")

    def _copy(self, old: OldItem, source: Source, recipe: Recipe) -> None:
        workspace = self.library.storage.workspace(f"move-{new_id()}")
        try:
            recording = self._recording(old, source, workspace)
            stems = {name: self.copies.copy(path, workspace) for name, path in old.stems.items()}
            item = self._item(recording, recipe, tuple(stems), old)
            manifest = self.library.publish(item, stems, {"movedFrom": old.folder.name})
            self.library.record.put(replace(item, size=manifest.size))
            self.library.refresh_notes(item.id)
        finally:
            self.library.storage.discard(workspace)

    def _recording(self, old: OldItem, source: Source, workspace: Path) -> Recording:
        """Its facts come from the audio; what its metadata says about the music is kept where it can be read."""
        heard = old.original or next(iter(old.stems.values()))
        identity = self.identifier.identify(heard, unheard)
        card = self._card(old)
        told = {"album": card.album, "genre": card.genre, "year": card.year}
        recording = Recording(
            id=source.folder,
            source=source,
            title=card.title,
            artist="" if card.artist == UNKNOWN else card.artist,
            duration=identity.duration,
            sample_rate=identity.sample_rate,
            samples=identity.samples,
            audio_hash=identity.audio_hash if old.original else "",
            fingerprint=b"".join(word.to_bytes(4, "little") for word in identity.words) if old.original else b"",
            analysis=_told(old.facts.get("music_info"), identity.duration),
            details={name: value for name, value in told.items() if value},
            created_at=self.library.clock.now(),
        )
        if old.original is None:
            return self.library.record.put_recording(recording)
        files = {"original": self.copies.copy(old.original, workspace)}
        return self.library.publish_recording(recording, files, self.comparer.marks(identity.words))

    def _card(self, old: OldItem) -> SongFacts:
        """As its metadata names it; where that was cut off, as the audio's tags do, or its name."""
        told = self.tags.read(old.original) if old.original else {}
        found = facts_of_tags(told, f"{old.title}.audio")
        if not old.facts.get("title"):
            return found
        artist = str(old.facts.get("artist") or told.get("artist") or UNKNOWN)
        return replace(found, title=old.title[:LONGEST_TEXT], artist=artist[:LONGEST_TEXT])

    def _item(self, recording: Recording, recipe: Recipe, stems: tuple[str, ...], old: OldItem) -> LibraryItem:
        place = place_of(recording.id, recipe)
        return LibraryItem(
            id=item_id_of(place),
            recording_id=recording.id,
            source=recording.source,
            recipe=recipe,
            place=place,
            stems=stems,
            size=0,
            created_at=self.library.clock.now(),
            title=recording.title,
            artist=recording.artist,
            duration=recording.duration,
            engine="moved in",
            processing_time=float(old.facts.get("processing_time") or 0.0),
        )

    def _link_own(self, old: OldItem, source: Source, *, dry_run: bool) -> None:
        if old.user and not dry_run:
            self._link(old.user, source, "")

    def _link(self, user: str, source: Source, name: str) -> None:
        """One song per recipe the library has of it, under the name its user gave it; linking twice changes nothing."""
        found = self.library.record.recording_of(source.key)
        if found is None:
            return
        owner = self.user_id_of(user)
        for item in self.library.record.items_of(found[0].id):
            if self.library.songs.of_user(owner, source.key, item.recipe.key) is None:
                known = SongFacts(item.title or UNKNOWN, item.artist or UNKNOWN)
                facts = facts_of_name(name.replace("_", " ")) if name else known
                card, now = facts.filled(known, known), self.library.clock.now()
                song = Song(new_id(), owner, card, now, source=source, recipe=item.recipe)
                self.library.songs.add(song.linked_to(item.id, at_once=True))
        self.library.links_changed(owner)


def _source_of(old: OldItem) -> Source:
    """A video where its id is known, else an upload known by the bytes of its original (or first stem)."""
    if old.video_id:
        return youtube(old.video_id)
    heard = old.original or next(iter(old.stems.values()))
    return upload(hashlib.sha256(heard.read_bytes()).hexdigest())


def _recipe_of(old: OldItem) -> Recipe:
    """What the metadata says, or what the stems show."""
    mode = Mode.KARAOKE if "instrumental" in old.stems and "drums" not in old.stems else Mode.GROUPED
    try:
        quality = Quality(str(old.facts.get("quality") or Quality.BALANCED))
    except ValueError:
        quality = Quality.BALANCED
    return Recipe(mode, quality)


def _told(music: object, duration: float) -> dict[str, Any] | None:
    """What old metadata says about the music, as we write it down; what is not in the documented form is left out."""
    said = music if isinstance(music, dict) else {}
    known = {part: said[part] for part in ("tempo", "key", "time_signature") if _makes_sense(part, said.get(part))}
    return {**Analysis.from_document({"duration": duration, **known}).to_document(), TOLD: True} if known else None


def _makes_sense(part: str, value: object) -> bool:
    try:
        Analysis.from_document({"duration": 0.0, part: value})
    except (HarmonixError, AttributeError, KeyError, TypeError, ValueError):
        return False
    return value is not None
