"""Where a song comes from: every known link form becomes one key, and a link is always rebuilt from that key."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from harmonix_splitter.errors import InvalidRequestError


class SourceKind(StrEnum):
    YOUTUBE = "youtube"
    UPLOAD = "upload"
    LINK = "link"


VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_CONTENT_ID = re.compile(r"[0-9a-f]{24}")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{12,64}")
_SHORT_HOSTS = {"youtu.be", "www.youtu.be"}
_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "gaming.youtube.com"}
_EMBED_HOSTS = {"youtube-nocookie.com", "www.youtube-nocookie.com"}
_ID_IN_PATH = {"embed", "v", "e", "shorts", "live", "watch"}
_HOW_TO_ASK = "Paste a YouTube link such as https://youtu.be/dQw4w9WgXcQ, or upload the file."


@dataclass(frozen=True)
class Source:
    """One recording's origin. `folder` names its place in the library, `key` is what requests are compared by."""

    kind: SourceKind
    id: str
    url: str = ""

    def __post_init__(self) -> None:
        pattern = VIDEO_ID if self.kind is SourceKind.YOUTUBE else _CONTENT_ID
        if not pattern.fullmatch(self.id):
            raise InvalidRequestError(f"{self.id!r} is not a {self.kind} id.", advice=_HOW_TO_ASK)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def folder(self) -> str:
        """The name of its folder; a YouTube recording's folder is its bare video id."""
        return self.id if self.kind is SourceKind.YOUTUBE else f"{self.kind}-{self.id}"

    @property
    def link(self) -> str:
        """The canonical link, made from the id and never from what somebody typed."""
        return f"https://www.youtube.com/watch?v={self.id}" if self.kind is SourceKind.YOUTUBE else self.url

    @property
    def is_youtube(self) -> bool:
        return self.kind is SourceKind.YOUTUBE


def youtube(video_id: str) -> Source:
    """The source of one video id; anything but eleven plain characters is refused."""
    return Source(SourceKind.YOUTUBE, video_id)


def upload(sha256: str) -> Source:
    """The source of an uploaded file, known by the hash of its bytes."""
    return Source(SourceKind.UPLOAD, sha256.lower()[:24])


def source_of_key(key: str) -> Source:
    """The source a stored key stands for."""
    kind, _, id = key.partition(":")
    if kind not in set(SourceKind):
        raise InvalidRequestError(f"{key!r} is not a source key.")
    return Source(SourceKind(kind), id)


def source_of(link: str, other_sites: Collection[str] = ()) -> Source:
    """The video a YouTube link (or a bare id) names, or the page of a site the administrator allows.

    Strict: only https/http, only YouTube's own hosts and those allowed, no user names or ports in the link, exactly one
    id of eleven characters on YouTube. Anything else raises InvalidRequestError.
    """
    text = link.strip(" ")
    if VIDEO_ID.fullmatch(text):
        return youtube(text)
    if not text.isascii() or any(character <= " " or character in "\\\x7f" for character in text):
        raise _not_youtube(link)
    url = text if "://" in text else f"https://{text}"
    elsewhere = _page_on(other_sites, url)
    if elsewhere is not None:
        return elsewhere
    video_id = _video_id_in(url)
    if video_id is None or not VIDEO_ID.fullmatch(video_id):
        raise _not_youtube(link)
    return youtube(video_id)


def _page_on(sites: Collection[str], url: str) -> Source | None:
    """The page itself is the source: without its fragment, and never asked for without encryption if that was typed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = _host(parts.netloc)
    is_allowed = any(host == site or host.endswith(f".{site}") for site in (site.lower() for site in sites) if site)
    if not is_allowed or parts.scheme.lower() not in {"http", "https"} or host in _SHORT_HOSTS | _HOSTS | _EMBED_HOSTS:
        return None
    page = f"{host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    return Source(SourceKind.LINK, sha256(page.encode()).hexdigest()[:24], f"{parts.scheme.lower()}://{page}")


def playlist_of(link: str) -> str | None:
    """The playlist id in a YouTube link, None when it names no playlist."""
    try:
        parts = urlsplit(link.strip(" "))
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or _host(parts.netloc) not in _HOSTS:
        return None
    found = parse_qs(parts.query).get("list", [""])[0]
    return found if _PLAYLIST_ID.fullmatch(found) else None


def _host(netloc: str) -> str:
    """The bare host; empty for anything with a user name or a port in it."""
    return "" if "@" in netloc or ":" in netloc else netloc.lower().removesuffix(".")


def _video_id_in(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"}:
        return None
    host, steps = _host(parts.netloc), [step for step in parts.path.split("/") if step]
    if host in _SHORT_HOSTS:
        return steps[0] if len(steps) == 1 else None
    if host not in _HOSTS | _EMBED_HOSTS:
        return None
    if steps == ["watch"]:
        ids = query.get("v", [])
        return ids[0] if len(set(ids)) == 1 else None
    if len(steps) == 2 and steps[0] in _ID_IN_PATH:
        return steps[1]
    return None


def _not_youtube(link: str) -> InvalidRequestError:
    return InvalidRequestError(f"{link[:200]!r} is not a YouTube video link.", advice=_HOW_TO_ASK)
