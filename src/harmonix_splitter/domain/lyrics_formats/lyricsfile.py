"""Lyricsfile, the YAML interchange format: milliseconds, words, voices. Overlapping lines are other voices.

The writer needs no YAML library: every text is a JSON string, which YAML reads as it stands. Reading foreign YAML is
the work of a port; what it finds arrives here as plain mappings and lists.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harmonix_splitter.domain.lyrics.document import Layer, LayerKind, Line, Lyrics, Provenance, Voice, Word
from harmonix_splitter.domain.lyrics_formats.stamps import MOST_LINES
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError

VERSION = "1.0"
_TAGS = ("title", "artist", "album", "author")


def write(lyrics: Lyrics) -> str:
    tags = dict(lyrics.tags)
    rows = [f"version: {json.dumps(VERSION)}", "metadata:"]
    rows += [f"  {key}: {_quoted(tags[key])}" for key in _TAGS if tags.get(key)]
    rows += [f"  language: {_quoted(lyrics.language)}"] if lyrics.language else []
    rows += [f"  duration_ms: {_ms(lyrics.duration)}"] if lyrics.duration is not None else []
    rows += [f"  offset_ms: {_ms(lyrics.offset)}", f"  instrumental: {str(lyrics.instrumental).lower()}"]
    lines = [line for line in lyrics.lines if line.text.strip()]
    rows += ["lines:"] if lines else ["lines: []"]
    for line in lines:
        rows += _line_rows(line)
    return "\n".join(rows) + "\n"


def from_mapping(document: object) -> Lyrics:
    """Raise InvalidRequestError when it has no list of lines, or a time is not a number."""
    if not isinstance(document, Mapping) or not isinstance(document.get("lines"), Sequence):
        raise InvalidRequestError("A Lyricsfile has a list called `lines`.")
    head = document.get("metadata")
    head = head if isinstance(head, Mapping) else {}
    rows = document["lines"]
    if len(rows) > MOST_LINES:
        raise InvalidRequestError(f"{len(rows):,} lines are more than one song.")
    duration = _time(head.get("duration_ms"), "duration_ms")
    return Lyrics(
        lines=tuple(_line(row, f"line {number}") for number, row in enumerate(rows, 1)),
        language=str(head.get("language") or ""),
        duration=duration,
        offset=_number(head.get("offset_ms") or 0, "offset_ms") / 1000,
        instrumental=bool(head.get("instrumental", False)),
        tags=tuple((key, str(head[key])) for key in _TAGS if head.get(key)),
    )


def _line_rows(line: Line) -> list[str]:
    rows = [f"  - text: {_quoted(line.text)}"]
    rows += [f"    start_ms: {_ms(line.start)}"] if line.start is not None else []
    rows += [f"    end_ms: {_ms(line.end)}"] if line.end is not None else []
    rows += [f"    voice: {line.voice}"] if line.voice is not Voice.LEAD else []
    rows += [f"    provenance: {line.provenance}"]
    rows += [f"    offset_ms: {_ms(line.offset)}"] if line.offset else []
    rows += ["    stanza: true"] if line.opens_stanza else []
    if line.layers:
        rows += ["    layers:"]
        rows += [
            f"      - {{kind: {layer.kind}, language: {_quoted(layer.language)}, text: {_quoted(layer.text)}}}"
            for layer in line.layers
        ]
    if line.words:
        rows += ["    words:"]
        rows += [f"      - {_word_row(word)}" for word in line.words]
    return rows


def _word_row(word: Word) -> str:
    sure = "" if word.confidence is None else f", confidence: {word.confidence:.3f}"
    return f"{{text: {_quoted(word.text)}, start_ms: {_ms(word.start)}, end_ms: {_ms(word.end)}{sure}}}"


def _line(row: object, where: str) -> Line:
    if not isinstance(row, Mapping):
        raise InvalidRequestError(f"{where} is not a mapping.")
    words = tuple(_word(word, where) for word in row.get("words") or ())
    text = row.get("text")
    shown = str(text) if text is not None else " ".join(word.text for word in words)
    start, end = _time(row.get("start_ms"), where), _time(row.get("end_ms"), where)
    return Line(
        " ".join(shown.split()),
        start if start is not None or not words else words[0].start,
        end if end is not None or not words else words[-1].end,
        words,
        voice=Voice(row["voice"]) if row.get("voice") in set(Voice) else Voice.LEAD,
        provenance=Provenance(row["provenance"]) if row.get("provenance") in set(Provenance) else Provenance.HUMAN,
        layers=tuple(_layer(layer) for layer in row.get("layers") or () if isinstance(layer, Mapping)),
        offset=_number(row.get("offset_ms") or 0, where) / 1000,
        opens_stanza=bool(row.get("stanza", False)),
    )


def _layer(layer: Mapping[str, Any]) -> Layer:
    kind = LayerKind(layer["kind"]) if layer.get("kind") in set(LayerKind) else LayerKind.TRANSLATION
    return Layer(kind, str(layer.get("text") or ""), str(layer.get("language") or ""))


def _word(word: object, where: str) -> Word:
    if not isinstance(word, Mapping):
        raise InvalidRequestError(f"{where} has a word that is not a mapping.")
    start = _time(word.get("start_ms"), where)
    if start is None:
        raise InvalidRequestError(f"{where} has a word without start_ms.")
    end = _time(word.get("end_ms"), where)
    sure = word.get("confidence")
    return Word(
        " ".join(str(word.get("text") or "").split()),
        start,
        start if end is None else Seconds(max(start, end)),
        None if sure is None else _number(sure, where),
    )


def _ms(at: float | None) -> int:
    return round((at or 0.0) * 1000)


def _quoted(text: str) -> str:
    return json.dumps(text)


def _time(value: object, where: str) -> Seconds | None:
    return None if value is None else Seconds(max(0.0, _number(value, where) / 1000))


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e12:
        raise InvalidRequestError(f"{where}: {value!r} is not a number.")
    return float(value)
