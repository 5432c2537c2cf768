"""Pictures of videos: only from the hosts they come from, only so large, and only what their bytes say is a picture."""

from pathlib import Path

from harmonix_splitter.errors import SourceError

_MOST_BYTES = 10_000_000
_HOSTS = ("ytimg.com", "ggpht.com", "googleusercontent.com", "youtube.com")
_KINDS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"RIFF": ".webp"}


def picture_at(link: str, folder: Path, *, own_host: str) -> Path | None:
    """The picture as a file in `folder`; None for any other link, for a redirection, and for what is no picture.

    `own_host` is the site itself, beside the hosts pictures are known to come from.
    """
    import httpx

    try:
        url = httpx.URL(link)
        if url.scheme not in {"https", "http"} or not _is_allowed(url.host, own_host):
            return None
        content = _fetched(link)
    except httpx.InvalidURL:
        return None
    except httpx.HTTPError as failed:
        raise SourceError("The picture of the video cannot be fetched.", reason="offline") from failed
    kind = next((suffix for magic, suffix in _KINDS.items() if content.startswith(magic)), None)
    if kind is None:
        return None
    path = folder / f"thumbnail{kind}"
    path.write_bytes(content)
    return path


def _is_allowed(host: str, own_host: str) -> bool:
    return host == own_host or any(host == known or host.endswith(f".{known}") for known in _HOSTS)


def _fetched(link: str) -> bytes:
    """Empty for any answer but a whole one within the limit. Redirections are not followed."""
    import httpx

    content = b""
    with httpx.stream("GET", link, timeout=15.0, follow_redirects=False) as answer:
        if answer.status_code != httpx.codes.OK:
            return b""
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > _MOST_BYTES:
                return b""
    return content
