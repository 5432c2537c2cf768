"""Songs that were put into the library's folder by hand are brought in; their own files stay as they are."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harmonix_splitter.domain.library import ItemStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.library_notes import METADATA
from harmonix_splitter.services.ports.old_libraries import HandPlaced, OldItem, OldLibrary, OldLink

BEFORE = "metadata.before.json"
"""What a folder's own `metadata.json` said before ours took its name."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OneSong:
    """A single song, as if it were all an older program had left."""

    song: OldItem

    def items(self) -> Iterator[OldItem]:
        yield self.song

    def links(self) -> Iterator[OldLink]:
        return iter(())

    def looked_for(self) -> tuple[str, ...]:
        return (str(self.song.folder),)


@dataclass(frozen=True)
class Arrival:
    video_id: str
    outcome: str
    is_in: bool


@dataclass(frozen=True)
class ArrivalsService:
    library: LibraryService
    placed: HandPlaced
    move_in: Callable[[OldLibrary], Sequence[str]]
    """Brings all of an old library in; what became of each song, in words."""

    def waiting(self) -> Iterator[str]:
        """Folders nobody has brought in. What an admin archived or deleted does not come back by itself."""
        return (video_id for video_id in self.placed.folders() if self._is_new(video_id))

    def bring_in_all(self, is_over: Callable[[], bool] = lambda: False) -> Iterator[Arrival]:
        """One after the other, until it is over."""
        for video_id in self.waiting():
            if is_over():
                return
            arrived = self.bring_in(video_id)
            if arrived is not None:
                yield arrived

    def bring_in(self, video_id: str) -> Arrival | None:
        """None where nothing lies that could be brought in."""
        try:
            song = self.placed.song(video_id)
            return None if song is None else self._brought_in(video_id, song)
        except (HarmonixError, OSError) as broken:
            return _left_out(video_id, broken.message if isinstance(broken, HarmonixError) else str(broken))

    def _brought_in(self, video_id: str, song: OldItem) -> Arrival:
        told = self.library.storage.read_note(video_id, METADATA)
        outcome = " ".join(self.move_in(OneSong(song)))
        if not self.library.is_known(youtube(video_id).key):
            return _left_out(video_id, outcome.removeprefix("left out: "))
        if told is not None and self.library.storage.read_note(video_id, BEFORE) is None:
            self.library.storage.write_note(video_id, BEFORE, told)
        logger.info("a song put there by hand was brought in", extra={"folder": video_id, "outcome": outcome})
        return Arrival(video_id, outcome, is_in=True)

    def _is_new(self, video_id: str) -> bool:
        """Unknown to the record; or known to it and gone, and now put back in another form."""
        known = self.library.record.recording_of(youtube(video_id).key)
        items = self.library.record.items_of(known[0].id) if known is not None else []
        return known is None or (bool(items) and all(item.status is ItemStatus.MISSING for item in items))


def _left_out(video_id: str, reason: str) -> Arrival:
    logger.warning("a song put there by hand cannot be brought in", extra={"folder": video_id, "reason": reason})
    return Arrival(video_id, reason, is_in=False)
