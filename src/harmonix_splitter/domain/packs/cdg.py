"""CD+G: pictures of 6 by 12 tiles, 300 packets of 24 bytes a second beside the music.

The numbers are those of the CD's subcode ("Red Book" channels R to W): a screen of 300 by 216 with a border of one
tile, 16 colours of 4 bits each. A reader that loses packets recovers because everything is drawn with plain tiles.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NewType

PACKETS_A_SECOND = 300
PACKET_BYTES = 24
TILE_WIDTH, TILE_HEIGHT = 6, 12
COLUMNS, ROWS = 50, 18
Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 15 each."""
Packet = NewType("Packet", bytes)

_GRAPHICS = 0x09
_CLEAR, _BORDER, _TILE, _COLOURS_LOW, _COLOURS_HIGH = 1, 2, 6, 30, 31
_CLEARED_TIMES = 4
NOTHING = Packet(bytes(PACKET_BYTES))


@dataclass(frozen=True)
class Tile:
    """Twelve rows of six bits, the leftmost pixel being the highest bit: 0 shows `back`, 1 shows `ink`."""

    row: int
    column: int
    bits: tuple[int, ...]
    ink: int
    back: int = 0

    def packet(self) -> Packet:
        return _packet(_TILE, (self.back, self.ink, self.row, self.column, *self.bits))


def cleared(colour: int) -> list[Packet]:
    """The whole screen in one colour; said several times, because packets get lost."""
    whole = [_packet(_CLEAR, (colour, repeat)) for repeat in range(_CLEARED_TIMES)]
    return [*whole, _packet(_BORDER, (colour,))]


def colours(table: Sequence[Colour]) -> list[Packet]:
    """The sixteen colours; those not given are black."""
    full = [*table, *[(0, 0, 0)] * (16 - len(table))]
    return [_packet(_COLOURS_LOW, _mixed(full[:8])), _packet(_COLOURS_HIGH, _mixed(full[8:]))]


def _mixed(table: Iterable[Colour]) -> tuple[int, ...]:
    pairs = ((red << 2 | green >> 2, (green & 3) << 4 | blue) for red, green, blue in table)
    return tuple(part for pair in pairs for part in pair)


def _packet(instruction: int, data: Sequence[int]) -> Packet:
    body = bytes(data) + bytes(16 - len(data))
    return Packet(bytes((_GRAPHICS, instruction, 0, 0)) + body + bytes(4))


Timed = tuple[float, Packet]
"""When, in seconds, a packet should be sent."""


def in_time(urgent: Iterable[Timed], calm: Iterable[Timed], seconds: float) -> Iterator[Packet]:
    """One packet after the other: what is urgent at its moment, what is calm in the room between."""
    waiting = [deque(sorted(packets, key=lambda timed: timed[0])) for packets in (urgent, calm)]
    for number in range(round(seconds * PACKETS_A_SECOND)):
        now = number / PACKETS_A_SECOND
        due = next((queue for queue in waiting if queue and queue[0][0] <= now), None)
        yield due.popleft()[1] if due else NOTHING
