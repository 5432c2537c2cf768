"""Looks for words that somebody already wrote down: in the file, beside it, and on the web when that is allowed."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from harmonix_splitter.domain.lyrics import Lyrics, Provenance
from harmonix_splitter.domain.lyrics.lookup import FoundLyrics, SongFacts
from harmonix_splitter.domain.lyrics_formats import format_named, format_of, lrc, lyricsfile, plain
from harmonix_splitter.errors import InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.lyrics import LyricsFiles, LyricsFinder, YamlReader
from harmonix_splitter.services.ports.media import MediaProbe

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LyricsSearch:
    files: LyricsFiles
    probe: MediaProbe
    yaml: YamlReader
    finder: LyricsFinder | None = None
    """None when looking on the web is switched off."""

    def read(self, text: str, file_name: str = "", format_name: str = "") -> Lyrics:
        """Lyrics from a file's text, in the named format or the one it looks like."""
        chosen = format_named(format_name) if format_name else format_of(text, file_name)
        if chosen.read is None:
            return lyricsfile.from_mapping(self.yaml.parse(text))
        return chosen.read(text)

    def in_file(self, recording: Path) -> Lyrics | None:
        """The words in the file's own tags."""
        tags = tuple(self.probe.probe(recording).tags.items())
        text = self.files.embedded(recording, tags)
        return self._fetched(text, "", "embedded tags") if text.strip() else None

    def beside_file(self, recording: Path) -> Lyrics | None:
        """The words of a file with the recording's own name: song.lrc beside song.mp3."""
        text, name = self.files.beside(recording)
        return self._fetched(text, name, f"file {name}") if text.strip() else None

    def on_the_web(self, facts: SongFacts) -> Lyrics | None:
        """Raise SourceError when the place fails; None when it does not know the song or is switched off."""
        if self.finder is None or not facts.can_be_looked_up:
            return None
        found = self.finder.find(facts)
        return _lyrics_of(found, self.finder.name) if found else None

    def choices(self, facts: SongFacts) -> list[FoundLyrics]:
        """What the web has under this title, to choose from."""
        if self.finder is None:
            raise NotFoundError("Looking lyrics up on the web is switched off.", advice="Set sources.lrclib to true.")
        return self.finder.search(facts)

    def _fetched(self, text: str, name: str, source: str) -> Lyrics | None:
        try:
            lyrics = self.read(text, name)
        except InvalidRequestError as unreadable:
            logger.info("lyrics not readable", extra={"source": source, "why": unreadable.message})
            return None
        if not lyrics.lines:
            return None
        return replace(lyrics.from_provenance(Provenance.FETCHED), source=source)


def _lyrics_of(found: FoundLyrics, place: str) -> Lyrics:
    lyrics = lrc.read(found.synced) if found.synced.strip() else plain.read(found.plain)
    tags = (("title", found.title), ("artist", found.artist), ("album", found.album))
    return replace(
        lyrics.from_provenance(Provenance.FETCHED),
        source=place,
        instrumental=found.instrumental,
        duration=found.duration,
        tags=tuple((key, value) for key, value in tags if value),
    )
