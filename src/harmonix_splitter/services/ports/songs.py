"""Where people's songs are recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from harmonix_splitter.domain.allowance import Use
from harmonix_splitter.domain.jobs import Job
from harmonix_splitter.domain.songs import Song


@dataclass(frozen=True)
class SongQuery:
    """Which songs, in which order. `words` match title, artist or album, in any case, wildcards taken literally."""

    owner_id: str | None = None
    words: str = ""
    artist: str = ""
    sort: str = "date_added"
    descending: bool = False
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class Asked:
    """What became of a request: a playable song at once, or a song waiting for a job."""

    song: Song
    job: Job | None = None
    is_new_job: bool = False


class SongRepository(Protocol):
    """The record of songs. Each method is one transaction; a song nobody knows raises NotFoundError."""

    def add(self, song: Song) -> Song: ...

    def ask(self, song: Song, job: Job) -> Asked:
        """Single flight. One transaction: link the song to a playable item of this recording and recipe if there is
        one, else to the live job of this key, else to `job` itself. A job being cancelled is never joined;
        a joined one is due when `job` is, if that is earlier."""
        ...

    def get(self, song_id: str) -> Song: ...

    def save(self, song: Song) -> Song: ...

    def delete(self, song_id: str) -> None: ...

    def find(self, query: SongQuery) -> list[Song]: ...

    def count(self, query: SongQuery) -> int: ...

    def artists(self, owner_id: str | None, words: str, limit: int, offset: int) -> tuple[list[tuple[str, int]], int]:
        """Artists with how many songs each, by name; and how many artists there are."""
        ...

    def of_user(self, owner_id: str, source_key: str, recipe_key: str) -> Song | None:
        """The song this user already has of a recording and recipe, newest first."""
        ...

    def of_job(self, job_id: str, owner_id: str) -> Song | None:
        """This user's song that asked for a job."""
        ...

    def linked(self, item_id: str) -> list[Song]: ...

    def linked_among(self, owner_id: str, item_ids: Iterable[str]) -> set[str]:
        """Which of these items this user links to."""
        ...

    def use_of(self, owner_id: str, since: datetime) -> Use:
        """The size of the items this user links to, and their jobs asked for since."""
        ...

    def links_of(self, owner_id: str) -> list[Song]:
        """This user's songs that link to an item."""
        ...

    def owners_of_links(self, item_ids: Iterable[str] | None = None) -> list[str]:
        """Everybody who links to any of these items (None: to any item at all)."""
        ...
