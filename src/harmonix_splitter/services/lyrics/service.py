"""Everything one can ask of a song's words: keep, time, look up, write down, carry in and out."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.lyrics import Lyrics, LyricsVersion, Provenance, Timing, VersionState
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.domain.lyrics.cuts import shifted
from harmonix_splitter.domain.lyrics.lookup import SongFacts
from harmonix_splitter.domain.lyrics.wishes import WordsTask, WordsWish
from harmonix_splitter.domain.lyrics_formats import Format, format_named
from harmonix_splitter.domain.separation import ORIGINAL, VOCALS
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import AudioError, HarmonixError, InvalidRequestError, NotFoundError
from harmonix_splitter.services.lyrics.book import LyricsBook
from harmonix_splitter.services.lyrics.search import LyricsSearch
from harmonix_splitter.services.lyrics.timing import TimedText, WordTiming
from harmonix_splitter.services.ports.lyrics import TranscriptionWish
from harmonix_splitter.services.ports.progress import Progress, unheard

logger = logging.getLogger(__name__)
MACHINE = "harmonix"
_NO_WORDS = "No words found: paste them in the studio to have them timed"


@dataclass(frozen=True)
class Prepared:
    """What came of preparing a song's words: the version that was kept, or in words why there is none."""

    version: LyricsVersion | None
    notes: tuple[str, ...] = field(default=())

    def to_document(self) -> dict[str, Any]:
        head = self.version.to_document(with_lyrics=False) if self.version else {"version": None}
        return head | {"notes": list(self.notes)}


@dataclass(frozen=True)
class LyricsService:
    book: LyricsBook
    words: WordTiming
    search: LyricsSearch
    speech_model: str = "small"
    transcribes: bool = True

    def prepare(
        self,
        song: str,
        vocals: Path | None,
        facts: SongFacts,
        recording: Path | None = None,
        progress: Progress = unheard,
    ) -> Prepared:
        """Find and time a song's words, best source first: tags, sidecar, web, transcription.

        Text without word times is aligned to the vocal stem. What a person wrote is timed but never replaced; where
        nothing can be had, the notes say what is missing.
        """
        notes: list[str] = []
        held = self.book.lyrics(song)
        if held is not None and held.lines:
            if held.timing is Timing.WORD or vocals is None:
                return Prepared(self.book.current(song), ("Kept as they are.",))
            return self._timed(song, held, vocals, recording, notes, progress)
        for name, place in self._places(recording, facts):
            found = self._looked(name, place, notes)
            if found is not None and found.lines:
                return self._timed(song, found, vocals, recording, notes, progress)
            if found is not None and found.instrumental:
                return Prepared(None, (*notes, f"{name} says this song is instrumental."))
        return self._written_down(song, vocals, facts, notes, progress)

    def find(self, recording: Recording, stems: Mapping[str, Path], progress: Progress = unheard) -> None:
        """The words stage of a job. Lyrics belong to the recording: everybody who links to it reads the same ones.

        Raise NotFoundError, saying what would help, when there are none.
        """
        details = recording.details
        facts = SongFacts(
            recording.title,
            recording.artist,
            str(details.get("album") or ""),
            Seconds(recording.duration) if recording.duration else None,
            str(details.get("language") or ""),
        )
        original = stems.get(ORIGINAL)
        prepared = self.prepare(recording.id, stems.get(VOCALS), facts, original, progress)
        if prepared.version is None:
            raise NotFoundError(" ".join(prepared.notes))

    def check(self, song: str, wish: WordsWish) -> None:
        """Raise now what would make the job fail later: an engine that is not there, no words, words without end."""
        if wish.task is WordsTask.TRANSCRIBE:
            self.words.check(wish.model or self.speech_model)
            return
        self.words.aligner(wish.engine)
        if not self._text(song, wish).lines:
            raise InvalidRequestError("There are no words to align.")

    def carry_out(self, song: str, stems: Mapping[str, Path], wish: WordsWish, progress: Progress = unheard) -> str:
        """What a job does for somebody; the answer says which version came of it."""
        if wish.task is WordsTask.TRANSCRIBE:
            model = TranscriptionWish(wish.model or self.speech_model, wish.language)
            version = self.transcribe(song, stems[VOCALS], model, wish.author, progress)
        else:
            version, _ = self.align(song, stems, self._text(song, wish), wish.author, wish.engine, progress)
        if version.state is VersionState.APPLIED:
            return f"Kept as version {version.number} of the words."
        return f"Offered as version {version.number} of the words: the present ones stay until somebody accepts it."

    def _text(self, song: str, wish: WordsWish) -> TextToAlign:
        """The text that was given; else the present words, whose line times guide the alignment."""
        if wish.text.strip():
            return TextToAlign.of_text(wish.text, wish.language)
        return TextToAlign.of_lyrics(self.book.current(song).lyrics, wish.language)

    def align(
        self,
        song: str,
        stems: Mapping[str, Path],
        text: TextToAlign,
        author: str,
        engine: str = "",
        progress: Progress = unheard,
    ) -> tuple[LyricsVersion, TimedText]:
        """Time a text somebody gave: the vocals are needed, the original helps.

        A text that does not seem to belong is offered, not applied.
        """
        timed = self.words.align(stems[VOCALS], text, engine, progress, "pasted text", stems.get(ORIGINAL))
        note = f"Aligned with {timed.lyrics.model}"
        return self.book.offer(song, timed.lyrics, author, note, sure=timed.belongs), timed

    def fetch(self, song: str, facts: SongFacts, author: str = MACHINE) -> LyricsVersion:
        """Look on the web. Raise NotFoundError when nobody knows this recording."""
        if self.search.finder is None:
            raise NotFoundError("Looking lyrics up on the web is switched off.", advice="Set sources.lrclib to true.")
        found = self.search.on_the_web(facts)
        if found is None or not found.lines:
            raise NotFoundError(
                "No lyrics were found for this recording.",
                advice="Check title, artist and length, or paste the words yourself.",
            )
        return self.book.offer(song, found, author, f"Fetched from {found.source}")

    def transcribe(
        self, song: str, vocals: Path, wish: TranscriptionWish, author: str = MACHINE, progress: Progress = unheard
    ) -> LyricsVersion:
        lyrics = self.words.transcribe(vocals, wish, progress)
        return self.book.offer(song, lyrics, author, f"Transcribed with {lyrics.model}")

    def bring_in(
        self, song: str, text: str, author: str, file_name: str = "", format_name: str = "", expected: int | None = None
    ) -> LyricsVersion:
        """Keep the lyrics of a file somebody chose, in any format we know."""
        lyrics = self.search.read(text, file_name, format_name)
        if not lyrics.lines:
            raise InvalidRequestError("There are no words in this file.")
        source = f"file {file_name}" if file_name else "import"
        own = replace(lyrics.from_provenance(Provenance.HUMAN), source=source)
        return self.book.save(song, own, author, f"Imported {file_name}".strip(), expected)

    def written(self, song: str, format_name: str, cut: Cut | None = None) -> tuple[str, Format]:
        """The current lyrics as a file's text, in the times of the library's sound or of another cut."""
        chosen, lyrics = format_named(format_name), self.book.current(song).lyrics
        return chosen.write(shifted(lyrics, cut) if cut else lyrics), chosen

    def _places(self, recording: Path | None, facts: SongFacts) -> list[tuple[str, Callable[[], Lyrics | None]]]:
        places: list[tuple[str, Callable[[], Lyrics | None]]] = []
        if recording is not None:
            chosen = recording
            places.append(("The file's tags", lambda: self.search.in_file(chosen)))
            places.append(("The file beside it", lambda: self.search.beside_file(chosen)))
        places.append(("The web", lambda: self.search.on_the_web(facts)))
        return places

    def _looked(self, name: str, place: Callable[[], Lyrics | None], notes: list[str]) -> Lyrics | None:
        """A place that fails is noted and passed by: words are an optional part of a song."""
        try:
            return place()
        except HarmonixError as failed:
            logger.warning("lyrics lookup failed", extra={"place": name, "why": failed.message})
            notes.append(f"{name} could not be asked: {failed.message}")
            return None

    def _timed(
        self,
        song: str,
        found: Lyrics,
        vocals: Path | None,
        recording: Path | None,
        notes: list[str],
        progress: Progress,
    ) -> Prepared:
        """Keep what was found; text without word times is aligned first when there is a vocal stem."""
        if found.timing is Timing.WORD or vocals is None:
            return Prepared(self.book.offer(song, found, MACHINE, f"From {found.source}"), tuple(notes))
        try:
            text = TextToAlign.of_lyrics(found)
            timed = self.words.align(vocals, text, "", progress, found.source, recording)
        except (AudioError, InvalidRequestError) as failed:
            notes.append(f"The words could not be timed: {failed.message}")
            return Prepared(self.book.offer(song, found, MACHINE, f"From {found.source}"), tuple(notes))
        if not timed.belongs:
            notes += timed.lyrics.notes
            if self.book.lyrics(song) is None:
                self.book.offer(song, found, MACHINE, f"From {found.source}")
        kept = replace(timed.lyrics, tags=found.tags, duration=found.duration)
        note = f"From {found.source}, aligned with {kept.model}"
        return Prepared(self.book.offer(song, kept, MACHINE, note, sure=timed.belongs), tuple(notes))

    def _written_down(
        self, song: str, vocals: Path | None, facts: SongFacts, notes: list[str], progress: Progress
    ) -> Prepared:
        if vocals is None or not self.transcribes:
            return Prepared(None, (*notes, f"{_NO_WORDS}."))
        if missing := self.words.can_transcribe(self.speech_model):
            return Prepared(None, (*notes, f"{_NO_WORDS}; transcription is not installed. {missing}"))
        wish = TranscriptionWish(self.speech_model, facts.language)
        return Prepared(self.transcribe(song, vocals, wish, progress=progress), tuple(notes))
