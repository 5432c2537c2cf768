"""Where a song comes from: every known link form becomes one key, and a link is always rebuilt from that key."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, urlsplit

from harmonix_splitter.errors import InvalidRequestError


class SourceKind(StrEnum):
    YOUTUBE = "youtube"
    UPLOAD = "upload"
    LINK = "link"


VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_CONTENT_ID = re.compile(r"[0-9a-f]{24}")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{12,64}")
_SHORT_HOSTS = {"youtu.be", "www.youtu.be"}
_HOSTS = {
    "youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "gaming.youtube.com",
    "youtubekids.com", "www.youtubekids.com",
}  # fmt: skip
_EMBED_HOSTS = {"youtube-nocookie.com", "www.youtube-nocookie.com"}
_ID_IN_PATH = {"embed", "v", "vi", "e", "shorts", "live", "watch"}
_PLAYERS = {"videoseries", "live_stream"}
"""Players of YouTube's own whose names are as long as an id."""
_WRAPPED_IN = {"attribution_link": "u", "oembed": "url"}
"""Pages about a video, and the field that holds its link."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
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
    url = _whole(text)
    if not url:
        raise _not_youtube(link)
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
    """The playlist id in a YouTube link, None when it names no playlist or more than one."""
    parts, query = _taken_apart(_whole(link.strip(" ")))
    if _host(parts.netloc) not in _HOSTS | _SHORT_HOSTS | _EMBED_HOSTS:
        return None
    found = _the_one(query.get("list", []))
    return found if found and _PLAYLIST_ID.fullmatch(found) else None


def _whole(text: str) -> str:
    """The link with its beginning, which people leave out; empty when no link looks like this."""
    if not text.isascii() or any(character <= " " or character in "\\\x7f" for character in text):
        return ""
    if text.startswith("//"):
        return f"https:{text}"
    return text if _SCHEME.match(text) else f"https://{text}"


def _taken_apart(url: str) -> tuple[SplitResult, dict[str, list[str]]]:
    """A web link and what it asks for; nothing of either when it is none."""
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return urlsplit(""), {}
    return (parts, query) if parts.scheme in {"http", "https"} else (urlsplit(""), {})


def _the_one(values: Iterable[str]) -> str | None:
    """The value, if all of them say the same."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _host(netloc: str) -> str:
    """The bare host; empty for anything with a user name or a port in it."""
    return "" if "@" in netloc or ":" in netloc else netloc.lower().removesuffix(".")


def _video_id_in(url: str, *, is_wrapped: bool = False) -> str | None:
    parts, query = _taken_apart(url)
    host, steps = _host(parts.netloc), [step for step in parts.path.split("/") if step]
    if host in _SHORT_HOSTS and steps != ["watch"]:
        return _id_in_step(steps[0]) if len(steps) == 1 else None
    if host not in _HOSTS | _EMBED_HOSTS | _SHORT_HOSTS:
        return None
    if steps in ([], ["watch"]):
        return _the_one([*query.get("v", []), *query.get("vi", [])])
    if len(steps) == 1 and steps[0] in _WRAPPED_IN and not is_wrapped:
        return _wrapped_id(host, query.get(_WRAPPED_IN[steps[0]], []))
    return _id_in_step(steps[1]) if len(steps) == 2 and steps[0] in _ID_IN_PATH else None


def _id_in_step(step: str) -> str | None:
    """Old players' links go on with "&" without ever having asked anything."""
    found = step.partition("&")[0]
    return None if found in _PLAYERS else found


def _wrapped_id(host: str, links: list[str]) -> str | None:
    """The video of a link that is carried inside another; once, never deeper."""
    inner = _the_one(links) or ""
    if inner.startswith("/") and not inner.startswith("//"):
        inner = f"https://{host}{inner}"
    url = _whole(inner)
    return _video_id_in(url, is_wrapped=True) if url else None


def _not_youtube(link: str) -> InvalidRequestError:
    return InvalidRequestError(f"{link[:200]!r} is not a YouTube video link.", advice=_HOW_TO_ASK)
