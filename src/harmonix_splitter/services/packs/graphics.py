"""CD+G: the screenplay drawn with tiles, each wiped over in the colour of its voice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harmonix_splitter.domain.lyrics.document import Lyrics, Voice
from harmonix_splitter.domain.packs import cdg
from harmonix_splitter.domain.packs.cdg import TILE_HEIGHT, TILE_WIDTH, Packet, Tile, Timed
from harmonix_splitter.domain.packs.screens import COUNTED, Piece, Screenplay, screenplay
from harmonix_splitter.services.ports.packs import Mask, Typesetter

_HEIGHT = 2 * TILE_HEIGHT
_WIDE = 48
_ROW_OF_PLACE = (3, 6, 10, 13)
_TITLE_ROWS = (5, 9)
_COUNT_ROW = 1
_TIGHT = 4
"""A gap of so many pixels already parts two words."""
_COLOURS = ((1, 1, 4), (15, 15, 15), (15, 12, 2), (11, 13, 15), (4, 9, 15), (12, 12, 12), (4, 13, 6))
_INKS = {Voice.LEAD: (1, 2), Voice.SECOND: (3, 4), Voice.BACKING: (5, 6)}
"""Before and after it is sung."""


@dataclass(frozen=True)
class _Set:
    """A row of text in tiles: each piece's first column and its bits, two tiles high."""

    columns: dict[int, tuple[tuple[int, ...], tuple[int, ...]]]
    pieces: tuple[tuple[int, int], ...]
    """First column and how many, piece by piece."""

    def tiles(self, row: int, columns: Iterable[int], ink: int) -> Iterator[Packet]:
        for column in columns:
            for half, bits in enumerate(self.columns.get(column, ((0,) * TILE_HEIGHT,) * 2)):
                yield Tile(row + half, column, bits, ink).packet()


@dataclass(frozen=True)
class CdgArtist:
    letters: Typesetter

    def drawn(self, lyrics: Lyrics, title: Sequence[str], seconds: float) -> bytes:
        """The whole song as CD+G. `title` is shown before the first words, when there is time."""
        play = screenplay(lyrics, self._fits)
        calm = [*_at(0.0, [*cdg.colours(_COLOURS), *cdg.cleared(0)]), *self._titled(title, play)]
        urgent = list(_counted(play))
        for shown in play.shown:
            text = self._set([piece.text for piece in shown.part.pieces])
            row, (ink, sung) = _ROW_OF_PLACE[shown.place], _INKS[shown.part.voice]
            calm += _at(shown.start, text.tiles(row, text.columns, ink))
            calm += _at(shown.end, _blank(row, text.columns))
            urgent += _wiped(text, shown.part.pieces, row, sung)
        return b"".join(cdg.in_time(urgent, calm, seconds))

    def _fits(self, pieces: Sequence[str]) -> bool:
        return sum(self._columns(piece) for piece in pieces) <= _WIDE + 1

    def _columns(self, piece: str) -> int:
        """How many tiles a piece takes, the space behind it included."""
        wide = self.letters.width(piece.rstrip(), _HEIGHT)
        needed = -(-wide // TILE_WIDTH)
        is_parted = needed * TILE_WIDTH - wide >= _TIGHT or piece == piece.rstrip()
        return max(1, needed) + (not is_parted)

    def _set(self, pieces: Sequence[str]) -> _Set:
        """In the middle; every piece begins with a tile, so that a tile is wiped with one word only."""
        widths = [self._columns(piece) for piece in pieces]
        column = 1 + max(0, (_WIDE - sum(widths)) // 2)
        columns, places = {}, []
        for piece, wide in zip(pieces, widths, strict=True):
            bits = _bits(self.letters.drawn(piece.rstrip(), _HEIGHT, smooth=False))
            columns.update({column + at: tile for at, tile in enumerate(bits) if column + at <= _WIDE})
            places.append((column, min(len(bits), max(0, _WIDE + 1 - column))))
            column += wide
        return _Set(columns, tuple(places))

    def _titled(self, title: Sequence[str], play: Screenplay) -> Iterator[Timed]:
        first = min((shown.start for shown in play.shown), default=0.0)
        if first < 2.0:
            return
        for row, text in zip(_TITLE_ROWS, title, strict=False):
            words = [f"{word} " for word in text.split()]
            kept = next((words[:size] for size in range(len(words), 0, -1) if self._fits(words[:size])), words[:1])
            drawn = self._set(kept)
            yield from _at(0.1, drawn.tiles(row, drawn.columns, 2 if row == _TITLE_ROWS[0] else 1))
        yield from _at(first - 0.1, cdg.cleared(0))


def _bits(mask: Mask) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """A picture of letters, two tiles high, cut into columns of tiles."""
    cut = []
    for left in range(0, mask.shape[1], TILE_WIDTH):
        rows = [
            sum(1 << (TILE_WIDTH - 1 - at) for at, pixel in enumerate(row[left : left + TILE_WIDTH]) if pixel > 127)
            for row in mask[:_HEIGHT]
        ]
        cut.append((tuple(rows[:TILE_HEIGHT]), tuple(rows[TILE_HEIGHT:])))
    return cut


def _wiped(text: _Set, pieces: Sequence[Piece], row: int, ink: int) -> Iterator[Timed]:
    for (first, count), piece in zip(text.pieces, pieces, strict=True):
        for at in range(count):
            moment = piece.start + (piece.end - piece.start) * (at + 0.5) / count
            yield from _at(moment, text.tiles(row, [first + at], ink))


def _counted(play: Screenplay) -> Iterator[Timed]:
    """Three blocks before an entry, going out one by one."""
    full = (0b111111,) * TILE_HEIGHT
    for entry in play.entries:
        for number in range(COUNTED):
            column = 2 + 2 * number
            yield from _at(entry - COUNTED, [Tile(_COUNT_ROW, column, full, ink=2).packet()])
            yield from _at(entry - number, [Tile(_COUNT_ROW, column, (0,) * TILE_HEIGHT, ink=2).packet()])


def _blank(row: int, columns: Iterable[int]) -> Iterator[Packet]:
    for column in columns:
        for half in (0, 1):
            yield Tile(row + half, column, (0,) * TILE_HEIGHT, ink=0).packet()


def _at(moment: float, packets: Iterable[Packet]) -> list[Timed]:
    return [(max(0.0, moment), packet) for packet in packets]
