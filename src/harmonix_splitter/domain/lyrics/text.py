"""What a person pastes, and the words that are sung: chords, markup and headings fall away, scripts are respected."""

import html
import re
import unicodedata
from dataclasses import dataclass

from harmonix_splitter.errors import InvalidRequestError

MOST_BYTES, MOST_LINES, MOST_WORDS = 200_000, 2_000, 20_000

_QUALITY = r"(?:maj|min|dim|aug|sus|add|mi|ma|m|M|Δ|°|ø|\+|-)*\d{0,2}(?:(?:sus|add|maj|b|#|\+|-)\d{0,2})*"
_CHORD = rf"(?:N\.?C\.?|[A-H](?:#|b|♯|♭)?{_QUALITY}(?:/[A-H](?:#|b)?)?)"
_CHORD_TOKEN = re.compile(rf"^[|(\[]*{_CHORD}[|)\]]*$")
_INLINE_CHORD = re.compile(rf"\[{_CHORD}\]")
_BAR_TOKEN = re.compile(r"^[|:/.\-–%]+$|^\(?x\d\)?$|^\d+x$")
_DIRECTIVE = re.compile(r"^\s*\{[^{}]*\}\s*$|^\s*#")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_STAMP = re.compile(r"[\[<]\d{1,3}:\d{1,2}(?:[.:,]\d{1,3})?[\]>]")
_HEADINGS = (
    "intro|outro|verse|chorus|refrain|bridge|hook|pre[- ]?chorus|post[- ]?chorus|interlude|solo|instrumental|break|"
    "coda|ending|strophe|refrão|couplet|pont|estribillo|estrofa|puente|ritornello|strofa|bis|part|vers|zwischenspiel"
)
_BRACKETED = re.compile(r"^\s*[\[【][^\]】\[]{1,60}[\]】]\s*:?\s*$")
_HEADING = re.compile(
    rf"^\s*[(*_~\-\s]*(?:{_HEADINGS})\b[\s\d.:ivxIVX)*_~\-]*(?:\(?x?\d?x?\)?)?\s*:?\s*$", re.IGNORECASE
)
_TIMES = re.compile(r"\s*(?:\(\s*(?:x\s?(\d)|(\d)\s?x)\s*\)|\bx(\d))\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class SungLine:
    """One line as it is shown, and the words that are sung in it."""

    text: str
    words: tuple[str, ...]
    opens_stanza: bool = False


def sung_lines(text: str) -> list[SungLine]:
    """The lines a singer sings. Raises InvalidRequestError when there are none, or far too many.

    Removed: chord lines, `[Am]` inside lines, ChordPro directives, HTML tags, time stamps, headings such as
    `[Chorus]` or `Verse 2:`. `(x2)` at the end of a line says it is sung twice.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise InvalidRequestError(
            f"This text has {size:,} bytes; the longest lyrics have a few thousand.",
            advice="Paste the words of one song.",
        )
    found: list[SungLine] = []
    gap = False
    for raw in text.lstrip("\ufeff").splitlines():
        cleaned = _cleaned(raw)
        if not cleaned:
            gap = True
            continue
        times = _TIMES.search(cleaned)
        shown = cleaned[: times.start()] if times else cleaned
        words = tuple(words_of(shown))
        if words:
            count = int(next(digit for digit in times.groups() if digit)) if times else 1
            found += [SungLine(shown, words, gap and bool(found) and not step) for step in range(max(1, count))]
            gap = False
    return _checked(found)


def words_of(line: str) -> list[str]:
    """The words of a line as they are written: split at spaces, and at characters where a script has no spaces.

    Punctuation stays with its word; a token without any letter or digit joins the word before it.
    """
    words: list[str] = []
    for token in line.split():
        if not any(character.isalnum() for character in token):
            continue
        words += _characters(token) if any(map(_stands_alone, token)) else [token]
    return words


def plain_letters(word: str) -> str:
    """Lower case letters and digits without accents or punctuation: the form in which words are compared."""
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in spread if character.isalnum())


def _cleaned(raw: str) -> str:
    if _DIRECTIVE.match(raw):
        return ""
    line = html.unescape(_TAG.sub(" ", _STAMP.sub("", raw)))
    line = _INLINE_CHORD.sub("", line).replace("\ufeff", "").replace("\x00", "")
    if _BRACKETED.match(line) or _HEADING.match(line) or _is_chord_line(line):
        return ""
    return " ".join(line.split())


def _is_chord_line(line: str) -> bool:
    tokens = [token for token in line.split() if not _BAR_TOKEN.match(token)]
    if not tokens or not all(_CHORD_TOKEN.match(token) for token in tokens):
        return False
    # "A" alone may be the start of a sentence on its own line; two chords, or one with a quality, are chords.
    return len(tokens) > 1 or len(tokens[0]) > 1


def _stands_alone(character: str) -> bool:
    """Whether a script writes no spaces, so that every character gets a time of its own."""
    point = ord(character)
    return (
        0x2E80 <= point <= 0x2FDF
        or 0x3040 <= point <= 0x30FF
        or 0x3100 <= point <= 0x312F
        or 0x31F0 <= point <= 0x4DBF
        or 0x4E00 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x3FFFF
        or 0x0E00 <= point <= 0x0EFF
        or 0x1000 <= point <= 0x109F
        or 0x1780 <= point <= 0x17FF
    )


_JOINS_PREVIOUS = "ぁぃぅぇぉゃゅょゎっァィゥェォャュョヮッーｰ々"


def _characters(token: str) -> list[str]:
    """Split where characters stand alone; Latin runs, small kana, marks and punctuation stay with their neighbour."""
    words: list[str] = []
    alone = False
    for character in token:
        joins = character in _JOINS_PREVIOUS or unicodedata.category(character)[0] in "MPSC"
        if words and (joins or (not _stands_alone(character) and not alone)):
            words[-1] += character
        else:
            words.append(character)
        if not joins:
            alone = _stands_alone(character)
    if len(words) > 1 and not any(character.isalnum() for character in words[0]):
        words[1] = words[0] + words[1]
        words.pop(0)
    return words


def _checked(found: list[SungLine]) -> list[SungLine]:
    count = sum(len(line.words) for line in found)
    if not found:
        raise InvalidRequestError(
            "There are no words in this text.", advice="Paste the lyrics, one line per sung line."
        )
    if len(found) > MOST_LINES or count > MOST_WORDS:
        raise InvalidRequestError(
            f"{len(found):,} lines with {count:,} words are more than one song.",
            advice=f"At most {MOST_LINES:,} lines and {MOST_WORDS:,} words are timed at once.",
        )
    return found
