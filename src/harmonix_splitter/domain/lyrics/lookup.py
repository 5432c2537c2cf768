"""Looking lyrics up: what is known of a song, and which answer of a lyrics server is about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harmonix_splitter.domain.lyrics.text import plain_letters
from harmonix_splitter.domain.units import Seconds

DURATION_GATE = Seconds(2.0)
_NOISE = re.compile(
    r"\s*[(\[][^)\]]*\b(?:official|video|audio|lyrics?|visuali[sz]er|hd|hq|4k|remaster(?:ed)?|karaoke|clip)\b[^)\]]*[)\]]",
    re.IGNORECASE,
)
_FEATURING = re.compile(r"\s*[(\[]?\b(?:feat|ft|featuring)\b\.?.*$", re.IGNORECASE)


@dataclass(frozen=True)
class SongFacts:
    """What is known of a song before its words are."""

    title: str = ""
    artist: str = ""
    album: str = ""
    duration: Seconds | None = None
    language: str = ""

    @property
    def can_be_looked_up(self) -> bool:
        return bool(plain_letters(self.title) and plain_letters(self.artist))

    @property
    def plain_title(self) -> str:
        """The title without "(Official Video)" and guests, as a database of songs writes it."""
        return _FEATURING.sub("", _NOISE.sub("", self.title)).strip() or self.title.strip()

    @property
    def main_artist(self) -> str:
        return _FEATURING.sub("", self.artist).strip() or self.artist.strip()


@dataclass(frozen=True)
class FoundLyrics:
    """One answer of a lyrics server."""

    title: str
    artist: str
    album: str = ""
    duration: Seconds | None = None
    plain: str = ""
    synced: str = ""
    instrumental: bool = False
    identifier: str = ""


def best_match(wanted: SongFacts, found: Sequence[FoundLyrics]) -> FoundLyrics | None:
    """The answer about this very recording: same title and artist, duration within two seconds; synced ones first.

    Without a duration to compare, another edit of the song cannot be told apart: then only an exact title counts.
    """
    fitting = [each for each in found if _is_same(wanted, each)]
    return min(fitting, key=lambda each: (not each.synced, _distance(wanted, each)), default=None)


def _is_same(wanted: SongFacts, found: FoundLyrics) -> bool:
    title, other = plain_letters(wanted.plain_title), plain_letters(SongFacts(found.title).plain_title)
    artist, singer = plain_letters(wanted.main_artist), plain_letters(found.artist)
    if not other or not singer or not (artist in singer or singer in artist):
        return False
    if wanted.duration is None or found.duration is None:
        return title == other
    return _distance(wanted, found) <= DURATION_GATE and (title == other or title in other or other in title)


def _distance(wanted: SongFacts, found: FoundLyrics) -> float:
    if wanted.duration is None or found.duration is None:
        return DURATION_GATE
    return abs(wanted.duration - found.duration)
