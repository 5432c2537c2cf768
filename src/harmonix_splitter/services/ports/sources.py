"""The web the songs come from, and uploads on their way in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from harmonix_splitter.domain.songs import SongFacts
from harmonix_splitter.domain.sources import Source
from harmonix_splitter.services.ports.progress import Progress


@dataclass(frozen=True)
class VideoFacts:
    """What a site says about one video. `duration` is in seconds."""

    id: str
    title: str
    channel: str = ""
    channel_id: str = ""
    duration: float = 0.0
    thumbnail: str = ""
    url: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fetched:
    """The audio of a source as one local file, and what is known about it."""

    path: Path
    facts: SongFacts
    thumbnail: Path | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Upload:
    """`id` is the SHA-256 of its bytes (or its first 24 characters)."""

    id: str
    name: str
    size: int
    path: Path


class FileTags(Protocol):
    """What a file of music says about itself. Broken tags are no tags."""

    def read(self, recording: Path) -> Mapping[str, str]:
        """Such as title, artist, album, date and genre, by their plain names."""
        ...

    def cover(self, recording: Path, folder: Path) -> Path | None:
        """Its cover as a file in `folder`; None when it has none, or none we would show."""
        ...


class UploadStore(Protocol):
    @property
    def look(self) -> Callable[[bytes], None]:
        """Raises AudioError at first bytes that are never those of a recording."""
        ...

    def receive(self, name: str, chunks: Iterable[bytes], most_bytes: int) -> Upload:
        """Store a stream. InvalidRequestError (fact code=too_large) beyond the limit or when empty, AudioError when it
        is no recording; nothing is kept of a stream that was refused or broke off."""
        ...

    def find(self, upload_id: str) -> Upload:
        """NotFoundError when it is gone."""
        ...

    def take(self, upload_id: str, folder: Path) -> Path:
        """The upload as a file of its own in `folder`, its name keeping the kind of file it claims to be."""
        ...

    def forget(self, upload_id: str) -> None: ...

    def gather_garbage(self, older_than_seconds: float) -> int:
        """Remove what was received so long ago, and not again since; how many."""
        ...


class VideoSite(Protocol):
    """YouTube, and the other sites an administrator allows. Failures are SourceError; `facts` carry `reason` (sign_in,
    age, geo, removed, private, rate_limited, too_old, offline, live, unknown) and `lasting` when trying again cannot
    help."""

    def search(self, words: str, most: int) -> list[VideoFacts]: ...

    def facts(self, source: Source) -> VideoFacts: ...

    def playlist(self, playlist_id: str, most: int) -> list[VideoFacts]: ...

    def download(self, source: Source, folder: Path, cookies: str, progress: Progress) -> Path:
        """The best audio of the video, as it is, in `folder`. `cookies` in Netscape form, or empty."""
        ...

    def thumbnail(self, link: str, folder: Path) -> Path | None:
        """The picture behind a link the site gave us; None when it has none."""
        ...


class MusicCatalogue(Protocol):
    """Looks up released music (iTunes)."""

    def search(self, title: str, artist: str, album: str, limit: int) -> list[dict[str, Any]]:
        """Results in the form of the metadata search of the API. SourceError when it cannot be reached."""
        ...


class AnswerStore(Protocol):
    """Answers from the web, kept."""

    def get(self, key: str, not_older_than: timedelta) -> Any | None: ...

    def put(self, key: str, answer: Any) -> None: ...

    def put_all(self, answers: Mapping[str, Any]) -> None:
        """All of them at once."""
        ...


class CookieJar(Protocol):
    """Cookies people lend us, encrypted at rest: one jar for the server ("") and one per user."""

    def save(self, owner_id: str, cookies: str) -> None: ...

    def read(self, owner_id: str) -> str:
        """Empty when none were lent."""
        ...

    def forget(self, owner_id: str) -> None: ...
