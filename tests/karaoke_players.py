"""Players for karaoke files, written from their formats and not from our writers."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class CdgPlayer:
    """A CD+G screen of 300 by 216 palette numbers and its palette, after so many packets."""

    screen: np.ndarray = field(default_factory=lambda: np.zeros((216, 300), np.uint8))
    palette: np.ndarray = field(default_factory=lambda: np.zeros((16, 3), np.uint8))
    border: int = 0

    def play(self, data: bytes, seconds: float) -> "CdgPlayer":
        assert len(data) % 24 == 0
        for at in range(0, min(len(data), round(seconds * 300) * 24), 24):
            packet = data[at : at + 24]
            if packet[0] & 0x3F == 9:
                self._obey(packet[1] & 0x3F, [value & 0x3F for value in packet[4:20]])
        return self

    def _obey(self, instruction: int, data: list[int]) -> None:
        if instruction == 1:
            self.screen[:] = data[0] & 15
        elif instruction == 2:
            self.border = data[0] & 15
        elif instruction in {6, 38}:
            self._tile(data, is_xor=instruction == 38)
        elif instruction in {30, 31}:
            for number in range(8):
                high, low = data[2 * number], data[2 * number + 1]
                colour = (high >> 2, (high & 3) << 2 | low >> 4, low & 15)
                self.palette[number + 8 * (instruction - 30)] = colour
        else:
            raise AssertionError(f"unknown instruction {instruction}")

    def _tile(self, data: list[int], *, is_xor: bool) -> None:
        row, column = data[2] & 31, data[3] & 63
        assert row < 18, "outside the screen"
        assert column < 50, "outside the screen"
        for y in range(12):
            for x in range(6):
                colour = (data[1] if data[4 + y] & (32 >> x) else data[0]) & 15
                at = row * 12 + y, column * 6 + x
                self.screen[at] = self.screen[at] ^ colour if is_xor else colour


@dataclass(frozen=True)
class UltraStarNote:
    kind: str
    start: float
    end: float
    pitch: int
    text: str


def ultrastar_notes(text: str) -> tuple[dict[str, str], list[UltraStarNote]]:
    """The tags and the notes, in seconds: a beat of the file is a quarter of a beat of its BPM."""
    tags, notes = {}, []
    for row in text.splitlines():
        if row.startswith("#"):
            name, value = row[1:].split(":", 1)
            tags[name] = value
        elif row[:1] in {":", "*", "F", "R", "G"}:
            kind, start, length, pitch, *words = row.split(" ", 4)
            beat, gap = 60 / float(tags["BPM"]) / 4, float(tags["GAP"]) / 1000
            begin = gap + int(start) * beat
            notes.append(UltraStarNote(kind, begin, begin + int(length) * beat, int(pitch), "".join(words)))
    return tags, notes
