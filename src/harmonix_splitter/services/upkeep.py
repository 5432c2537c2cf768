"""Keeping the library and its index true to each other: rescan, verify, repair, clean up."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from harmonix_splitter.domain.library import (
    RECORDING,
    ItemStatus,
    LibraryItem,
    Manifest,
    Recording,
    is_folder,
)
from harmonix_splitter.errors import HarmonixError, InvalidRequestError, NotFoundError, StorageError
from harmonix_splitter.services.arrivals import Arrival, ArrivalsService
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.ports.library import ItemQuery
from harmonix_splitter.services.ports.processing import Compares
from harmonix_splitter.services.rebuilding import item_of, recording_of, words_of_bytes

_PAGE = 500


@dataclass(frozen=True)
class Fault:
    """Something that is not as it should be, and what `repair` would do about it."""

    place: str
    problem: str
    remedy: str
    is_mended: bool = True


@dataclass(frozen=True)
class Rescan:
    """What a look at the disk changed in the index."""

    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    returned: tuple[str, ...]


@dataclass(frozen=True)
class UpkeepService:
    library: LibraryService
    comparer: Compares
    arrivals: ArrivalsService

    def rescan(self) -> Rescan:
        """Items put there by hand appear, items whose files are gone are marked; nothing is deleted."""
        places = set(self.library.storage.places())
        known = {item.place: item for item in self._items(None)}
        appeared = tuple(place for place in sorted(places - set(known)) if self._indexed(place))
        vanished, returned = [], []
        for place, item in known.items():
            if item.is_playable and place not in places:
                self._mark(item, ItemStatus.MISSING)
                vanished.append(place)
            elif item.status is ItemStatus.MISSING and place in places:
                self._mark(item, ItemStatus.PUBLISHED)
                returned.append(place)
        self.library.record.recount()
        return Rescan(appeared, tuple(vanished), tuple(returned))

    def verify(self) -> Iterator[Fault]:
        """Read every byte of every place and hold it against the index; changes nothing."""
        indexed = {item.place: item for item in self._items(None)}
        for place in self.library.storage.places():
            for problem in self._problems(place):
                yield Fault(place, problem, "put aside, and made anew when somebody asks for it")
            if not place.endswith(f"/{RECORDING}") and place not in indexed:
                yield Fault(place, "is not in the index", "added to the index")
        for place, item in indexed.items():
            if item.is_playable and not self._is_there(place):
                yield Fault(place, "is in the index but its files are gone", "marked as missing")

    def check_notes(self) -> Iterator[Fault]:
        """What people and older tools could not read: their files, and songs put there by hand; changes nothing."""
        for note in self.library.notes.amiss(self._recordings(None)):
            yield Fault(note.file, note.problem, note.remedy)
        for video_id in self.arrivals.waiting():
            yield from self._waiting(video_id)

    def _waiting(self, video_id: str) -> Iterator[Fault]:
        try:
            if self.arrivals.placed.song(video_id) is not None:
                yield Fault(video_id, "was put there by hand and is not in the library yet", "brought in")
        except HarmonixError as unreadable:
            yield Fault(video_id, f"was put there by hand: {unreadable.message}", "left as it is", is_mended=False)

    def repair(self, folder: str | None = None) -> list[Fault]:
        """Do what `verify` and `check_notes` say, of everything or of one recording. Damaged files are put aside,
        never deleted. What could not be done is told too, as not mended."""
        if folder is not None:
            self._check_known(folder)
        done = [fault for place in self._places(folder) for fault in self._repaired(place)]
        self.rescan()
        brought = self.arrivals.bring_in_all() if folder is None else self._brought_in(folder)
        done += [_fault_of(arrival) for arrival in brought]
        recordings = self._recordings(folder)
        linked = None if folder is None else [item.id for item in self.library.record.items_of(folder)]
        mended = self.library.notes.mend(recordings, linked)
        done += [Fault(one.file, "was not as the record has it", one.outcome, one.is_mended) for one in mended]
        return done

    def _repaired(self, place: str) -> list[Fault]:
        problems = self._problems(place)
        if problems:
            self._put_aside(place)
            return [Fault(place, problem, "put aside") for problem in problems]
        return [Fault(place, "was not in the index", "added")] if self._indexed(place, refresh=True) else []

    def _check_known(self, folder: str) -> None:
        """Raise InvalidRequestError for what can be no folder, NotFoundError for one nobody has heard of."""
        if not is_folder(folder):
            advice = "An id looks like dQw4w9WgXcQ: eleven letters, digits, - or _."
            raise InvalidRequestError(f"{folder[:200]!r} is not a YouTube id.", advice=advice)
        if not (self._places(folder) or self.library.record.items_of(folder) or self.arrivals.placed.song(folder)):
            raise NotFoundError(
                f"There is nothing of {folder!r} in the library that could be repaired: no item, and no stems.",
                advice="`harmonix library verify` tells what there is.",
            )

    def _places(self, folder: str | None) -> list[str]:
        return [place for place in self.library.storage.places() if folder in {None, place.split("/")[0]}]

    def _brought_in(self, folder: str) -> list[Arrival]:
        """One that is asked for by name comes in even if an admin sent it away before."""
        if any(item.is_playable for item in self.library.record.items_of(folder)):
            return []
        arrived = self.arrivals.bring_in(folder)
        return [] if arrived is None else [arrived]

    def _recordings(self, folder: str | None) -> Collection[str]:
        if folder is not None:
            return [folder]
        return dict.fromkeys(item.recording_id for item in self._items(ItemStatus.PUBLISHED))

    def gather_garbage(self, older_than_seconds: float = 86_400.0) -> int:
        return self.library.storage.gather_garbage(older_than_seconds)

    def _items(self, status: ItemStatus | None) -> Iterator[LibraryItem]:
        offset = 0
        while page := self.library.find(ItemQuery(status=status, limit=_PAGE, offset=offset))[0]:
            yield from page
            offset += _PAGE

    def _problems(self, place: str) -> list[str]:
        try:
            return self.library.storage.faults(place)
        except HarmonixError as broken:
            return [broken.message]

    def _is_there(self, place: str) -> bool:
        try:
            self.library.storage.manifest(place)
        except HarmonixError:
            return False
        return True

    def _indexed(self, place: str, *, refresh: bool = False) -> bool:
        """Write a place's rows from its manifest; whether there was none before."""
        try:
            manifest = self.library.storage.manifest(place)
            if place.endswith(f"/{RECORDING}"):
                return self._recording_indexed(manifest, refresh=refresh)
            item = item_of(manifest, self.library.clock.now())
        except (HarmonixError, KeyError, ValueError):
            return False
        is_new = not any(known.id == item.id for known in self.library.record.items_of(item.recording_id))
        if is_new:
            self._recording_of(item)
            self.library.record.put(item)
        return is_new

    def _recording_indexed(self, manifest: Manifest, *, refresh: bool) -> bool:
        recording = recording_of(manifest, self._fingerprint(manifest))
        known = self.library.record.recording_of(recording.source.key)
        if known is not None and not refresh:
            return False
        analysis = known[0].analysis if known is not None else None
        words = words_of_bytes(recording.fingerprint)
        kept = replace(recording, analysis=analysis)
        self.library.record.put_recording(kept, self.comparer.marks(words))
        return False

    def _recording_of(self, item: LibraryItem) -> None:
        """An item without its recording still plays: its stems are all there."""
        if self.library.record.recording_of(item.source.key) is None:
            bare = Recording(item.recording_id, item.source, item.title, item.artist, item.duration)
            self.library.record.put_recording(bare)

    def _fingerprint(self, manifest: Manifest) -> bytes:
        if "fingerprint" not in manifest.names:
            return b""
        return self.library.storage.open(manifest.place, "fingerprint").path.read_bytes()

    def _put_aside(self, place: str) -> None:
        """Out of the library into the archive's quarantine, where an admin can look at it."""
        try:
            self.library.storage.archive("quarantine", place)
        except StorageError:
            self.library.storage.remove(place)
        for item in self.library.record.items_of(place.split("/")[0]):
            if item.place == place:
                self._mark(item, ItemStatus.QUARANTINED)

    def _mark(self, item: LibraryItem, status: ItemStatus) -> None:
        self.library.record.set_status(item.id, status, self.library.clock.now())


def _fault_of(arrival: Arrival) -> Fault:
    if arrival.is_in:
        return Fault(arrival.video_id, "was put there by hand and not in the library", "brought in")
    return Fault(arrival.video_id, "was put there by hand", f"left as it is: {arrival.outcome}", is_mended=False)
