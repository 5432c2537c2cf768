"""Advanced SubStation Alpha with karaoke marks: the way to words burned into a video."""

import re

from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Voice, Word
from harmonix_splitter.domain.lyrics_formats.stamps import checked, hundredths, seconds_of
from harmonix_splitter.domain.units import Seconds

_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)
_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 720
WrapStyle: 0
{title}
[V4+ Styles]
Format: {fields}
Style: lead,Arial,56,&H0000D7FF,&H00FFFFFF,&H00202020,&H80000000,-1,0,0,0,100,100,0,0,1,3,1,2,40,40,60,1
Style: second,Arial,56,&H00FFB060,&H00FFFFFF,&H00202020,&H80000000,-1,0,0,0,100,100,0,0,1,3,1,2,40,40,140,1
Style: backing,Arial,40,&H0090D090,&H00FFFFFF,&H00202020,&H80000000,0,-1,0,0,100,100,0,0,1,2,1,8,40,40,40,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_BLOCK = re.compile(r"\{([^}]*)\}")
_K = re.compile(r"\\(?:kf|ko|k|K)\s*(\d+(?:\.\d+)?)")
_FALLBACK_LENGTH = 4.0


def read(text: str) -> Lyrics:
    """Dialogue lines with `\\k`, `\\kf`, `\\K` or `\\ko`; other marks are dropped, comments ignored."""
    rows = (row for row in checked(text).split("\n") if row.lower().startswith("dialogue:"))
    lines = [line for row in rows if (line := _line(row.split(":", 1)[1]))]
    return Lyrics(lines=tuple(sorted(lines, key=lambda line: line.start or 0.0)))


def write(lyrics: Lyrics) -> str:
    """`\\kf` sweeps each word. Durations come from rounded times, so that rounding never adds up along a line."""
    title = dict(lyrics.tags).get("title", "")
    rows = [_HEAD.format(fields=_STYLE_FIELDS, title=f"Title: {' '.join(title.split())}\n" if title else "")]
    for line in lyrics.settled().lines:
        if line.start is None or not line.text.strip():
            continue
        end = line.end if line.end is not None else line.start + _FALLBACK_LENGTH
        span = f"{_stamp(line.start)},{_stamp(max(end, line.start + 0.01))}"
        rows.append(f"Dialogue: 0,{span},{line.voice},,0,0,0,,{_marked(line)}\n")
    return "".join(rows)


def _marked(line: Line) -> str:
    if not line.words:
        return _escaped(line.text)
    cursor = hundredths(line.start or 0.0)
    parts = []
    for piece, word in line.pieces():
        start, end = max(cursor, hundredths(word.start)), max(cursor, hundredths(word.end))
        if start > cursor:
            parts.append(f"{{\\k{start - cursor}}}")
        parts.append(f"{{\\kf{end - start}}}{_escaped(piece)}")
        cursor = max(start, end)
    return "".join(parts)


def _line(row: str) -> Line | None:
    fields = row.split(",", 9)
    if len(fields) < 10:
        return None
    start, end = seconds_of(fields[1]), seconds_of(fields[2])
    if start is None or end is None:
        return None
    words, shown = _words(fields[9], start)
    style = fields[3].strip().lower()
    voice = Voice(style) if style in set(Voice) else Voice.LEAD
    return Line(shown, start, Seconds(max(start, end)), words, voice=voice) if shown else None


def _words(body: str, start: Seconds) -> tuple[tuple[Word, ...], str]:
    parts = _BLOCK.split(body)
    shown = [_clean(parts[0])]
    syllables: list[tuple[str, float, float]] = []
    cursor = hundredths(start)
    for tags, spoken in zip(parts[1::2], parts[2::2], strict=True):
        length = sum(float(mark) for mark in _K.findall(tags))
        shown.append(_clean(spoken))
        if _K.search(tags):
            syllables.append((_clean(spoken), cursor / 100, (cursor + length) / 100))
            cursor += round(length)
    return joined(syllables), " ".join("".join(shown).split())


def joined(syllables: list[tuple[str, float, float]]) -> tuple[Word, ...]:
    """Syllables to words: one without a space before it belongs to the word it follows."""
    words: list[Word] = []
    open_word = False
    for text, start, end in syllables:
        if not text.strip():
            open_word = open_word and not text
            continue
        if words and open_word and not text[0].isspace():
            words[-1] = Word(words[-1].text + text.strip(), words[-1].start, Seconds(end))
        else:
            words.append(Word(" ".join(text.split()), Seconds(start), Seconds(end)))
        open_word = not text[-1].isspace()
    return tuple(words)


def _stamp(at: float) -> str:
    total = hundredths(at)
    return f"{total // 360000}:{total // 6000 % 60:02d}:{total // 100 % 60:02d}.{total % 100:02d}"


def _clean(text: str) -> str:
    return text.replace("\\N", " ").replace("\\n", " ").replace("\\h", " ")


def _escaped(text: str) -> str:
    return text.replace("{", "(").replace("}", ")").replace("\\", "/")
