"""What part of a file a request gets, as RFC 9110 has it: validators first, then If-Range, then one range.

Pure: headers and facts in, a decision out. Several ranges, unknown units and malformed ranges get the whole file, which
the RFC allows and every player understands.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

_RANGE = re.compile(r"\s*bytes\s*=\s*(?:(\d{1,18})\s*-\s*(\d{0,18})|-\s*(\d{1,18}))\s*", re.IGNORECASE)
_ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$&+.^_`{}~()@,=\[\]-]+")
WHOLE_OK, PART, NOT_MODIFIED, FAILED, UNSATISFIABLE = 200, 206, 304, 412, 416
FOREVER = "private, max-age=31536000, immutable"


class FileFacts(NamedTuple):
    """What is served. `tag` is strong: the same tag means the same bytes."""

    size: int
    tag: str
    media_type: str = "application/octet-stream"
    filename: str = ""
    is_download: bool = False
    cache: str = FOREVER


class Decision(NamedTuple):
    """The status, the bytes [start, stop) of the file, and the headers."""

    status: int
    start: int = 0
    stop: int = 0
    headers: Sequence[tuple[bytes, bytes]] = ()

    @property
    def length(self) -> int:
        return self.stop - self.start


def decide(given: Mapping[bytes, bytes], file: FileFacts, *, is_get: bool = True) -> Decision:
    """RFC 9110 13.2.2: If-Match, If-None-Match, then If-Range and Range (of GET only)."""
    if (wanted := _header(given, b"if-match")) and not _names(wanted, file.tag, strong=True):
        return _empty(FAILED, file)
    if (known := _header(given, b"if-none-match")) and _names(known, file.tag, strong=False):
        return _empty(NOT_MODIFIED, file)
    asked = _header(given, b"range") if is_get else ""
    if_range = _header(given, b"if-range")
    if asked and (not if_range or _is_this(if_range, file.tag)):
        return _ranged(asked, file)
    return _whole(file)


def _ranged(asked: str, file: FileFacts) -> Decision:
    found = _RANGE.fullmatch(asked)
    if found is None:
        return _whole(file)
    first, last, suffix = found.groups()
    if suffix is not None:
        start, stop = max(0, file.size - int(suffix)), file.size
    else:
        start, stop = int(first), min(int(last) + 1, file.size) if last else file.size
        if last and int(last) < start:
            return _whole(file)
    if start >= stop:
        return _unsatisfiable(file)
    span = f"bytes {start}-{stop - 1}/{file.size}".encode()
    headers = [*described(file), (b"content-range", span), (b"content-length", str(stop - start).encode())]
    return Decision(PART, start, stop, headers)


def _whole(file: FileFacts) -> Decision:
    headers = [*described(file), (b"content-length", str(file.size).encode())]
    return Decision(WHOLE_OK, 0, file.size, headers)


def _empty(status: int, file: FileFacts) -> Decision:
    headers = [*_validators(file)]
    if status != NOT_MODIFIED:
        headers.append((b"content-length", b"0"))
    return Decision(status, headers=headers)


def _unsatisfiable(file: FileFacts) -> Decision:
    span = (b"content-range", f"bytes */{file.size}".encode())
    return Decision(UNSATISFIABLE, headers=[*_validators(file), span, (b"content-length", b"0")])


def _validators(file: FileFacts) -> list[tuple[bytes, bytes]]:
    return [
        (b"etag", f'"{file.tag}"'.encode("latin-1")),
        (b"cache-control", file.cache.encode()),
        (b"accept-ranges", b"bytes"),
    ]


@lru_cache(maxsize=2048)
def described(file: FileFacts) -> tuple[tuple[bytes, bytes], ...]:
    headers = [*_validators(file), (b"content-type", file.media_type.encode())]
    if file.filename:
        headers.append((b"content-disposition", disposition(file.filename, is_download=file.is_download).encode()))
    return tuple(headers)


@lru_cache(maxsize=4096)
def disposition(filename: str, *, is_download: bool) -> str:
    """RFC 6266: a plain name for old readers, the true one beside it when it is not plain."""
    kind = "attachment" if is_download else "inline"
    if _PLAIN_NAME.fullmatch(filename):
        return f'{kind}; filename="{filename}"'
    plain = "".join(sign if _PLAIN_NAME.fullmatch(sign) else "_" for sign in filename)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='', errors='replace')}"


def _header(given: Mapping[bytes, bytes], name: bytes) -> str:
    found = given.get(name)
    return found.decode("latin-1").strip() if found else ""


def _names(listed: str, tag: str, *, strong: bool) -> bool:
    """Whether the list of entity tags, or `*`, covers this file."""
    if listed == "*":
        return True
    return any(name == tag and not (weak and strong) for weak, name in _ENTITY_TAG.findall(listed))


def _is_this(if_range: str, tag: str) -> bool:
    """If-Range compares strongly; a date never matches, since we keep none."""
    return if_range == f'"{tag}"'
