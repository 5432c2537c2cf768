"""Who sings in a room, and what they wish for."""

import unicodedata
from dataclasses import dataclass

from harmonix_splitter.domain.analysis import VocalRange
from harmonix_splitter.errors import InvalidRequestError

LONGEST_NAME = 40


@dataclass(frozen=True)
class Singer:
    """`credit` is what a late comer starts with, so that they catch up one round and not the whole night."""

    id: str
    name: str
    token_hash: str = ""
    joined_at: float = 0.0
    credit: int = 0
    sung: int = 0
    lowest: float | None = None
    highest: float | None = None

    @property
    def taken(self) -> int:
        return self.credit + self.sung

    @property
    def range(self) -> VocalRange | None:
        return VocalRange(round(self.lowest), round(self.highest)) if self.lowest and self.highest else None


@dataclass(frozen=True)
class Turn:
    """One singer's wish, `semitones` away from the recording. `due_at`: the earliest it was ever expected to begin."""

    id: str
    singer_id: str
    song_id: str
    title: str
    artist: str
    duration: float
    wished_at: float
    pinned: int | None = None
    is_ready: bool = True
    failure: str = ""
    semitones: int = 0
    due_at: float | None = None


@dataclass(frozen=True)
class Sung:
    """What happened to a turn, for the night's history."""

    turn: Turn
    singer: str
    ended_at: float
    was_skipped: bool = False


def checked_name(name: str) -> str:
    """A name on one line, without control characters; markup is just letters to us."""
    plain = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    tidy = " ".join(plain.split())
    if not tidy:
        raise InvalidRequestError("Tell us your name.", field="name")
    if len(tidy) > LONGEST_NAME:
        raise InvalidRequestError(f"A name has {LONGEST_NAME} characters at most.", field="name")
    return tidy
