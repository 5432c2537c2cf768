"""Words find their times in a voice whose times are known exactly."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.speech.built_in_aligner import BuiltInAligner
from harmonix_splitter.adapters.engines.speech.silero_detector import BuiltInDetector, joined
from harmonix_splitter.analysis.alignment import GLIDE, Evidence, best_path, units_of
from harmonix_splitter.analysis.syllables import Sound, syllables_of
from harmonix_splitter.analysis.voice_sounds import SOUNDS
from harmonix_splitter.domain.demo import truth
from harmonix_splitter.domain.lyrics.alignment import LEAST_FIT, Aligned, TextToAlign
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import CancelledError, InvalidRequestError
from tests.singer import Song, sung

LINES = ("lima sotu napi", "teka sulo mena disa", "nolu pati zema", "suna lepo timu kasi", "mola seti nupa")


@pytest.fixture(scope="module")
def song() -> Song:
    return sung(LINES)


def errors(song: Song, found: Aligned) -> np.ndarray:
    return np.abs(np.array([word.start for word in found.words]) - np.array(song.starts))


def aligned(song: Song, lines: Sequence[str] = LINES, **facts: object) -> Aligned:
    text = TextToAlign.of_text("\n".join(lines), "es")
    return BuiltInAligner().align(song.samples, TextToAlign(text.lines, text.language, **facts))  # type: ignore[arg-type]


def test_sung_words_are_found_within_80_milliseconds(song: Song):
    missed = errors(song, aligned(song))

    assert np.median(missed) <= 0.08
    assert np.percentile(missed, 90) <= 0.3


def test_a_band_ten_decibels_below_does_not_throw_the_words_off(song: Song):
    time = np.arange(len(song.samples)) / 16_000
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (110, 165, 220, 277))
    clicks = np.random.default_rng(3).standard_normal(len(time)) * ((time * 4) % 1 < 0.02)
    band = 0.05 * chord + 0.15 * clicks
    mixed = Song((song.samples + band).astype(np.float32), song.words, song.starts)

    assert np.median(errors(mixed, aligned(mixed))) <= 0.15


def test_repeated_lines_stay_apart():
    lines = ("lima sotu napi", "teka sulo mena disa", "lima sotu napi", "teka sulo mena disa", "lima sotu napi")
    song = sung(lines, seed=5)

    assert np.percentile(errors(song, aligned(song, lines)), 90) <= 0.3


def test_words_never_go_back_and_end_after_they_start(song: Song):
    words = aligned(song).words

    assert all(word.end >= word.start for word in words)
    assert all(later.start >= word.start for word, later in pairwise(words))


def test_the_right_text_fits_and_another_does_not(song: Song):
    other = [
        " ".join(reversed(line.split()))
        for line in ("gobi puda kesu", "bedu gipa sisu kole", "pesi gudo tabe", "kupi dase gobu peti", "bisu kade gopi")
    ]

    assert aligned(song).fit > LEAST_FIT
    assert aligned(song, other).fit < LEAST_FIT


def test_words_that_cannot_fit_say_so(song: Song):
    found = aligned(song, ["lima sotu"] * 900)

    assert found.fit == 0.0
    assert "do not fit" in found.notes[0]


def test_known_line_times_are_kept_to(song: Song):
    starts = [song.starts[song.words.index(line.split()[0])] for line in LINES]
    late = tuple(Seconds(start) for start in starts)

    found = aligned(song, anchors=late)

    firsts = np.cumsum([0, *(len(line.split()) for line in LINES[:-1])])
    assert max(abs(found.words[first].start - start) for first, start in zip(firsts, starts, strict=True)) <= 0.8


def test_a_song_of_hours_with_a_book_of_words_is_refused():
    text = TextToAlign.of_text("\n".join(["la la la la la la la la la la"] * 1_900))

    with pytest.raises(InvalidRequestError, match="Cut the recording"):
        BuiltInAligner().align(np.zeros(16_000 * 3600, np.float32), text)


def test_aligning_can_be_cancelled(song: Song):
    def unwanted(share: float, /) -> None:
        if share > 0.3:
            raise CancelledError("Not wanted any more.")

    with pytest.raises(CancelledError):
        BuiltInAligner().align(song.samples, TextToAlign.of_text("\n".join(LINES)), unwanted)


def test_the_built_in_detector_hears_where_somebody_sings(song: Song):
    stretches = BuiltInDetector().stretches(song.samples)

    assert 3 <= len(stretches) <= len(LINES)
    assert stretches[0][0] == pytest.approx(song.starts[0], abs=0.3)


def test_short_gaps_are_bridged_and_short_noises_dropped():
    voiced = np.zeros(500, bool)
    voiced[50:100] = voiced[110:200] = voiced[400:404] = True

    assert joined(voiced, 0.02) == [(1.0, 4.0)]


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("river", "en", 2),
        ("away", "en", 2),
        ("liked", "en", 1),
        ("every", "en", 2),
        ("going", "en", 2),
        ("freuen", "de", 2),
        ("engañan", "es", 3),
        ("grandes", "fr", 1),
        ("Veränderung", "de", 4),
        ("愛", "zh", 1),
        ("사랑", "ko", 2),
        ("любовь", "ru", 2),
        ("hmm", "", 1),
        ("مرحبا", "ar", 3),
        ("…", "", 1),
    ],
)
def test_syllables_follow_the_spelling(word: str, language: str, count: int):
    assert len(syllables_of(word, language)) == count


def test_a_syllable_says_how_it_begins():
    assert [each.onset for each in syllables_of("sopa", "es")] == [Sound.HISS, Sound.STOP]
    assert [each.vowel for each in syllables_of("me", "en")] == ["i"]


def test_vowels_that_glide_say_from_where_to_where():
    glides = [syllables_of(word, "en")[-1].vowel for word in ("time", "away", "alone", "voice", "out")]

    assert glides == ["ai", "ei", "ou", "oi", "au"]
    assert [each.vowel for each in syllables_of("Haus", "de")] == ["au"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (truth().text, "en"),
        ("Ich gehe mit der Laterne und der Mond ist nicht allein", "de"),
        ("Je marche dans la rue et tu ne me vois pas", "fr"),
        ("Yo camino por la calle y tú no estás con el viento", "es"),
        ("Io cammino per la strada e tu non sei con me", "it"),
        ("Eu caminho na rua e você não está com o vento", "pt"),
        ("na na na na na na na", ""),
        ("Дорога длинная и ночь темна", ""),
        ("the moon", ""),
    ],
)
def test_little_words_tell_the_language_where_nobody_did(text: str, language: str):
    assert TextToAlign.of_text(text).spelling == language
    assert TextToAlign.of_text(text, "sv").spelling == "sv"


def heard(*stretches: tuple[str, int]) -> Evidence:
    """Perfectly clear kinds of sound, so many frames each, and no hint of where they begin."""
    kinds = [SOUNDS.index(kind) for kind, frames in stretches for _ in range(frames)]
    shares = np.full((len(kinds), len(SOUNDS)), 0.01, np.float32)
    shares[np.arange(len(kinds)), kinds] = 1 - 0.01 * (len(SOUNDS) - 1)
    return Evidence(shares, np.full(len(SOUNDS), 1 / len(SOUNDS), np.float32), np.full(len(kinds), 0.45, np.float32))


def test_the_end_of_a_glide_is_not_taken_for_the_word_after_it():
    evidence = heard(("silence", 20), ("a", 30), ("i", 30), ("silence", 20))
    words = [[syllables_of(word, "en") for word in ("my", "is")]]

    path = best_path(evidence, units_of(words))

    assert [int(start) for start in path.starts] == pytest.approx([20, 50 + GLIDE], abs=1)
