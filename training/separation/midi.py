"""Write notes as a MIDI file: just enough of the format for one instrument."""

import struct
from dataclasses import dataclass

TICKS = 480


@dataclass(frozen=True)
class Note:
    """Start and length in beats, pitch as MIDI number."""

    start: float
    length: float
    pitch: int
    loudness: int


@dataclass(frozen=True)
class Part:
    """What one instrument plays. `channel` 9 is the drum kit; `swells` are (beat, how strong: 0 to 127) in between."""

    program: int
    channel: int
    notes: tuple[Note, ...]
    swells: tuple[tuple[float, int], ...] = ()
    vibrato: int = 0


def _number(value: int) -> bytes:
    """MIDI's variable-length number."""
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


def midi_file(part: Part, tempo: float) -> bytes:
    """The bytes of a one-track file at this tempo (beats per minute)."""
    events = [(round(beat * TICKS), -1, bytes([0xB0 | part.channel, 11, force])) for beat, force in part.swells]
    if part.vibrato:
        events.append((0, -1, bytes([0xB0 | part.channel, 1, part.vibrato])))
    for note in part.notes:
        pitch, loudness = min(max(note.pitch, 0), 127), min(max(note.loudness, 1), 127)
        begin, end = round(note.start * TICKS), round((note.start + note.length) * TICKS)
        events.append((begin, 1, bytes([0x90 | part.channel, pitch, loudness])))
        events.append((max(end, begin + 1), 0, bytes([0x80 | part.channel, pitch, 0])))
    beat = round(60e6 / tempo)
    track = b"\x00\xff\x51\x03" + beat.to_bytes(3, "big") + bytes([0, 0xC0 | part.channel, part.program])
    now = 0
    for tick, _, message in sorted(events):
        track += _number(tick - now) + message
        now = tick
    track += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(track)) + track
