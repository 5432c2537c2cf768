"""The shapes in which the documents' clients expect lyrics, all served from one value."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from harmonix_splitter.domain.lyrics.document import Layer, LayerKind, Line, Lyrics, Provenance, Timing, Voice, Word
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError

MOST_LINES, MOST_WORDS_A_LINE = 20_000, 2_000
_LONGEST = 100 * 3600.0
Choice = TypeVar("Choice", Voice, Provenance, LayerKind)


def document_of(lyrics: Lyrics) -> dict[str, Any]:
    """The Harmonix shape: `{text, lines[], language, ...}`. Everything is in it; `lyrics_from` reads it back."""
    return {
        "text": lyrics.text,
        "lines": [_line_document(line) for line in lyrics.lines],
        "language": lyrics.language,
        "language_confidence": lyrics.language_confidence,
        "duration": lyrics.duration,
        "model": lyrics.model,
        "source": lyrics.source,
        "offset": lyrics.offset,
        "timing": lyrics.timing.name.lower(),
        "provenance": lyrics.provenance,
        "confidence": lyrics.confidence,
        "instrumental": lyrics.instrumental,
        "notes": list(lyrics.notes),
        "tags": dict(lyrics.tags),
    }


def segments_of(lyrics: Lyrics) -> list[dict[str, Any]]:
    """The StemTube shape: `[{start, end, text, words: [{start, end, word}]}]`, timed lines only."""
    return [
        {
            "start": line.start,
            "end": line.end if line.end is not None else line.start,
            "text": line.text,
            "words": [{"start": word.start, "end": word.end, "word": word.text} for word in line.words],
        }
        for line in lyrics.settled().lines
        if line.start is not None and line.text.strip()
    ]


def karaoke_fields_of(lyrics: Lyrics, synced: str) -> dict[str, Any]:
    """The Open Karaoke Studio shape. `synced` is the same lyrics as LRC; null when there are no times."""
    return {
        "plainLyrics": lyrics.text or None,
        "syncedLyrics": synced if lyrics.timing is not Timing.NONE else None,
    }


def lyrics_from(document: Mapping[str, Any] | Sequence[Any], origin: Provenance = Provenance.HUMAN) -> Lyrics:
    """Read the Harmonix shape or the StemTube list. Raises InvalidRequestError naming the line that is wrong.

    `origin` is what a line without a provenance of its own becomes.
    """
    if isinstance(document, Sequence) and not isinstance(document, str | bytes):
        return Lyrics(lines=_lines_from(document, origin))
    if not isinstance(document, Mapping):
        raise InvalidRequestError("Lyrics are an object with lines, or a list of lines.")
    lines = document.get("lines")
    if lines is None:
        text = document.get("text")
        if not isinstance(text, str):
            raise InvalidRequestError("Lyrics need `lines` or `text`.")
        lines = [{"text": line} for line in text.splitlines() if line.strip()]
    return Lyrics(
        lines=_lines_from(lines, origin),
        language=str(document.get("language") or "")[:35],
        language_confidence=_share(document.get("language_confidence"), "language_confidence"),
        duration=_seconds(document.get("duration"), "duration"),
        offset=_number(document.get("offset"), "offset") or 0.0,
        source=str(document.get("source") or "")[:200],
        model=str(document.get("model") or "")[:200],
        instrumental=bool(document.get("instrumental", False)),
        notes=tuple(str(note)[:500] for note in document.get("notes") or ()),
        tags=tuple((str(key)[:50], str(value)[:500]) for key, value in dict(document.get("tags") or {}).items()),
    )


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "start": line.start,
        "end": line.end,
        "confidence": line.confidence,
        "words": [
            {"word": word.text, "start": word.start, "end": word.end, "confidence": word.confidence}
            for word in line.words
        ],
        "voice": line.voice,
        "provenance": line.provenance,
        "offset": line.offset,
        "stanza": line.opens_stanza,
        "layers": [{"kind": layer.kind, "language": layer.language, "text": layer.text} for layer in line.layers],
    }


def _lines_from(lines: object, origin: Provenance) -> tuple[Line, ...]:
    if not isinstance(lines, Sequence) or isinstance(lines, str | bytes):
        raise InvalidRequestError("`lines` is a list.")
    if len(lines) > MOST_LINES:
        raise InvalidRequestError(f"{len(lines)} lines are too many.", advice=f"At most {MOST_LINES} are kept.")
    return tuple(_line_from(line, f"line {number}", origin) for number, line in enumerate(lines, 1))


def _line_from(line: object, where: str, origin: Provenance) -> Line:
    if not isinstance(line, Mapping):
        raise InvalidRequestError(f"{where} is not an object.")
    words = line.get("words") or ()
    if not isinstance(words, Sequence) or len(words) > MOST_WORDS_A_LINE:
        raise InvalidRequestError(f"{where}: `words` is a list of at most {MOST_WORDS_A_LINE}.")
    start, end = _seconds(line.get("start"), f"{where} start"), _seconds(line.get("end"), f"{where} end")
    if start is not None and end is not None and end < start:
        raise InvalidRequestError(f"{where} ends before it starts.")
    kept = tuple(_word_from(word, f"{where} word {number}") for number, word in enumerate(words, 1))
    text = line.get("text")
    given = _share(line.get("confidence"), f"{where} confidence")
    if kept and all(word.confidence is not None for word in kept):
        given = None
    return Line(
        text=_one_line(str(text) if text is not None else " ".join(word.text for word in kept)),
        start=start if start is not None or not kept else kept[0].start,
        end=end if end is not None or not kept else kept[-1].end,
        words=kept,
        voice=_choice(Voice, line.get("voice"), Voice.LEAD, where),
        provenance=_choice(Provenance, line.get("provenance"), origin, where),
        layers=tuple(_layer_from(layer, where) for layer in line.get("layers") or ()),
        offset=_number(line.get("offset"), f"{where} offset") or 0.0,
        confidence_given=given,
        opens_stanza=bool(line.get("stanza", False)),
    )


def _word_from(word: object, where: str) -> Word:
    if not isinstance(word, Mapping):
        raise InvalidRequestError(f"{where} is not an object.")
    start = _seconds(word.get("start"), f"{where} start")
    end = _seconds(word.get("end"), f"{where} end")
    if start is None:
        raise InvalidRequestError(f"{where} has no start.")
    if end is not None and end < start:
        raise InvalidRequestError(f"{where} ends before it starts.")
    text = str(word.get("word") if word.get("word") is not None else word.get("text") or "").strip()
    return Word(_one_line(text), start, start if end is None else end, _share(word.get("confidence"), where))


def _layer_from(layer: object, where: str) -> Layer:
    if not isinstance(layer, Mapping):
        raise InvalidRequestError(f"{where}: a layer is an object.")
    kind = _choice(LayerKind, layer.get("kind"), LayerKind.TRANSLATION, where)
    return Layer(kind, _one_line(str(layer.get("text") or "")), str(layer.get("language") or "")[:35])


def _choice(kind: type[Choice], value: object, default: Choice, where: str) -> Choice:
    if value in (None, ""):
        return default
    try:
        return kind(str(value))
    except ValueError:
        allowed = ", ".join(kind)
        raise InvalidRequestError(f"{where}: {value!r} is none of {allowed}.") from None


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\r", " ").replace("\x00", "").strip()


def _number(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidRequestError(f"{where} is not a number.")
    return float(value)


def _seconds(value: object, where: str) -> Seconds | None:
    number = _number(value, where)
    if number is None:
        return None
    if not 0 <= number <= _LONGEST:
        raise InvalidRequestError(f"{where} is not a time in seconds.")
    return Seconds(number)


def _share(value: object, where: str) -> float | None:
    number = _number(value, where)
    return None if number is None else min(1.0, max(0.0, number))
