"""SubRip (SRT) and WebVTT: cues with a start and an end; WebVTT may time the words inside a cue."""

import html
import re

from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Voice, Word
from harmonix_splitter.domain.lyrics_formats.stamps import checked, hours_stamp, seconds_of
from harmonix_splitter.domain.units import Seconds

_ARROW = re.compile(r"^\s*([\d:.,]+)\s*-->\s*([\d:.,]+)")
_INNER = re.compile(r"<((?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|\{\\[^}]*\}")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_SHORTEST = 0.01


def read(text: str) -> Lyrics:
    """Both kinds: the cues are the same, only the comma differs. Text outside cues is ignored."""
    lines = []
    for block in re.split(r"\n\s*\n", checked(text)):
        rows = block.split("\n")
        at = next((number for number, row in enumerate(rows) if _ARROW.match(row)), None)
        if at is not None and (line := _line(rows[at], rows[at + 1 :])):
            lines.append(line)
    return Lyrics(lines=tuple(sorted(lines, key=lambda line: line.start or 0.0)))


def write_srt(lyrics: Lyrics) -> str:
    cues = [
        f"{number}\n{hours_stamp(start, ',')} --> {hours_stamp(end, ',')}\n{line.text}\n"
        for number, (line, start, end) in enumerate(_cues(lyrics), 1)
    ]
    return "\n".join(cues)


def write_vtt(lyrics: Lyrics) -> str:
    blocks = ["WEBVTT\n"]
    for line, start, end in _cues(lyrics):
        blocks.append(f"{hours_stamp(start)} --> {hours_stamp(end)}\n{_vtt_text(line)}\n")
    return "\n".join(blocks)


def _cues(lyrics: Lyrics) -> list[tuple[Line, float, float]]:
    lines = [line for line in lyrics.settled().lines if line.start is not None and line.text.strip()]
    cues = []
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        start = line.start or 0.0
        fallback = (following.start if following else None) or start + 4.0
        cues.append((line, start, max(start + _SHORTEST, line.end if line.end is not None else fallback)))
    return cues


def _vtt_text(line: Line) -> str:
    voice = "" if line.voice is Voice.LEAD else f"<v {line.voice}>"
    if not line.words:
        return voice + _escaped(line.text)
    body = "".join(f"<{hours_stamp(word.start)}>{_escaped(piece)}" for piece, word in line.pieces())
    return f"{voice}{body}<{hours_stamp(line.words[-1].end)}>"


def _line(arrow: str, rows: list[str]) -> Line | None:
    found = _ARROW.match(arrow)
    start, end = (seconds_of(found[1]), seconds_of(found[2])) if found else (None, None)
    text = " ".join(row.strip() for row in rows if row.strip())
    if start is None or end is None or not text:
        return None
    voice = _VOICE.search(text)
    words, shown = _words(text, start, max(start, end))
    if not shown:
        return None
    return Line(shown, start, Seconds(max(start, end)), words, voice=_voice(voice[1] if voice else ""))


def _words(text: str, start: Seconds, end: Seconds) -> tuple[tuple[Word, ...], str]:
    parts = _INNER.split(text)
    shown = " ".join(_clean("".join(parts[::2])).split())
    if len(parts) == 1:
        return (), shown
    marks = [(start, parts[0])] + [
        (seconds_of(at) or start, mark) for at, mark in zip(parts[1::2], parts[2::2], strict=True)
    ]
    words = []
    for (at, mark), following in zip(marks, [*marks[1:], (end, "")], strict=True):
        if spoken := " ".join(_clean(mark).split()):
            words.append(Word(spoken, at, Seconds(max(at, following[0]))))
    return tuple(words), shown


def _voice(name: str) -> Voice:
    return Voice(name.strip().lower()) if name.strip().lower() in set(Voice) else Voice.LEAD


def _clean(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
