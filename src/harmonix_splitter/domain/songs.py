"""A song in somebody's library: the card people see before, while and after its recording is worked on."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.sources import Source
from harmonix_splitter.errors import InvalidRequestError

LONGEST_TEXT = 500
LONGEST_MS = 86_400_000
LAST_YEAR = 9999
UNKNOWN = "Unknown"
# A bare "50 Cent" or "21 Savage" is a name: a number counts as the track's with a zero before it or a sign behind it.
_TRACK = re.compile(r"(?:0\d\s+|\d{1,2}\s*[.)]\s+|\d{1,2}\s+[-–—]\s+)(?:[-–—]\s+)?(?=\w)")
_BETWEEN = re.compile(r"\s+[-–—]\s+")
_TAKE = re.compile(r"[(\[{][^)\]}]*[)\]}]|\s+[-–—|]\s+.*|\s(?:feat|ft)\.?\s.*", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_DECLINED = "declined"
_UNTOLD = ("", None, UNKNOWN)


class SongStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    ERROR = "error"


@dataclass(frozen=True)
class SongFacts:
    """What people read on the card, and may correct."""

    title: str
    artist: str
    album: str = ""
    genre: str = ""
    language: str = ""
    year: int | None = None
    duration_ms: int | None = None
    plain_lyrics: str = ""
    synced_lyrics: str = ""

    def __post_init__(self) -> None:
        for name in ("title", "artist"):
            if not str(getattr(self, name)).strip():
                raise InvalidRequestError(f"A song needs its {name}.", field=name)
        for name in ("title", "artist", "album", "genre", "language"):
            if len(getattr(self, name)) > LONGEST_TEXT:
                raise InvalidRequestError(f"The {name} is longer than {LONGEST_TEXT} characters.", field=name)
        if self.duration_ms is not None and not 0 <= self.duration_ms <= LONGEST_MS:
            raise InvalidRequestError("A duration is between nothing and a day.", field="durationMs")
        if self.year is not None and not 0 <= self.year <= LAST_YEAR:
            raise InvalidRequestError("That is no year.", field="year")

    def filled(self, found: "SongFacts", guess: "SongFacts") -> "SongFacts":
        """With what was found wherever nobody wrote anything: where it is empty, unknown or still the guess."""
        names = ("title", "artist", "album", "genre", "year", "duration_ms")
        better = {
            name: getattr(found, name)
            for name in names
            if getattr(found, name) not in _UNTOLD and getattr(self, name) in (*_UNTOLD, getattr(guess, name))
        }
        return replace(self, **better)


def facts_of_file(name: str) -> SongFacts:
    """What the name of a file tells: "01 Artist - Title.mp3" both, any other name only a title."""
    return facts_of_name(PurePath(name).stem)


def facts_of_name(name: str) -> SongFacts:
    """The same of a name that is no file's."""
    stem = name.strip()
    words = stem if " " in stem else stem.replace("_", " ").strip()
    untracked = _TRACK.sub("", words, count=1) if _TRACK.match(words) else words
    artist, *rest = _BETWEEN.split(untracked, maxsplit=1)
    if rest and artist.strip(" -–—") and rest[0].strip(" -–—"):
        return SongFacts(rest[0].strip(), artist.strip())
    return SongFacts((untracked if untracked != words else stem) or UNKNOWN, UNKNOWN)


def short_card(title: str, artist: str, seconds: float) -> SongFacts:
    """What a library item tells of itself."""
    name, by = (text[:LONGEST_TEXT].strip() or UNKNOWN for text in (title, artist))
    milliseconds = round(seconds * 1000)
    return SongFacts(name, by, duration_ms=milliseconds if 0 < milliseconds <= LONGEST_MS else None)


def facts_of_tags(tags: Mapping[str, str], name: str) -> SongFacts:
    """What a file says about itself, and what its name tells where it is silent."""
    told = {key: " ".join(text.split())[:LONGEST_TEXT] for key, text in tags.items()}
    guess = facts_of_file(name)
    year = _YEAR.match(told.get("date", ""))
    return SongFacts(
        told.get("title") or guess.title,
        told.get("artist") or told.get("album_artist") or guess.artist,
        told.get("album", ""),
        told.get("genre", ""),
        year=int(year[0]) if year else None,
    )


def name_of_song(title: str) -> str:
    """The same for every take: without "(Live)", "- Remastered" and "feat. somebody", and however it is spelled."""
    return _letters(_TAKE.sub(" ", title)) or _letters(title) or title


def _letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if sign.isalnum())


@dataclass(frozen=True)
class Song:
    """`item_id` is the library item it links to, once there is one; such a song is a link in the library's words."""

    id: str
    owner_id: str
    facts: SongFacts
    added_at: datetime
    source: Source | None = None
    recipe: Recipe | None = None
    status: SongStatus = SongStatus.PENDING
    job_id: str = ""
    item_id: str = ""
    is_instant: bool = False
    error: str = ""
    details: dict[str, object] = field(default_factory=dict)

    @property
    def video_id(self) -> str:
        return self.source.id if self.source is not None and self.source.is_youtube else ""

    @property
    def has_picture(self) -> bool:
        """Videos come with one unless we know better."""
        return bool(self.details.get("picture", bool(self.video_id)))

    @property
    def is_playable(self) -> bool:
        return self.status is SongStatus.COMPLETED and bool(self.item_id)

    @property
    def declined(self) -> frozenset[str]:
        """Items the library offered for it that were not what was meant."""
        known = self.details.get(_DECLINED)
        return frozenset(known) if isinstance(known, list) else frozenset()

    def without_offer(self, item_id: str) -> "Song":
        return replace(self, details={**self.details, _DECLINED: sorted(self.declined | {item_id})})

    def linked_to(self, item_id: str, *, at_once: bool) -> "Song":
        """This song, playable; `at_once` when nothing had to be done for it."""
        return replace(self, status=SongStatus.COMPLETED, item_id=item_id, is_instant=at_once, error="")
