"""What an aligner answers: the words with their times, and how well the text fits what is sung."""

from collections.abc import Sequence
from dataclasses import dataclass

from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Provenance, Word
from harmonix_splitter.domain.lyrics.languages import language_of
from harmonix_splitter.domain.lyrics.text import SungLine, sung_lines
from harmonix_splitter.domain.units import Seconds

LEAST_FIT = 0.5
"""Below this, the text does not seem to belong to the recording: it is offered, not applied."""


@dataclass(frozen=True)
class TimedWord:
    """Where one word is sung, and how sure that is (0 to 1)."""

    start: Seconds
    end: Seconds
    confidence: float


@dataclass(frozen=True)
class Aligned:
    """One time per word of the text, in its order. `fit`: how well the whole text belongs to the singing, 0 to 1."""

    words: tuple[TimedWord, ...]
    fit: float
    engine: str
    notes: tuple[str, ...] = ()

    @property
    def belongs(self) -> bool:
        return self.fit >= LEAST_FIT


@dataclass(frozen=True)
class TextToAlign:
    """What is to be timed: the lines, their language ("" when unknown), and a start per line where one is known."""

    lines: tuple[SungLine, ...]
    language: str = ""
    anchors: tuple[Seconds | None, ...] = ()

    @classmethod
    def of_text(cls, text: str, language: str = "") -> "TextToAlign":
        return cls(tuple(sung_lines(text)), language)

    @classmethod
    def of_lyrics(cls, lyrics: Lyrics, language: str = "") -> "TextToAlign":
        """The lines of lyrics that are already there; their starts become anchors when every line has one."""
        lines: list[SungLine] = []
        anchors: list[Seconds | None] = []
        for line in lyrics.settled().lines:
            if not line.text.strip():
                continue
            found = sung_lines(line.text) if any(map(str.isalnum, line.text)) else []
            lines += [SungLine(each.text, each.words, line.opens_stanza) for each in found[:1]]
            anchors += [line.start for _ in found[:1]]
        known = all(anchor is not None for anchor in anchors)
        return cls(tuple(lines), language or lyrics.language, tuple(anchors) if known else ())

    @property
    def reads_like(self) -> str:
        """The language that the text itself tells; empty where it does not."""
        return language_of(word for line in self.lines for word in line.words)

    @property
    def spelling(self) -> str:
        """The language whose spelling the words follow: as told, else as the text itself tells."""
        return self.language or self.reads_like

    @property
    def word_count(self) -> int:
        return sum(len(line.words) for line in self.lines)


def aligned_lyrics(text: TextToAlign, found: Aligned, source: str = "") -> Lyrics:
    """The text as lyrics with a time for every word."""
    lines, at = [], 0
    for line in text.lines:
        timed = found.words[at : at + len(line.words)]
        at += len(line.words)
        words = tuple(
            Word(word, time.start, time.end, round(time.confidence, 3))
            for word, time in zip(line.words, timed, strict=True)
        )
        lines.append(
            Line(
                line.text,
                words[0].start,
                words[-1].end,
                words,
                provenance=Provenance.ALIGNED,
                opens_stanza=line.opens_stanza,
            )
        )
    return Lyrics(tuple(lines), language=text.language, source=source, model=found.engine, notes=found.notes)


def evenly(words: int, span: tuple[float, float]) -> Sequence[TimedWord]:
    """Even spacing over a span: the guess every aligner has to beat, and what is said of a silent recording."""
    start, end = span
    step = (end - start) / max(1, words)
    return [TimedWord(Seconds(start + n * step), Seconds(start + (n + 1) * step), 0.0) for n in range(words)]
