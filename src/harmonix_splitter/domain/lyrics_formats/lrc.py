"""LRC and enhanced LRC: `[mm:ss.xx]` before a line, `<mm:ss.xx>` before a word.

Read: several stamps on a line, two or three digits or none, `[offset:]` (positive shows the words earlier), word
stamps in either kind of bracket, any order, CRLF, BOM. A stamp without text ends the line before it.
"""

import re

from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Word
from harmonix_splitter.domain.lyrics_formats.stamps import MOST_LINES, checked, fraction_of, hundredths, minutes_stamp
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError

_STAMP = re.compile(r"[\[<](?:(\d{1,2}):)?(\d{1,4}):(\d{1,2})(?:[.:,](\d{1,3}))?[\]>]")
_LEADING = re.compile(r"\s*(?:\[(?:\d{1,2}:)?\d{1,4}:\d{1,2}(?:[.:,]\d{1,3})?\]\s*)+")
_TAG = re.compile(r"^\s*\[([A-Za-z#]{1,12})\s*:([^\]]*)\]\s*$")
_NAMES = {
    "ti": "title",
    "ar": "artist",
    "al": "album",
    "au": "author",
    "by": "by",
    "la": "language",
    "lang": "language",
}
_KEYS = {"title": "ti", "artist": "ar", "album": "al", "author": "au", "by": "by"}
_LAST_WORD = 0.5


def read(text: str) -> Lyrics:
    """Raise InvalidRequestError when there are far more lines than a song has."""
    tags: dict[str, str] = {}
    lines: list[Line] = []
    for raw in checked(text).split("\n"):
        leading = _LEADING.match(raw)
        if leading:
            lines += _lines(leading.group(), raw[leading.end() :])
        elif tag := _TAG.match(raw):
            tags[_NAMES.get(tag[1].lower(), tag[1].lower())] = tag[2].strip()
        elif raw.strip():
            lines.append(Line(raw.strip()))
        if len(lines) > MOST_LINES:
            raise InvalidRequestError(f"This LRC stamps more than {MOST_LINES:,} lines.", advice="Check the file.")
    offset = -_milliseconds(tags.pop("offset", "")) / 1000
    language = tags.pop("language", "")
    kept = tuple((key, value) for key, value in tags.items() if key in _KEYS and value)
    return Lyrics(lines=_ended(lines), language=language, offset=offset, tags=kept)


def write(lyrics: Lyrics) -> str:
    """One stamp a line; a stamp alone says where a line ends when the next does not start there."""
    rows = _head(lyrics)
    lines = [line for line in lyrics.settled().lines if line.text.strip()]
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        if line.start is None:
            rows.append(_safe(line.text))
            continue
        rows.append(f"[{minutes_stamp(line.start)}]{_safe(line.text)}")
        rows += _end_stamp(line, following)
    return "\n".join(rows) + "\n"


def write_enhanced(lyrics: Lyrics) -> str:
    """A stamp before each word and one where the last ends; lines without words are written as in plain LRC."""
    rows = _head(lyrics)
    lines = [line for line in lyrics.settled().lines if line.text.strip()]
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        if line.start is None or not line.words:
            rows += [_safe(line.text)] if line.start is None else [f"[{minutes_stamp(line.start)}]{_safe(line.text)}"]
            rows += _end_stamp(line, following)
            continue
        rows.append(f"[{minutes_stamp(line.start)}]{_timed_words(line)}")
    return "\n".join(rows) + "\n"


def _timed_words(line: Line) -> str:
    """`<start>word <start>word <end>`; a word that ends well before the next says so with a stamp of its own."""
    parts: list[str] = []
    pieces = line.pieces()
    for index, (piece, word) in enumerate(pieces):
        body = _safe(piece).rstrip()
        space = " " if piece != piece.rstrip() else ""
        last = index == len(pieces) - 1
        gap = not last and hundredths(pieces[index + 1][1].start) > hundredths(word.end)
        end = f"<{minutes_stamp(word.end)}>" if last or gap else ""
        parts.append(f"<{minutes_stamp(word.start)}>{body}{end}{space}")
    return "".join(parts)


def _lines(stamps: str, rest: str) -> list[Line]:
    starts = [_time(stamp) for stamp in _STAMP.finditer(stamps)]
    if "<" not in rest and "[" not in rest:
        text = rest.strip()
        return [Line(text, start) for start in starts]
    words, text, end = _words(rest, starts[0])
    first = Line(text, starts[0], end, words)
    # A repeated line repeats its words, moved by as much as the line is.
    return [first, *(first.moved(start - starts[0]) for start in starts[1:])]


def _words(rest: str, line_start: Seconds) -> tuple[tuple[Word, ...], str, Seconds | None]:
    """The words of `<t>a <t>b <t>`, the text without stamps, and the end if a last stamp gives it."""
    stamps = list(_STAMP.finditer(rest))
    if not stamps:
        return (), rest.strip(), None
    marks: list[tuple[Seconds, str]] = []
    if lead := rest[: stamps[0].start()]:
        marks.append((line_start, lead))
    ends = [*(stamp.start() for stamp in stamps[1:]), len(rest)]
    marks += [(_time(stamp), rest[stamp.end() : end]) for stamp, end in zip(stamps, ends, strict=True)]
    text = " ".join("".join(mark for _, mark in marks).split())
    words = []
    until = [*(at for at, _ in marks[1:]), Seconds(marks[-1][0] + _LAST_WORD)]
    for (start, mark), next_at in zip(marks, until, strict=True):
        if mark.strip():
            words.append(Word(" ".join(mark.split()), start, Seconds(max(start, next_at))))
    end = marks[-1][0] if not marks[-1][1].strip() else None
    return tuple(words), text, end


def _ended(lines: list[Line]) -> tuple[Line, ...]:
    """In order of time, each line ended by its own last stamp, an empty stamp, or the next line."""
    timed = sorted((line for line in lines if line.start is not None), key=lambda line: line.start or 0.0)
    done = [line for line in lines if line.start is None]
    for line, following in zip(timed, [*timed[1:], None], strict=False):
        if not line.text and not line.words:
            continue
        end = line.end
        if end is None and following is not None:
            end = following.start
        if end is None:
            end = line.words[-1].end if line.words else None
        done.append(Line(line.text, line.start, end, line.words))
    return tuple(done)


def _end_stamp(line: Line, following: Line | None) -> list[str]:
    if line.start is None or line.end is None or hundredths(line.end) < hundredths(line.start):
        return []
    if following is not None and following.start is not None and following.start <= line.end + 0.005:
        return []
    return [f"[{minutes_stamp(line.end)}]"]


def _head(lyrics: Lyrics) -> list[str]:
    rows = [f"[{_KEYS[key]}:{_flat(value)}]" for key, value in lyrics.tags if key in _KEYS]
    return [*rows, f"[la:{_flat(lyrics.language)}]"] if lyrics.language else rows


def _flat(value: str) -> str:
    return " ".join(value.split()).replace("]", ")")


def _safe(text: str) -> str:
    """A lyric that looks like a stamp keeps its digits and loses its brackets: LRC has no way to quote it."""
    return _STAMP.sub(lambda stamp: f"({stamp.group()[1:-1]})", text)


def _time(stamp: re.Match[str]) -> Seconds:
    hours, minutes, seconds, fraction = stamp.groups()
    return Seconds(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + fraction_of(fraction))


def _milliseconds(text: str) -> float:
    try:
        return float(text.replace("ms", "").strip() or 0)
    except ValueError:
        return 0.0
