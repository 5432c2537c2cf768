"""UltraStar: notes on a beat grid. Where the pitch of a word is not known its note is freestyle (not scored)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Voice, Word
from harmonix_splitter.domain.lyrics_formats.stamps import checked
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError

# UltraStar counts four beats to the quarter: at 1500 one of them is exactly 10 ms.
_BPM, _BEAT = 1500, 0.01
_MIDDLE_C = 60
Tuned = Callable[[float, float], Sequence[tuple[float, float, int]]]
"""The notes sung between two moments: start, end and MIDI number of each; none where they are not known."""
_USUAL_FILES = {"AUDIO": "audio.mp3", "MP3": "audio.mp3"}
_NAMES = {"TITLE": "title", "ARTIST": "artist", "ALBUM": "album", "CREATOR": "by", "AUTHOR": "author"}


@dataclass
class _Sheet:
    """What has been read so far."""

    tags: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, float, float]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    voice: Voice = Voice.LEAD
    shift: float = 0.0

    @property
    def beat(self) -> float:
        return 15.0 / _number(self.tags.get("BPM", ""), 300.0)

    def at(self, beats: float) -> float:
        return max(0.0, _number(self.tags.get("GAP", ""), 0.0) / 1000 + (self.shift + beats) * self.beat)

    def close_line(self) -> None:
        words = _words(self.notes)
        if words:
            self.lines.append(Line.of_words(words, voice=self.voice))
        self.notes = []


def read(text: str) -> Lyrics:
    """Notes of every kind (`: * F R G`), phrase ends, duets (`P1`, `P2`), relative files. A comma may be decimal."""
    sheet = _Sheet()
    for row in checked(text).split("\n"):
        if row.startswith("#"):
            key, _, value = row[1:].partition(":")
            sheet.tags[key.strip().upper()] = value.strip()
        else:
            _read_row(sheet, row)
    sheet.close_line()
    if not sheet.lines:
        raise InvalidRequestError("There are no notes in this UltraStar file.")
    tags = tuple((_NAMES[key], value) for key, value in sheet.tags.items() if key in _NAMES and value)
    lines = tuple(sorted(sheet.lines, key=lambda line: line.start or 0.0))
    return Lyrics(lines=lines, language=sheet.tags.get("LANGUAGE", ""), tags=tags)


def _untuned(_start: float, _end: float) -> Sequence[tuple[float, float, int]]:
    return ()


def write(lyrics: Lyrics, tuned: Tuned = _untuned, files: Mapping[str, str] = _USUAL_FILES) -> str:
    """A grid of 10 ms from zero, the notes of each word. A line without word times becomes one word."""
    tags = dict(lyrics.tags)
    rows = [
        "#VERSION:1.1.0",
        f"#TITLE:{_flat(tags.get('title', 'Untitled'))}",
        f"#ARTIST:{_flat(tags.get('artist', 'Unknown'))}",
        *([f"#LANGUAGE:{_flat(lyrics.language)}"] if lyrics.language else []),
        *(f"#{name}:{file}" for name, file in files.items()),
        f"#BPM:{_BPM}",
        "#GAP:0",
    ]
    lines = [line for line in lyrics.settled().lines if line.start is not None and line.text.strip()]
    voices = [voice for voice in Voice if any(line.voice is voice for line in lines)]
    for number, voice in enumerate(voices, 1):
        rows += [f"P{number}"] if len(voices) > 1 else []
        rows += _phrases([line for line in lines if line.voice is voice], tuned)
    return "\n".join([*rows, "E"]) + "\n"


def _phrases(lines: list[Line], tuned: Tuned) -> list[str]:
    rows: list[str] = []
    for number, line in enumerate(lines):
        rows += [f"- {_beats(line.start or 0.0)}"] if number else []
        pieces = line.pieces() or [(line.text, Word(line.text, line.start or Seconds(0.0), _end(line)))]
        before = ""
        for piece, word in pieces:
            # A space before the text starts a new word; without one it continues the word before.
            space = " " if before.endswith(" ") else ""
            rows += _notes(f"{space}{_flat(piece)}", word, tuned(word.start, word.end))
            before = piece
    return rows


def _notes(text: str, word: Word, sung: Sequence[tuple[float, float, int]]) -> list[str]:
    """A word on its notes: `~` holds it over every one but the first."""
    if not sung:
        return [f"F {_span_of(word.start, word.end)} 0 {text}"]
    return [
        f": {_span_of(start, end)} {note - _MIDDLE_C} {'~' if number else text}"
        for number, (start, end, note) in enumerate(sung)
    ]


def _span_of(start: float, end: float) -> str:
    return f"{_beats(start)} {max(1, _beats(end) - _beats(start))}"


def _end(line: Line) -> Seconds:
    start = line.start or 0.0
    return Seconds(max(start + _BEAT, line.end if line.end is not None else start + 1.0))


def _read_row(sheet: _Sheet, row: str) -> None:
    kind = row[:1]
    if kind and kind in ":*FRG":
        fields = row[1:].lstrip().split(" ", 3)
        if len(fields) >= 3 and (span := _span(fields)):
            text = fields[3] if len(fields) > 3 else ""
            sheet.notes.append((text, sheet.at(span[0]), sheet.at(span[0] + span[1])))
    elif kind == "-":
        sheet.close_line()
        if sheet.tags.get("RELATIVE", "").upper() == "YES":
            sheet.shift += _number(row[1:].split()[-1] if row[1:].split() else "", 0.0)
    elif kind == "P" and row[1:].strip().isdigit():
        sheet.close_line()
        sheet.shift = 0.0
        sheet.voice = Voice.LEAD if row[1:].strip() == "1" else Voice.SECOND


def _span(fields: list[str]) -> tuple[float, float] | None:
    try:
        return float(fields[0]), max(0.0, float(fields[1]))
    except ValueError:
        return None


def _words(notes: list[tuple[str, float, float]]) -> list[Word]:
    """Notes to words: a space before or after a note's text parts words, `~` holds the word before."""
    words: list[Word] = []
    parted = True
    for text, start, end in notes:
        held = text.strip() in {"", "~", "-"}
        if words and (held or (not parted and not text[:1].isspace())):
            extra = "" if held else text.strip().replace("~", "")
            words[-1] = Word(words[-1].text + extra, words[-1].start, Seconds(max(end, words[-1].end)))
        elif not held:
            words.append(Word(text.strip().replace("~", ""), Seconds(start), Seconds(end)))
        parted = text[-1:].isspace()
    return [word for word in words if word.text]


def _beats(at: float) -> int:
    return round(at / _BEAT)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text.replace(",", ".")) or otherwise
    except ValueError:
        return otherwise
