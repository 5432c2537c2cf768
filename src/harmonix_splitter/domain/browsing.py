"""Looking through songs: what is wished for, and what one line of the list shows."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import InvalidRequestError


class Whose(StrEnum):
    MINE = "mine"
    SHARED = "shared"
    """In the library, and not among one's own songs yet."""


@dataclass(frozen=True)
class SongWish:
    """`words` match title, artist or album; an empty or None wish leaves everything in."""

    user_id: str
    whose: Whose = Whose.MINE
    words: str = ""
    artist: str = ""
    camelot: str = ""
    least_bpm: float | None = None
    most_bpm: float | None = None
    instrument: str = ""
    with_lyrics: bool = False
    sort: str = "date_added"
    limit: int = 50
    offset: int = 0

    def __post_init__(self) -> None:
        if self.least_bpm is not None and self.most_bpm is not None and self.least_bpm > self.most_bpm:
            raise InvalidRequestError("The slowest tempo is faster than the fastest.", field="bpm_min")


def total_after(shown: int, limit: int, offset: int, count: Callable[[], int]) -> int:
    """How many there are in all: seen from a page that is not full, counted otherwise."""
    if shown < limit and (shown or not offset):
        return offset + shown
    return count()


@dataclass(frozen=True)
class MusicFacts:
    """The few facts of an analysis a list shows."""

    bpm: float | None = None
    key: str = ""
    scale: str = ""
    camelot: str = ""
    instruments: tuple[str, ...] = ()

    @staticmethod
    def of(document: Mapping[str, Any] | None) -> "MusicFacts":
        """What the document of an analysis says; where it is another program's and means something else, nothing."""
        told = document or {}
        tempo, key = ({} if not isinstance(told.get(part), Mapping) else told[part] for part in ("tempo", "key"))
        bpm, heard = tempo.get("bpm"), told.get("detected")
        is_bpm = isinstance(bpm, int | float) and math.isfinite(bpm)
        words = {name: key[name] for name in ("key", "scale", "camelot") if isinstance(key.get(name), str)}
        names = tuple(name for name in heard if isinstance(name, str)) if isinstance(heard, list | tuple) else ()
        return MusicFacts(bpm=bpm if is_bpm else None, instruments=names, **words)


@dataclass(frozen=True)
class ListedSong:
    """One line: somebody's own song, or (without `song`) an item of the library they could have at once."""

    facts: MusicFacts
    song: Song | None = None
    item: LibraryItem | None = None
    stars: int = 0
    has_lyrics: bool = False
