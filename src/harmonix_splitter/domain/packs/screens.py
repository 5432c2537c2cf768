"""What a karaoke screen shows when: four places, filled two by two, so that the next words are there early."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Timing, Voice
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import ConflictError

PLACES = 4
EARLY = 4.0
"""Seconds before the first words of a verse that they are shown."""
LONG_GAP = 6.0
"""Longer without words, and the screen is cleared and a countdown leads back in."""
COUNTED = 3
_LINGER = 0.6
_PAIR = 2

_LONGEST_UNBROKEN = 12

Fits = Callable[[Sequence[str]], bool]
"""Whether these pieces, one after the other, fit the screen."""


@dataclass(frozen=True)
class Piece:
    """Letters that are wiped over from `start` to `end`, with the space behind them."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Part:
    """A line, or as much of one as fits the screen."""

    voice: Voice
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> float:
        return self.pieces[0].start

    @property
    def end(self) -> float:
        return max(piece.end for piece in self.pieces)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces).rstrip()


@dataclass(frozen=True)
class Shown:
    """A part at its place (0 is the top one), on the screen from `start` to `end`."""

    part: Part
    place: int
    start: float
    end: float

    def sung_at(self, now: float) -> list[float]:
        """How much of each piece is sung, 0 to 1."""
        return [min(1.0, max(0.0, (now - each.start) / max(each.end - each.start, 1e-3))) for each in self.part.pieces]


@dataclass(frozen=True)
class Screenplay:
    shown: tuple[Shown, ...]
    entries: tuple[float, ...]
    """When words begin after a long gap: a countdown leads in."""

    def at(self, now: float) -> list[Shown]:
        return [each for each in self.shown if each.start <= now < each.end]

    def count_at(self, now: float) -> int:
        """3, 2, 1 before an entry, else 0."""
        left = min((entry - now for entry in self.entries if entry > now), default=COUNTED + 1.0)
        return int(left) + 1 if left < COUNTED else 0


def screenplay(lyrics: Lyrics, fits: Fits) -> Screenplay:
    """Raise ConflictError when the words have no times: nothing could be wiped."""
    if lyrics.timing is Timing.NONE:
        raise ConflictError("The words of this song have no times yet.", advice="Time them on the words page first.")
    timed = [line for line in lyrics.settled().lines if line.text.strip() and line.start is not None]
    lines = _with_ends(sorted(timed, key=lambda line: line.start or 0.0))
    verses = _verses([part for line in lines for part in _parts(line, fits)])
    shown: list[Shown] = []
    for verse in verses:
        shown += _placed(verse, not_before=shown[-1].end if shown else 0.0)
    return Screenplay(tuple(shown), tuple(verse[0].start for verse in verses if verse[0].start >= COUNTED))


def _with_ends(lines: list[Line]) -> Iterator[Line]:
    """A line without an end lasts until the next, four seconds at most."""
    after: list[Line | None] = [*lines[1:], None]
    for line, following in zip(lines, after, strict=True):
        start = line.start or 0.0
        latest = following.start if following is not None and following.start is not None else start + 4.0
        end = line.end if line.end is not None and line.end > start else max(start + 0.3, min(latest, start + 4.0))
        yield replace(line, end=Seconds(end))


def _parts(line: Line, fits: Fits) -> Iterator[Part]:
    """The line, broken between words where it does not fit."""
    held: list[Piece] = []
    for piece in _pieces(line):
        if held and not fits([each.text for each in [*held, piece]]):
            yield Part(line.voice, tuple(held))
            held = []
        held.append(piece)
    yield Part(line.voice, tuple(held))


def _pieces(line: Line) -> list[Piece]:
    """Words with their times; those without any take as long as they are written."""
    if line.words:
        return [Piece(text, word.start, word.end) for text, word in line.pieces()]
    words = [part for word in line.text.split() for part in _broken(f"{word} ")]
    found, at = [], float(line.start or 0.0)
    share = ((line.end or 0.0) - at) / sum(len(word) for word in words)
    for word in words:
        found.append(Piece(word, at, at + share * len(word)))
        at = found[-1].end
    return found


def _broken(word: str) -> list[str]:
    """Scripts without spaces give one long word: it may be cut anywhere."""
    if len(word) <= _LONGEST_UNBROKEN:
        return [word]
    return [word[at : at + _LONGEST_UNBROKEN // 2] for at in range(0, len(word), _LONGEST_UNBROKEN // 2)]


def _verses(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts without a long gap between them."""
    verses: list[list[Part]] = []
    end = 0.0
    for part in parts:
        if not verses or part.start - end > LONG_GAP:
            verses.append([])
        verses[-1].append(part)
        end = max(end, part.end)
    return verses


def _placed(verse: Sequence[Part], not_before: float) -> list[Shown]:
    """Two by two, above and below: a pair is replaced when the pair after it begins."""
    pairs = [verse[at : at + _PAIR] for at in range(0, len(verse), _PAIR)]
    begins = [max(not_before, verse[0].start - EARLY)] * 2
    for before, between, pair in zip(pairs, pairs[1:], pairs[2:], strict=False):
        free = max(part.end for part in before)
        begins.append(min(pair[0].start, max(free, between[0].start)))
    over = max(part.end for part in verse) + _LINGER
    ends = [*begins[2:], over, over]
    return [
        Shown(part, place=number % (PLACES // _PAIR) * _PAIR + row, start=begins[number], end=ends[number])
        for number, pair in enumerate(pairs)
        for row, part in enumerate(pair)
    ]
