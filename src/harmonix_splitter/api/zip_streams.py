"""A zip file made while it is sent: stored, not squeezed (audio does not get smaller), never whole in memory."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1024 * 1024
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Member:
    """One file of the zip: from disk, or from these bytes."""

    name: str
    path: Path | None = None
    content: bytes = b""


class _Drain(io.RawIOBase):
    """Takes what the zip writer writes and hands it on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zipped(members: Sequence[Member]) -> Iterator[bytes]:
    drain = _Drain()
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            yield from _one(archive, drain, member)
    yield drain.taken()


def _one(archive: zipfile.ZipFile, drain: _Drain, member: Member) -> Iterator[bytes]:
    info = zipfile.ZipInfo(member.name, _FIRST_DATE)
    info.external_attr = 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in _pieces(member):
            entry.write(piece)
            yield drain.taken()


def _pieces(member: Member) -> Iterator[bytes]:
    if member.path is None:
        yield member.content
        return
    with member.path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
