"""TTML with timed spans, as streaming services and Navidrome write it."""

import re
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from harmonix_splitter.domain.lyrics.document import Layer, LayerKind, Line, Lyrics, Voice, Word
from harmonix_splitter.domain.lyrics_formats.stamps import checked, hours_stamp, seconds_of
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError

_TTM = "{http://www.w3.org/ns/ttml#metadata}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_COUNT = re.compile(r"^\s*(\d+(?:\.\d+)?)(h|ms|m|s)\s*$")
_AGENTS = {Voice.LEAD: "v1", Voice.SECOND: "v2", Voice.BACKING: "v3"}
_ROLES = {"x-translation": LayerKind.TRANSLATION, "x-roman": LayerKind.ROMANISATION}
_ROLE_OF = {kind: role for role, kind in _ROLES.items()}


def read(text: str) -> Lyrics:
    """Raise InvalidRequestError for broken XML and for XML with a DOCTYPE (it could expand without end)."""
    body = checked(text)
    if "<!DOCTYPE" in body.upper() or "<!ENTITY" in body.upper():
        raise InvalidRequestError("TTML with a DOCTYPE is not read.", advice="Remove the DOCTYPE.")
    try:
        root = ET.fromstring(body)  # noqa: S314 - see above
    except ET.ParseError as broken:
        raise InvalidRequestError(f"This is not well-formed TTML: {broken}.") from None
    lines = [line for paragraph in root.iter() if _local(paragraph) == "p" for line in _lines(paragraph)]
    title = next((each.text or "" for each in root.iter() if _local(each) == "title"), "").strip()
    return Lyrics(
        lines=tuple(sorted(lines, key=lambda line: line.start or 0.0)),
        language=root.get(f"{_XML}lang") or "",
        tags=(("title", title),) if title else (),
    )


def write(lyrics: Lyrics) -> str:
    language = f" xml:lang={quoteattr(lyrics.language)}" if lyrics.language else ""
    title = dict(lyrics.tags).get("title", "")
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"{language}>',
        "  <head><metadata>",
        *([f"    <ttm:title>{_text(title)}</ttm:title>"] if title else []),
        *(f'    <ttm:agent type="person" xml:id="{agent}"/>' for agent in _AGENTS.values()),
        "  </metadata></head>",
        "  <body><div>",
        *(_paragraph(line) for line in lyrics.settled().lines if line.text.strip()),
        "  </div></body>",
        "</tt>",
    ]
    return "\n".join(rows) + "\n"


def _paragraph(line: Line) -> str:
    body = _text(line.text)
    if line.words:
        body = "".join(_span(piece, word) for piece, word in line.pieces())
    layers = "".join(
        f"<span ttm:role={quoteattr(_ROLE_OF[layer.kind])}"
        + (f" xml:lang={quoteattr(layer.language)}" if layer.language else "")
        + f">{_text(layer.text)}</span>"
        for layer in line.layers
    )
    times = "" if line.start is None else f' begin="{hours_stamp(line.start)}"'
    times += "" if line.end is None else f' end="{hours_stamp(line.end)}"'
    return f'    <p{times} ttm:agent="{_AGENTS[line.voice]}">{body}{layers}</p>'


def _span(piece: str, word: Word) -> str:
    body, space = piece.rstrip(), " " if piece != piece.rstrip() else ""
    return f'<span begin="{hours_stamp(word.start)}" end="{hours_stamp(word.end)}">{_text(body)}</span>{space}'


def _lines(paragraph: ET.Element) -> list[Line]:
    """The line of a paragraph, and a backing line for what it marks as background."""
    agent = paragraph.get(f"{_TTM}agent") or ""
    voice = next((each for each, name in _AGENTS.items() if name == agent), Voice.LEAD)
    backing = [span for span in paragraph if _role(span) == "x-bg"]
    layers = tuple(
        Layer(_ROLES[_role(span)], " ".join("".join(span.itertext()).split()), span.get(f"{_XML}lang") or "")
        for span in paragraph
        if _role(span) in _ROLES
    )
    found = [_line(paragraph, voice, layers), *(_line(span, Voice.BACKING, ()) for span in backing)]
    return [line for line in found if line is not None]


def _line(element: ET.Element, voice: Voice, layers: tuple[Layer, ...]) -> Line | None:
    pieces = [element.text or ""]
    syllables: list[tuple[str, float, float]] = []
    for span in element:
        if not _role(span).startswith("x-"):
            pieces.append(" " if _local(span) == "br" else "".join(span.itertext()))
            begin, end = _time(span.get("begin")), _time(span.get("end"))
            if begin is not None:
                syllables.append((pieces[-1], begin, end if end is not None else begin))
        pieces.append(span.tail or "")
        if (span.tail or "") and syllables:
            syllables[-1] = (syllables[-1][0] + (span.tail or ""), *syllables[-1][1:])
    text = " ".join("".join(pieces).split())
    words = _words(syllables)
    start, end = _time(element.get("begin")), _time(element.get("end"))
    if not text:
        return None
    start = start if start is not None or not words else words[0].start
    end = end if end is not None or not words else words[-1].end
    return Line(text, start, end, words, voice=voice, layers=layers)


def _words(syllables: list[tuple[str, float, float]]) -> tuple[Word, ...]:
    """One word a span: whoever wrote the spans decided what is timed as one."""
    return tuple(
        Word(" ".join(text.split()), Seconds(start), Seconds(max(start, end)))
        for text, start, end in syllables
        if text.strip()
    )


def _time(value: str | None) -> Seconds | None:
    if not value:
        return None
    if count := _COUNT.match(value):
        return Seconds(float(count[1]) * _UNITS[count[2]])
    if re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", value):
        return Seconds(float(value))
    return seconds_of(value)


def _role(element: ET.Element) -> str:
    return element.get(f"{_TTM}role") or ""


def _local(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _text(text: str) -> str:
    return escape("".join(character for character in text if character in "\t " or character.isprintable()))
