"""What a stem file says about itself: a JSON note in an atom of its own within the MP4's `moov/udta`."""

import json
import struct
from collections.abc import Iterator

from harmonix_splitter.errors import AudioError

STEMS = ("drums", "bass", "other", "vocals")
"""The order decks expect behind the mix."""
_COLOURS = {"drums": "#E4572E", "bass": "#F2B134", "other": "#17A398", "vocals": "#4C6EF5"}
_COMPRESSOR = {
    "enabled": False,
    "attack": 0.003,
    "dry_wet": 50,
    "hp_cutoff": 300,
    "input_gain": 0.5,
    "output_gain": 0.5,
    "ratio": 3,
    "release": 0.3,
    "threshold": 0,
}
_LIMITER = {"enabled": False, "ceiling": -0.35, "release": 0.05, "threshold": 0}
Atom = tuple[bytes, int, int, int]
"""Its name, where it begins, where its content begins, where it ends."""


def stem_note() -> bytes:
    """Four names and colours, and no compressor or limiter: the stems already add up to the mix."""
    stems = [{"name": name.title(), "color": _COLOURS[name]} for name in STEMS]
    dsp = {"compressor": _COMPRESSOR, "limiter": _LIMITER}
    return json.dumps({"mastering_dsp": dsp, "stems": stems, "version": 1}).encode()


def with_note(moov: bytes, note: bytes) -> bytes:
    """A `moov` atom with the note in its `udta`, which is made where there is none."""
    (_, _, begin, end), *_ = atoms(moov)
    stem = _atom(b"stem", note)
    udta = next((atom for atom in atoms(moov, begin, end) if atom[0] == b"udta"), None)
    if udta is None:
        return _atom(b"moov", moov[begin:end] + _atom(b"udta", stem))
    _, start, content, stop = udta
    grown = _atom(b"udta", moov[content:stop] + stem)
    return _atom(b"moov", moov[begin:start] + grown + moov[stop:end])


def atoms(data: bytes, begin: int = 0, end: int | None = None) -> Iterator[Atom]:
    """One after the other, not what is inside them. Raise AudioError where a size cannot be true."""
    at, end = begin, len(data) if end is None else end
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        if not 8 <= size <= end - at:
            raise AudioError("The atoms of this MP4 file are broken.")
        yield name, at, at + 8, at + size
        at += size


def _atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content
