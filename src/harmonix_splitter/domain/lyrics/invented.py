"""Which transcribed segments are invented: speech models fill silence with text they have often seen.

A segment goes when the model itself doubts that anybody sings, when its text is a credit line, or when it repeats
itself inside one segment as no singer could. A chorus that comes back is sung again and stays.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harmonix_splitter.domain.lyrics.document import Word
from harmonix_splitter.domain.lyrics.text import plain_letters

MOST_SYLLABLES_A_SECOND = 12.0

_CREDITS = re.compile(
    r"(?:sub(?:title[sd]?|títulos|titulado|s?titrage|titres)|untertitel\w*|legendas?|napisy|sottotitoli|субтитр\w*|ترجمة|字幕)"
    r".{0,40}(?:by|by:|von|par|por|realizad\w*|wykona\w*|di|di:|community|amara|делал|подготов"
    r"|zdf|ard|funk|soci|a cura|志愿者|提供|제공)"
    r"|(?:thanks?|thank you)[ ,!.]*(?:so much )?for (?:watching|listening|viewing)"
    r"|(?:please |don'?t forget to )(?:like|subscribe)(?:.{0,30}(?:channel|subscribe|video))?"
    r"|amara\.org|www\.\S+\.(?:com|org|net|tv)|opensubtitles|©\s*\d{4}|copyright \w+ \d{4}"
    r"|(?:merci|gracias|danke|obrigad[oa]|grazie|dziękuj\w*)\W+(?:d'avoir|por|fürs?|per|za)\W+.{0,12}(?:regard|ver|zuschau|assist|guard|vision|ogl)\w*"
    r"|ご視聴ありがとうございました|시청해\s*주셔서|谢谢观看|感謝觀看|请不吝点赞|продолжение следует|اشتركوا في القناة",
    re.IGNORECASE,
)
_ONLY_NOISE = re.compile(
    r"^[\W_♪♫]*(?:\(|\[|\*)?\s*(?:music|musik|musique|música|applause|instrumental|laughs?|silence)\s*(?:\)|\]|\*)?[\W_♪♫]*$",
    re.I,
)


@dataclass(frozen=True)
class Heard:
    """One segment a speech model wrote down, with what it thinks of it."""

    text: str
    start: float
    end: float
    words: tuple[Word, ...] = ()
    no_speech: float = 0.0
    mean_log_probability: float = 0.0


@dataclass(frozen=True)
class Dropped:
    """A segment that was left out, and why."""

    heard: Heard
    reason: str


@dataclass(frozen=True)
class Sifted:
    """What is believed and what is not."""

    kept: tuple[Heard, ...]
    dropped: tuple[Dropped, ...]


def sifted(segments: Iterable[Heard], sung: Sequence[tuple[float, float]] | None = None) -> Sifted:
    """Separate singing from invention. `sung` are the stretches (seconds) where a voice is heard, when known."""
    kept: list[Heard] = []
    dropped: list[Dropped] = []
    for heard in segments:
        reason = _doubt(heard, kept, sung)
        if reason:
            dropped.append(Dropped(heard, reason))
        else:
            kept.append(heard)
    return Sifted(tuple(kept), tuple(dropped))


def compression(text: str) -> float:
    """How often a text repeats itself: its bytes over its compressed bytes."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def _doubt(heard: Heard, before: list[Heard], sung: Sequence[tuple[float, float]] | None) -> str:
    text = heard.text.strip()
    if not plain_letters(text) or _ONLY_NOISE.match(text):
        return "no words"
    if _CREDITS.search(text):
        return "credit line"
    if heard.no_speech > 0.6 and heard.mean_log_probability < -1.0:
        return "no voice"
    if sung is not None and _share_sung(heard, sung) < 0.05:
        return "no voice"
    if len(text) / 2.5 > MOST_SYLLABLES_A_SECOND * max(0.2, heard.end - heard.start):
        return "too fast to be sung"
    if compression(text) > 2.8 and heard.mean_log_probability < -0.5:
        return "repeats itself"
    return "stuck" if _is_stuck(heard, before) else ""


def _is_stuck(heard: Heard, before: list[Heard]) -> bool:
    """The same words again and again at once, each too unsure or too short to be a sung repeat.

    Four equal segments in a row, all shorter than a second: no chorus does that, a stuck decoder does.
    """
    letters = plain_letters(heard.text)
    last = before[-3:]
    same = len(last) == 3 and all(plain_letters(each.text) == letters for each in last)
    return same and all(each.end - each.start < 1.0 or each.mean_log_probability < -1.0 for each in (*last, heard))


def _share_sung(heard: Heard, sung: Sequence[tuple[float, float]]) -> float:
    length = max(1e-3, heard.end - heard.start)
    return sum(max(0.0, min(heard.end, end) - max(heard.start, start)) for start, end in sung) / length
