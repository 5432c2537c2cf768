"""Letters drawn with Pillow: the studio's own typeface first, then what the machine has for other scripts."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harmonix_splitter.errors import EngineMissingError
from harmonix_splitter.services.ports.packs import Mask

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_ON_MACHINES = (
    "DejaVuSans-Bold.ttf",
    "NotoSans-Bold.ttf",
    "LiberationSans-Bold.ttf",
    "arialbd.ttf",
    "Arial Bold.ttf",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJK-Regular.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "msgothic.ttc",
    "msyh.ttc",
    "Hiragino Sans GB.ttc",
    "NotoSansArabic-Bold.ttf",
    "NotoSansHebrew-Bold.ttf",
    "NotoSansDevanagari-Bold.ttf",
)
_NO_LETTER = "\uffff"
_SMALLEST_SHARE = 0.4


class PillowTypesetter:
    """Typesetter. `own` are typefaces that come with the program; each letter takes the first that has it."""

    def __init__(self, own: Sequence[Path] = ()) -> None:
        self._own = tuple(own)
        self._sized = lru_cache(maxsize=64)(self._of_size)
        self._drawable = lru_cache(maxsize=4096)(self._face_of)

    def width(self, text: str, size: int) -> int:
        return sum(round(self._sized(face, size).getlength(run)) for face, run in self._runs(text))

    def drawn(self, text: str, size: int, *, smooth: bool = True) -> Mask:
        from PIL import Image, ImageDraw

        picture = Image.new("L", (max(1, self.width(text, size)), size), 0)
        pen = ImageDraw.Draw(picture)
        pen.fontmode = "L" if smooth else "1"
        left = 0
        for face, run in self._runs(text):
            font = self._sized(face, size)
            pen.text((left, round(size * 0.78)), run, fill=255, font=font, anchor="ls")
            left += round(font.getlength(run))
        return np.asarray(picture, dtype=np.uint8)

    def _runs(self, text: str) -> Iterator[tuple[int, str]]:
        """Letters next to each other that share a typeface."""
        shown = "".join(letter for letter in text if letter.isprintable())
        for face, letters in groupby(shown, key=self._drawable):
            yield face, "".join(letters)

    def _face_of(self, letter: str) -> int:
        if letter.isspace():
            return 0
        for number in range(len(self._faces)):
            font = self._sized(number, 32)
            if bytes(font.getmask(letter)) != bytes(font.getmask(_NO_LETTER)):
                return number
        raise EngineMissingError(
            f"No typeface on this machine has the letter {letter!r}.",
            advice="Install fonts for this script, such as Noto Sans, and try again.",
        )

    @cached_property
    def _faces(self) -> list[Path | str]:
        """In this order; Pillow's own last."""
        from PIL import ImageFont

        found: list[Path | str] = []
        known: list[Path | str] = [*self._own, *_ON_MACHINES]
        for face in known:
            try:
                ImageFont.truetype(face, 16)
            except OSError:
                continue
            found.append(face)
        return [*found, ""]

    def _of_size(self, face: int, size: int) -> "FreeTypeFont":
        """The largest that fits `size` pixels from ascender to descender."""
        from PIL import ImageFont

        name, points = self._faces[face], size + 1
        while True:
            points -= 1
            font = ImageFont.truetype(name, points) if name else ImageFont.load_default(points)
            assert isinstance(font, ImageFont.FreeTypeFont)
            if sum(font.getmetrics()) <= size * 1.05 or points <= size * _SMALLEST_SHARE:
                return font
