"""Notes: what a stem plays, written as MIDI and read back."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.packs import midi
from harmonix_splitter.errors import InvalidRequestError

USUAL_TEMPO = 120.0
_USUAL_BEAT = 500_000
_VALUES_OF = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
"""How many bytes follow each kind of event."""
_PERCUSSION = 9


@dataclass(frozen=True, order=True)
class Note:
    """Seconds from the beginning, MIDI pitch (60 is middle C), and how hard it is struck (1 to 127)."""

    start: float
    end: float
    pitch: int
    velocity: int = 80


@dataclass(frozen=True)
class NoteSheet:
    """`tempo` is in beats a minute, `tracks` how many of them hold notes."""

    notes: tuple[Note, ...]
    tempo: float = USUAL_TEMPO
    tracks: int = 1

    @property
    def duration(self) -> float:
        return max((note.end for note in self.notes), default=0.0)


def shifted(sheet: NoteSheet, cut: Cut) -> NoteSheet:
    """The same notes in the times of another cut; what is not in it falls away, a note over an end is cut off there."""
    placed = ((note, cut.span(note.start, note.end)) for note in sheet.notes)
    notes = tuple(replace(note, start=span[0], end=span[1]) for note, span in placed if span is not None)
    return replace(sheet, notes=notes)


def written(sheet: NoteSheet, name: str) -> bytes:
    """A MIDI file with the tempo in one track and the notes in another."""
    beat = round(60e6 / sheet.tempo)
    per_second = midi.TICKS * 1e6 / beat
    events = [midi.track_name(name)]
    for note in sheet.notes:
        begin = round(note.start * per_second)
        events += midi.note(begin, max(begin + 1, round(note.end * per_second)), note.pitch, note.velocity)
    # What ends at a moment ends before anything begins at it.
    ordered = sorted(events, key=lambda event: (event.tick, event.data[0] & 0xF0 == 0x90))
    return midi.written([[midi.tempo(0, beat)], ordered], round(sheet.duration * per_second) + 1)


def read(content: bytes) -> NoteSheet:
    """The notes of a MIDI file, percussion left out, in the tempo it begins with. Raise InvalidRequestError when it
    is none."""
    try:
        kind, _, ticks = struct.unpack_from(">HHH", content, 8)
        if content[:4] != b"MThd" or kind > 1 or not 0 < ticks < 0x8000:
            raise InvalidRequestError("This is no MIDI file we can read.")
        tracks = [list(_events(track)) for track in _tracks(content)]
    except (IndexError, KeyError, struct.error):
        raise InvalidRequestError("This MIDI file is damaged.") from None
    beat = next((value for track in tracks for _, what, value, _ in track if what == "tempo"), _USUAL_BEAT)
    seconds = beat / 1e6 / ticks
    found = [notes for track in tracks if (notes := list(_notes(track, seconds)))]
    every = sorted(note for notes in found for note in notes)
    return NoteSheet(tuple(every), round(60e6 / beat, 2), max(1, len(found)))


_Happened = tuple[int, str, int, int]
"""Tick, `on`, `off` or `tempo`, and two values."""


def _tracks(content: bytes) -> Iterator[bytes]:
    at = 8 + struct.unpack_from(">I", content, 4)[0]
    while at + 8 <= len(content):
        (size,) = struct.unpack_from(">I", content, at + 4)
        if content[at : at + 4] == b"MTrk":
            yield content[at + 8 : at + 8 + size]
        at += 8 + size


def _events(track: bytes) -> Iterator[_Happened]:
    at, tick, status = 0, 0, 0
    while at < len(track):
        wait, at = _number(track, at)
        tick += wait
        if track[at] & 0x80:
            status, at = track[at], at + 1
        if status >= 0xF0:
            kind = track[at] if status == 0xFF else -1
            size, at = _number(track, at + (status == 0xFF))
            if kind == 0x51 and size == 3 and any(track[at : at + 3]):
                yield tick, "tempo", int.from_bytes(track[at : at + 3], "big"), 0
            at += size
            continue
        first, last = track[at], track[at + _VALUES_OF[status & 0xF0] - 1]
        at += _VALUES_OF[status & 0xF0]
        if status & 0x0F != _PERCUSSION and status & 0xF0 in {0x80, 0x90}:
            yield tick, "on" if status & 0xF0 == 0x90 and last else "off", first, last


def _number(track: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    while True:
        value, at = value << 7 | track[at] & 0x7F, at + 1
        if not track[at - 1] & 0x80:
            return value, at


def _notes(track: Sequence[_Happened], seconds: float) -> Iterator[Note]:
    sounding: dict[int, tuple[int, int]] = {}
    for tick, what, pitch, velocity in track:
        if what == "tempo":
            continue
        if pitch in sounding:
            begin, struck = sounding.pop(pitch)
            yield Note(round(begin * seconds, 6), round(tick * seconds, 6), pitch, struck)
        if what == "on":
            sounding[pitch] = (tick, velocity)
