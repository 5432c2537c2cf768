"""Words of a song: the best source first, nothing of a person lost, an honest sentence when there is nothing."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harmonix_splitter.adapters.documents.yaml_reader import SafeYamlReader
from harmonix_splitter.domain.lyrics import Line, Lyrics, Provenance, Timing, VersionState
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.domain.lyrics.invented import Heard
from harmonix_splitter.domain.lyrics.lookup import FoundLyrics, SongFacts, best_match
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import (
    AudioError,
    ConflictError,
    EngineMissingError,
    InvalidRequestError,
    NotFoundError,
    StaleLyricsError,
)
from harmonix_splitter.services.lyrics import LyricsBook, LyricsSearch, LyricsService, WordTiming
from harmonix_splitter.services.ports.lyrics import TranscriptionWish
from tests.fakes.clock import FakeClock
from tests.fakes.lyrics import (
    FakeAligner,
    FakeDetector,
    FakeFiles,
    FakeFinder,
    FakeTranscriber,
    FakeVoice,
    ShelfInMemory,
)

SONG, VOCALS, FILE = "song", Path("vocals.flac"), Path("song.mp3")
FACTS = SongFacts("River", "The Band", duration=Seconds(10.0))
PLAIN = FoundLyrics("River", "The Band", duration=Seconds(10.0), plain="the river runs\naway")


@dataclass
class Room:
    """A lyrics service among stand-ins."""

    aligner: FakeAligner = field(default_factory=FakeAligner)
    transcriber: FakeTranscriber = field(default_factory=lambda: FakeTranscriber(advice="pip install it"))
    detector: FakeDetector = field(default_factory=FakeDetector)
    finder: FakeFinder | None = field(default_factory=FakeFinder)
    files: FakeFiles = field(default_factory=FakeFiles)
    voice: FakeVoice = field(default_factory=FakeVoice)
    shelf: ShelfInMemory = field(default_factory=ShelfInMemory)

    @property
    def service(self) -> LyricsService:
        reader: Any = self.voice
        return LyricsService(
            LyricsBook(self.shelf, FakeClock()),
            WordTiming(reader, {"built-in": self.aligner}, self.detector, self.transcriber),
            LyricsSearch(self.files, reader, SafeYamlReader(), self.finder),
        )


def test_plain_words_from_the_web_are_aligned():
    room = Room(finder=FakeFinder(PLAIN))

    prepared = room.service.prepare(SONG, VOCALS, FACTS)

    assert prepared.version is not None
    assert prepared.version.lyrics.timing is Timing.WORD
    assert prepared.version.lyrics.provenance is Provenance.ALIGNED
    assert prepared.version.lyrics.source == "LRCLIB"


def test_line_times_from_the_web_guide_the_alignment():
    synced = replace(PLAIN, synced="[00:01.00]the river runs\n[00:04.00]away")
    room = Room(finder=FakeFinder(synced))

    room.service.prepare(SONG, VOCALS, FACTS)

    assert room.aligner.asked[0].anchors == (1.0, 4.0)


def test_the_files_own_tags_come_before_the_web():
    room = Room(files=FakeFiles(tags="[00:01.00]<00:01.00>tagged <00:02.00>"), finder=FakeFinder(PLAIN))

    prepared = room.service.prepare(SONG, VOCALS, FACTS, FILE)

    assert prepared.version is not None
    assert prepared.version.lyrics.text == "tagged"


def test_a_lyrics_server_that_is_down_is_noted_and_passed_by():
    room = Room(finder=FakeFinder(is_down=True))

    prepared = room.service.prepare(SONG, VOCALS, FACTS)

    assert prepared.version is None
    assert "LRCLIB cannot be reached" in prepared.notes[0]


def test_without_words_or_engine_the_notes_say_what_to_install():
    prepared = Room().service.prepare(SONG, VOCALS, FACTS)

    assert prepared.notes[-1].startswith("No words found: paste them in the studio")
    assert prepared.notes[-1].endswith("transcription is not installed. pip install it")


def test_without_words_the_singing_is_written_down_when_that_is_installed():
    heard = (Heard("the river", 1.0, 3.0), Heard("Thanks for watching!", 8.0, 9.0))
    room = Room(transcriber=FakeTranscriber(heard))

    prepared = room.service.prepare(SONG, VOCALS, FACTS)

    assert prepared.version is not None
    assert prepared.version.lyrics.text == "the river"
    assert prepared.version.lyrics.provenance is Provenance.TRANSCRIBED
    assert any("1 segments were left out" in note for note in prepared.version.lyrics.notes)


def test_transcription_listens_where_a_voice_is_heard():
    room = Room(transcriber=FakeTranscriber(), detector=FakeDetector([(1.0, 2.0)]))

    room.service.transcribe(SONG, VOCALS, TranscriptionWish())

    assert room.transcriber.windows == [(1.0, 2.0)]


def test_transcription_that_is_not_installed_is_refused_before_anything_is_read():
    with pytest.raises(EngineMissingError, match="pip install it"):
        Room().service.transcribe(SONG, VOCALS, TranscriptionWish())


def test_words_with_times_are_left_alone():
    room = Room(finder=FakeFinder(PLAIN))
    room.service.align(SONG, {"vocals": VOCALS}, TextToAlign.of_text("mine"), "anna")

    prepared = room.service.prepare(SONG, VOCALS, FACTS)

    assert prepared.version is not None
    assert prepared.version.lyrics.text == "mine"
    assert len(room.shelf.versions(SONG)) == 1


def test_a_text_of_another_song_is_offered_and_not_applied():
    room = Room(aligner=FakeAligner(fit=0.1))

    version, timed = room.service.align(SONG, {"vocals": VOCALS}, TextToAlign.of_text("not this song"), "anna")

    assert version.state is VersionState.PROPOSED
    assert "may not belong" in timed.lyrics.notes[0]
    assert room.service.book.lyrics(SONG) is None


def test_a_text_timed_in_another_language_than_its_own_says_so():
    words = "the night is young and you are here with me"

    german, english = (Room().service.align(SONG, {"vocals": VOCALS}, TextToAlign.of_text(words, told), "anna")[1]
                       for told in ("de", "en-GB"))  # fmt: skip

    assert german.lyrics.notes == ("This text was timed as de, but reads like en.",)
    assert english.lyrics.notes == ()


def test_a_machine_only_offers_where_a_human_wrote():
    room = Room(finder=FakeFinder(PLAIN))
    room.service.book.save(SONG, Lyrics((Line("my words", Seconds(1.0)),)), "anna")

    offered = room.service.fetch(SONG, FACTS)

    assert offered.state is VersionState.PROPOSED
    assert room.service.book.current(SONG).lyrics.text == "my words"


def test_accepting_an_offer_keeps_what_was_changed_meanwhile():
    room = Room()
    book = room.service.book
    book.offer(SONG, Lyrics((Line("a"), Line("b"))).from_provenance(Provenance.FETCHED), "harmonix")
    book.save(SONG, Lyrics((Line("a", Seconds(1.0)), Line("b", provenance=Provenance.FETCHED))), "anna")
    offer = book.offer(
        SONG, Lyrics((Line("a", Seconds(5.0)), Line("b", Seconds(6.0)))).from_provenance(Provenance.ALIGNED), "harmonix"
    )

    accepted = book.accept(SONG, offer.number, "anna")

    assert [line.start for line in accepted.lyrics.lines] == [1.0, 6.0]
    with pytest.raises(ConflictError, match="not on offer"):
        book.accept(SONG, offer.number, "anna")


def test_saving_over_a_newer_version_is_refused():
    book = Room().service.book
    book.save(SONG, Lyrics((Line("one"),)), "anna", expected=0)
    book.save(SONG, Lyrics((Line("two"),)), "ben", expected=1)

    with pytest.raises(StaleLyricsError) as stale:
        book.save(SONG, Lyrics((Line("three"),)), "anna", expected=1)

    assert stale.value.current == 2


def test_an_earlier_version_comes_back_as_a_new_one():
    book = Room().service.book
    book.save(SONG, Lyrics((Line("one"),)), "anna")
    book.save(SONG, Lyrics((Line("two"),)), "ben")

    back = book.revert(SONG, 1, "anna")

    assert (back.number, back.lyrics.text) == (3, "one")
    assert [change.kind for change in book.difference(SONG, 1, 2)] == ["changed"]


def test_offsets_are_set_and_reset_for_song_and_line():
    book = Room().service.book
    book.save(SONG, Lyrics((Line("one", Seconds(1.0)), Line("two", Seconds(2.0)))), "anna")

    book.shift(SONG, 0.2, "anna")
    moved = book.shift(SONG, -0.5, "anna", line=1).lyrics

    assert [line.start for line in moved.settled().lines] == pytest.approx([1.2, 1.7])
    assert [line.start for line in book.shift(SONG, 0.0, "anna").lyrics.settled().lines] == pytest.approx([1.0, 1.5])
    with pytest.raises(NotFoundError, match="no line 7"):
        book.shift(SONG, 0.0, "anna", line=7)


@pytest.mark.parametrize("left", [0.0, 0.0009])
def test_a_silent_stem_is_said_to_be_silent(left: float):
    room = Room(voice=FakeVoice(np.full(16_000, left, np.float32)))

    with pytest.raises(AudioError, match="Nobody sings"):
        room.service.align(SONG, {"vocals": VOCALS}, TextToAlign.of_text("a"), "anna")


def test_words_that_cannot_be_timed_are_kept_untimed():
    room = Room(finder=FakeFinder(PLAIN), voice=FakeVoice(np.zeros(16_000, np.float32)))

    prepared = room.service.prepare(SONG, VOCALS, FACTS)

    assert prepared.version is not None
    assert prepared.version.lyrics.timing is Timing.NONE
    assert "Nobody sings" in prepared.notes[0]


def test_an_unknown_aligner_is_named_with_the_known_ones():
    with pytest.raises(InvalidRequestError, match="Known: built-in"):
        Room().service.align(SONG, {"vocals": VOCALS}, TextToAlign.of_text("a"), "anna", engine="magic")


def test_imported_files_become_a_humans_words():
    version = Room().service.bring_in(SONG, "[00:01.00]a", "anna", "song.lrc")

    assert version.lyrics.provenance is Provenance.HUMAN


@pytest.mark.parametrize(
    ("found", "fits"),
    [
        (FoundLyrics("River", "The Band", duration=Seconds(11.5)), True),
        (FoundLyrics("River", "The Band", duration=Seconds(13.0)), False),
        (FoundLyrics("River (Remastered 2009)", "Band", duration=Seconds(10.0)), True),
        (FoundLyrics("Another", "The Band", duration=Seconds(10.0)), False),
        (FoundLyrics("River", "Somebody", duration=Seconds(10.0)), False),
        (FoundLyrics("River deep", "The Band"), False),
    ],
)
def test_only_the_very_recording_matches(found: FoundLyrics, fits: bool):
    assert (best_match(FACTS, [found]) is found) is fits


def test_an_engine_that_wants_some_of_the_recording_hears_it_behind_the_voice():
    room = Room()
    aligner = room.service.words.aligners["built-in"]
    assert isinstance(aligner, FakeAligner)
    text = TextToAlign.of_text("one two")

    room.service.align(SONG, {"vocals": VOCALS, "original": VOCALS}, text, "anna")
    aligner.recording_share = 0.5
    room.service.align(SONG, {"vocals": VOCALS, "original": VOCALS}, text, "anna")
    room.service.align(SONG, {"vocals": VOCALS}, text, "anna")

    loudest = [round(float(voice.max()), 3) for voice in aligner.voices]
    assert loudest == [0.1, 0.15, 0.1]
