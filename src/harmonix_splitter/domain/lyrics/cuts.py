"""Lyrics in the times of another cut of the same recording."""

from collections.abc import Sequence
from dataclasses import replace

from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Word
from harmonix_splitter.domain.units import Seconds


def shifted(lyrics: Lyrics, cut: Cut) -> Lyrics:
    """Offsets are baked into the times. Words that are not sung in the cut fall away, from the text of their line as
    well; what reaches over an end of it is cut off there. Lines without times stay."""
    lines = lyrics.settled().lines
    placed = (_placed(line, _end_of(lines, at), cut) for at, line in enumerate(lines))
    duration = None if lyrics.duration is None else Seconds(cut.duration)
    return replace(lyrics, offset=0.0, duration=duration, lines=tuple(line for line in placed if line is not None))


def _end_of(lines: Sequence[Line], at: int) -> float | None:
    """Where a line ends: a line that does not say so, where the next one starts; None for the end of the song."""
    start, end = lines[at].start, lines[at].end
    if start is None or end is not None:
        return end
    return next((line.start for line in lines[at + 1 :] if line.start is not None and line.start > start), None)


def _placed(line: Line, end: float | None, cut: Cut) -> Line | None:
    if line.start is None:
        return line
    last = cut.starts_at + cut.duration if end is None else end
    span = cut.span(line.start, max(line.start, last))
    if span is None:
        return None
    moved = replace(line, start=Seconds(span[0]), end=None if line.end is None else Seconds(span[1]))
    return _with_words(moved, cut) if line.words else moved


def _with_words(line: Line, cut: Cut) -> Line | None:
    sung = [(piece, kept) for piece, word in line.pieces() if (kept := _word(word, cut)) is not None]
    words = tuple(word for _, word in sung)
    if not words or len(words) == len(line.words):
        return replace(line, words=words) if words else None
    return replace(line, words=words, text="".join(piece for piece, _ in sung).strip())


def _word(word: Word, cut: Cut) -> Word | None:
    span = cut.span(word.start, word.end)
    return None if span is None else replace(word, start=Seconds(span[0]), end=Seconds(span[1]))
