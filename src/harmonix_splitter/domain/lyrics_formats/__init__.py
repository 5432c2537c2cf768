"""The files lyrics travel in: each format reads text to `Lyrics` and writes it back."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from harmonix_splitter.domain.lyrics.document import Lyrics
from harmonix_splitter.domain.lyrics_formats import ass, lrc, lyricsfile, plain, subtitles, ttml, ultrastar
from harmonix_splitter.errors import InvalidRequestError


@dataclass(frozen=True)
class Format:
    """One kind of file. `read` is None where a library has to parse it first (YAML)."""

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    write: Callable[[Lyrics], str]
    read: Callable[[str], Lyrics] | None


FORMATS = {
    each.name: each
    for each in (
        Format("lrc", (".lrc",), "text/plain", lrc.write, lrc.read),
        Format("elrc", (".elrc",), "text/plain", lrc.write_enhanced, lrc.read),
        Format("lyricsfile", (".yaml", ".yml"), "application/yaml", lyricsfile.write, None),
        Format("ttml", (".ttml", ".xml"), "application/ttml+xml", ttml.write, ttml.read),
        Format("srt", (".srt",), "application/x-subrip", subtitles.write_srt, subtitles.read),
        Format("vtt", (".vtt",), "text/vtt", subtitles.write_vtt, subtitles.read),
        Format("ass", (".ass", ".ssa"), "text/x-ssa", ass.write, ass.read),
        Format("ultrastar", (".ultrastar",), "text/plain", ultrastar.write, ultrastar.read),
        Format("txt", (".txt",), "text/plain", plain.write, plain.read),
    )
}
_ALIASES = {
    "enhanced": "elrc",
    "yaml": "lyricsfile",
    "yml": "lyricsfile",
    "plain": "txt",
    "text": "txt",
    "webvtt": "vtt",
}
_LRC = re.compile(r"^\s*\[\d{1,3}:\d{1,2}", re.MULTILINE)


def format_named(name: str) -> Format:
    """Raise InvalidRequestError for a format we do not know."""
    plain_name = name.strip().lower().lstrip(".")
    found = FORMATS.get(_ALIASES.get(plain_name, plain_name)) or _by_suffix(f".{plain_name}")
    if found is None:
        raise InvalidRequestError(f"There is no lyrics format {name!r}.", advice=f"Known: {', '.join(FORMATS)}.")
    return found


def format_of(text: str, file_name: str = "") -> Format:
    """Which format a text is in: by what it looks like, then by its file's name, else plain text."""
    head = text.lstrip("\ufeff \t\r\n")[:4000]
    if head.startswith("WEBVTT"):
        return FORMATS["vtt"]
    if "[Script Info]" in head or "\nDialogue:" in head:
        return FORMATS["ass"]
    if head.startswith("<") and "<tt" in head:
        return FORMATS["ttml"]
    if re.search(r"^#(?:TITLE|BPM|VERSION):", head, re.MULTILINE | re.IGNORECASE):
        return FORMATS["ultrastar"]
    if " --> " in head:
        return FORMATS["srt"]
    if _LRC.search(head):
        return FORMATS["elrc"] if re.search(r"<\d{1,3}:\d{1,2}", head) else FORMATS["lrc"]
    if re.search(r"^lines:\s*(?:\[\])?\s*$", text[:20_000], re.MULTILINE):
        return FORMATS["lyricsfile"]
    suffix = re.search(r"(\.[A-Za-z]{1,10})$", file_name)
    return (_by_suffix(suffix[1].lower()) if suffix else None) or FORMATS["txt"]


def _by_suffix(suffix: str) -> Format | None:
    return next((each for each in FORMATS.values() if suffix in each.suffixes), None)
