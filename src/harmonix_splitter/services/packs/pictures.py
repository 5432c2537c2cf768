"""The pictures of a karaoke video: words wiped over, a countdown, how far the song is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.domain.lyrics.document import Lyrics, Voice
from harmonix_splitter.domain.packs.screens import COUNTED, Screenplay, Shown, screenplay
from harmonix_splitter.services.ports.packs import Mask, Picture, Typesetter

WIDTH, HEIGHT, RATE = 1280, 720, 25
_SIZE, _MARGIN = 76, 60
_TOP_OF_PLACE = (130, 230, 400, 500)
_TITLE_TOPS, _TITLE_SIZES = (250, 370), (110, 60)
_COUNT_TOP, _COUNT_SIZE = 60, 28
_BAR_TOP, _BAR_HEIGHT = 690, 6
Colour = tuple[int, int, int]
_TOP_COLOUR, _BOTTOM_COLOUR, _BAR_COLOUR = (26, 22, 40), (10, 9, 16), (235, 165, 60)
_WHITE: Colour = (245, 243, 238)
_SUNG: dict[Voice, Colour] = {Voice.LEAD: (255, 190, 60), Voice.SECOND: (90, 180, 255), Voice.BACKING: (120, 215, 140)}


@dataclass(frozen=True)
class _Row:
    """A line ready to be put on a picture, not sung and sung, and where each piece begins and ends in pixels."""

    waiting: Picture
    sung: Picture
    left: int
    edges: tuple[int, ...]

    def sung_to(self, shares: Sequence[float]) -> int:
        """How many pixels from the left are sung."""
        reached = [
            begin + (end - begin) * share
            for (begin, end), share in zip(pairwise(self.edges), shares, strict=True)
            if share > 0
        ]
        return round(max(reached, default=0.0))


@dataclass(frozen=True)
class PictureArtist:
    letters: Typesetter
    _rows: dict[Shown, _Row] = field(default_factory=dict)

    def pictures(self, lyrics: Lyrics, title: Sequence[str], seconds: float) -> Iterator[Picture]:
        """RATE pictures for every second. A picture that did not change is the very same array again."""
        play = screenplay(lyrics, self._fits)
        ground, card = _ground(), self._title_card(title)
        first = min((shown.start for shown in play.shown), default=seconds)
        looks: tuple[object, ...] = ()
        picture = ground
        for number in range(round(seconds * RATE)):
            now = number / RATE
            bar = round(WIDTH * now / seconds)
            wiped = [(shown, self._row(shown).sung_to(shown.sung_at(now))) for shown in play.at(now)]
            look = (now < first, play.count_at(now), bar // 4, *wiped)
            if look != looks:
                picture = self._composed(card if now < first else ground, play, now, wiped)
                picture[_BAR_TOP : _BAR_TOP + _BAR_HEIGHT, : bar // 4 * 4] = _BAR_COLOUR
                looks = look
            yield picture

    def _composed(self, ground: Picture, play: Screenplay, now: float, wiped: list[tuple[Shown, int]]) -> Picture:
        picture = ground.copy()
        for number in range(play.count_at(now)):
            left = WIDTH // 2 - COUNTED * _COUNT_SIZE + 2 * number * _COUNT_SIZE
            picture[_COUNT_TOP : _COUNT_TOP + _COUNT_SIZE, left : left + _COUNT_SIZE] = _SUNG[Voice.LEAD]
        for shown, reached in wiped:
            row, top = self._row(shown), _TOP_OF_PLACE[shown.place]
            place = picture[top : top + _SIZE, row.left : row.left + row.waiting.shape[1]]
            place[:, :reached], place[:, reached:] = row.sung[:, :reached], row.waiting[:, reached:]
        return picture

    def _row(self, shown: Shown) -> _Row:
        if shown not in self._rows:
            texts = [piece.text for piece in shown.part.pieces]
            edges = [self.letters.width("".join(texts[:count]), _SIZE) for count in range(len(texts) + 1)]
            mask = self.letters.drawn(shown.part.text, _SIZE)[:, :WIDTH]
            left, top = (WIDTH - mask.shape[1]) // 2, _TOP_OF_PLACE[shown.place]
            both = []
            for colour in (_WHITE, _SUNG[shown.part.voice]):
                ground = _ground()
                _lay(ground, mask, (top, left), colour)
                both.append(ground[top : top + _SIZE, left : left + mask.shape[1]].copy())
            self._rows[shown] = _Row(both[0], both[1], left, tuple(edges))
        return self._rows[shown]

    def _fits(self, pieces: Sequence[str]) -> bool:
        return self.letters.width("".join(pieces).rstrip(), _SIZE) <= WIDTH - 2 * _MARGIN

    def _title_card(self, title: Sequence[str]) -> Picture:
        picture = _ground()
        for text, top, size in zip(title, _TITLE_TOPS, _TITLE_SIZES, strict=False):
            wide = self.letters.width(text, size)
            mask = self.letters.drawn(text, min(size, max(20, size * (WIDTH - 2 * _MARGIN) // max(wide, 1))))
            mask = mask[:, :WIDTH]
            _lay(picture, mask, (top, (WIDTH - mask.shape[1]) // 2), _WHITE)
        return picture


def _ground() -> Picture:
    """From a dark colour to a darker one."""
    share = np.linspace(0, 1, HEIGHT)[:, None]
    column = np.array(_TOP_COLOUR) * (1 - share) + np.array(_BOTTOM_COLOUR) * share
    return np.ascontiguousarray(np.broadcast_to(column[:, None, :], (HEIGHT, WIDTH, 3)), dtype=np.uint8)


def _lay(picture: Picture, mask: Mask, at: tuple[int, int], colour: Colour) -> None:
    """Letters in one colour over what is there."""
    top, left = at
    under = picture[top : top + mask.shape[0], left : left + mask.shape[1]]
    cover: NDArray[Any] = mask[: under.shape[0], : under.shape[1], None].astype(np.float32) / 255
    under[:] = (under * (1 - cover) + np.array(colour, np.float32) * cover).astype(np.uint8)
