"""Standard MIDI Files: events at their ticks, tracks of events, the file."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TICKS = 960
"""Ticks of a quarter note."""
_TRACK_NAME, _TEXT, _MARKER, _END, _TEMPO, _TIME_SIGNATURE = 0x03, 0x01, 0x06, 0x2F, 0x51, 0x58
_VELOCITY = 80


@dataclass(frozen=True)
class Event:
    """`data` is the event as the file has it, without its time. Events of one tick keep their order."""

    tick: int
    data: bytes


def track_name(name: str) -> Event:
    return _meta(0, _TRACK_NAME, name.encode())


def text(tick: int, words: str) -> Event:
    return _meta(tick, _TEXT, words.encode())


def marker(tick: int, name: str) -> Event:
    return _meta(tick, _MARKER, name.encode())


def tempo(tick: int, microseconds: int) -> Event:
    """How long a quarter note lasts from here on."""
    return _meta(tick, _TEMPO, microseconds.to_bytes(3, "big"))


def time_signature(tick: int, beats: int, unit: int) -> Event:
    """`beats` over `unit`, a power of two."""
    return _meta(tick, _TIME_SIGNATURE, bytes((beats, unit.bit_length() - 1, 24, 8)))


def note(start: int, end: int, number: int, velocity: int = _VELOCITY) -> tuple[Event, Event]:
    return Event(start, bytes((0x90, number, velocity))), Event(end, bytes((0x80, number, 0)))


def written(tracks: Sequence[Iterable[Event]], end: int) -> bytes:
    """A file of format 1; every track lasts until `end`."""
    head = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS)
    return head + b"".join(_track([*events, _meta(end, _END, b"")]) for events in tracks)


def _track(events: list[Event]) -> bytes:
    body, before = bytearray(), 0
    for event in sorted(events, key=lambda event: event.tick):
        body += _number(event.tick - before) + event.data
        before = event.tick
    return b"MTrk" + struct.pack(">I", len(body)) + bytes(body)


def _meta(tick: int, kind: int, content: bytes) -> Event:
    return Event(tick, bytes((0xFF, kind)) + _number(len(content)) + content)


def _number(value: int) -> bytes:
    """Seven bits a byte, the highest bit set on all but the last."""
    pieces = [value & 0x7F]
    while value := value >> 7:
        pieces.append(0x80 | value & 0x7F)
    return bytes(reversed(pieces))
