"""Plain text: one line per sung line, an empty line between stanzas."""

from harmonix_splitter.domain.lyrics.document import Line, Lyrics
from harmonix_splitter.domain.lyrics_formats.stamps import checked


def read(text: str) -> Lyrics:
    lines: list[Line] = []
    gap = False
    for raw in checked(text).split("\n"):
        if raw.strip():
            lines.append(Line(" ".join(raw.split()), opens_stanza=gap and bool(lines)))
            gap = False
        else:
            gap = True
    return Lyrics(lines=tuple(lines))


def write(lyrics: Lyrics) -> str:
    return lyrics.text + "\n"
