"""YouTube and the sites an admin allows, through yt-dlp: search, facts, playlists and audio, failures told apart."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from harmonix_splitter.adapters.sources.javascript import javascript_runtimes
from harmonix_splitter.adapters.sources.pictures import picture_at
from harmonix_splitter.adapters.sources.youtube_errors import source_error_of
from harmonix_splitter.domain.sources import VIDEO_ID, Source
from harmonix_splitter.errors import CancelledError, JobStepError, SourceError
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.sources import VideoFacts


@dataclass(frozen=True)
class YouTube:
    """`cookies_file` belongs to the whole server; `downloader` opens what yt-dlp calls a YoutubeDL."""

    base: str = "https://www.youtube.com"
    cookies_file: Path | None = None
    most_bytes: int = 2_000_000_000
    downloader: "Callable[[dict[str, Any]], Any] | None" = None

    def search(self, words: str, most: int) -> list[VideoFacts]:
        listing = self._ask(f"ytsearch{most}:{words}", flat=True)
        return [_facts(entry) for entry in listing.get("entries") or [] if _is_video(entry)]

    def facts(self, source: Source) -> VideoFacts:
        found = self._ask(self._link(source), flat=False, **_readers(source))
        return replace(_facts(found), id=source.id, url=source.link)

    def playlist(self, playlist_id: str, most: int) -> list[VideoFacts]:
        listing = self._ask(f"{self.base}/playlist?list={playlist_id}", flat=True, playlist_items=f"1:{most}")
        return [_facts(entry) for entry in listing.get("entries") or [] if _is_video(entry)]

    def download(self, source: Source, folder: Path, cookies: str, progress: Progress) -> Path:
        def heard(news: dict[str, Any]) -> None:
            total = news.get("total_bytes") or news.get("total_bytes_estimate") or 0
            if news.get("status") == "downloading" and total:
                progress(min(1.0, (news.get("downloaded_bytes") or 0) / total))

        options = {
            "format": "bestaudio/best",
            "outtmpl": {"default": str(folder / "fetched.%(ext)s")},
            "progress_hooks": [heard],
            "max_filesize": self.most_bytes,
        }
        with _jar(folder, cookies) as jar, _translated(_name_of(source)):
            self._session({**options, **_readers(source), **jar}).extract_info(self._link(source), download=True)
        return _only_file(folder, _name_of(source))

    def thumbnail(self, link: str, folder: Path) -> Path | None:
        return picture_at(link, folder, own_host=urlsplit(self.base).hostname or "")

    def _link(self, source: Source) -> str:
        return f"{self.base}/watch?v={source.id}" if source.is_youtube else source.url

    def _ask(self, what: str, *, flat: bool, **options: Any) -> dict[str, Any]:
        if flat:
            options["extract_flat"] = "in_playlist"
        with _translated():
            found = self._session(options).extract_info(what, download=False)
        return found if isinstance(found, dict) else {}

    def _session(self, options: dict[str, Any]) -> Any:
        own: dict[str, Any] = {
            "quiet": True,
            "no_warnings": True,
            "noprogress": True,
            "noplaylist": True,
            "retries": 3,
            "socket_timeout": 20,
            "cachedir": False,
            "allowed_extractors": ["youtube.*"],
            "js_runtimes": {name: {} for name in javascript_runtimes()},
            "logger": _Silence(),
        }
        if self.cookies_file is not None:
            own["cookiefile"] = str(self.cookies_file)
        return (self.downloader or _yt_dlp)({**own, **options})


def _yt_dlp(options: dict[str, Any]) -> Any:
    from yt_dlp import YoutubeDL

    return YoutubeDL(options)


class _Silence:
    """yt-dlp speaks through the errors it raises."""

    def debug(self, _text: str) -> None: ...

    def info(self, _text: str) -> None: ...

    def warning(self, _text: str) -> None: ...

    def error(self, _text: str) -> None: ...


def _readers(source: Source) -> dict[str, Any]:
    """Other sites are read by what knows them; what would fetch any address whatever stays switched off."""
    return {} if source.is_youtube else {"allowed_extractors": ["default", "-generic.*"]}


def _name_of(source: Source) -> str:
    return "YouTube" if source.is_youtube else urlsplit(source.url).netloc


@contextmanager
def _translated(site: str = "YouTube") -> Iterator[None]:
    from yt_dlp.utils import YoutubeDLError

    try:
        yield
    except (CancelledError, JobStepError):
        raise
    except YoutubeDLError as failed:
        inner = getattr(failed, "exc_info", None)
        if inner and isinstance(inner[1], CancelledError | JobStepError):
            raise inner[1] from None
        raise source_error_of(str(failed), site) from failed


@contextmanager
def _jar(folder: Path, cookies: str) -> Iterator[dict[str, str]]:
    """Cookies exist as a file only while they are used, readable by us alone."""
    if not cookies:
        yield {}
        return
    path = folder / f".cookies-{uuid4().hex}"
    path.touch(mode=0o600)
    try:
        path.write_text(cookies, encoding="utf-8")
        yield {"cookiefile": str(path)}
    finally:
        path.unlink(missing_ok=True)


def _only_file(folder: Path, site: str) -> Path:
    found = [path for path in folder.glob("fetched.*") if path.suffix != ".part"]
    if not found:
        raise SourceError(f"{site} sent no audio.", advice="Try again, or upload the file.", reason="unknown")
    return found[0]


def _is_video(entry: Any) -> bool:
    return isinstance(entry, dict) and bool(VIDEO_ID.fullmatch(str(entry.get("id") or "")))


def _facts(entry: dict[str, Any]) -> VideoFacts:
    pictures = [picture.get("url") for picture in entry.get("thumbnails") or [] if picture.get("url")]
    kept = ("description", "upload_date", "tags", "categories", "uploader_id", "view_count", "track", "album")
    return VideoFacts(
        id=str(entry.get("id") or ""),
        title=str(entry.get("title") or ""),
        channel=str(entry.get("channel") or entry.get("uploader") or ""),
        channel_id=str(entry.get("channel_id") or ""),
        duration=float(entry.get("duration") or 0.0),
        thumbnail=str(entry.get("thumbnail") or (pictures[-1] if pictures else "")),
        url=f"https://www.youtube.com/watch?v={entry.get('id')}",
        details={name: entry[name] for name in kept if entry.get(name) is not None},
    )
