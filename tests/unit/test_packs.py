"""Screens, tiles, pictures and notes of karaoke packs, read back by other eyes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmonix_splitter.adapters.media.typesetting import PillowTypesetter
from harmonix_splitter.analysis.melody import RATE as TUNE_RATE
from harmonix_splitter.analysis.melody import tune_of
from harmonix_splitter.domain.lyrics import Lyrics
from harmonix_splitter.domain.lyrics.document import Line, Voice, Word
from harmonix_splitter.domain.lyrics_formats import ultrastar
from harmonix_splitter.domain.packs.screens import PLACES, screenplay
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import ConflictError
from harmonix_splitter.services.packs.graphics import CdgArtist
from harmonix_splitter.services.packs.pictures import RATE, PictureArtist
from tests.karaoke_players import CdgPlayer, ultrastar_notes

GOLD, WHITE, BLUE = (15, 12, 2), (15, 15, 15), (4, 9, 15)


def line(text: str, start: float, length: float = 2.0, voice: Voice = Voice.LEAD) -> Line:
    words = text.split()
    share = length / len(words)
    timed = [
        Word(word, Seconds(start + number * share), Seconds(start + (number + 1) * share))
        for number, word in enumerate(words)
    ]
    return Line.of_words(timed, voice=voice)


SONG = Lyrics((line("Evening falls tonight", 5.0), line("Lanterns drifting slow", 7.0), line("Sing with me", 9.0)))


def anything(_pieces: object) -> bool:
    return True


def colours(player: CdgPlayer, rows: slice) -> set[tuple[int, ...]]:
    used = np.unique(player.screen[rows])
    return {tuple(int(part) for part in player.palette[number]) for number in used if number}


def test_the_next_lines_are_there_before_they_are_sung() -> None:
    play = screenplay(Lyrics(tuple(line(f"Line {number}", 10.0 + 2 * number) for number in range(8))), anything)

    during = {number: [shown.part.text for shown in play.at(10.5 + 2 * number)] for number in range(8)}
    assert sorted(during[0]) == ["Line 0", "Line 1", "Line 2", "Line 3"]
    assert sorted(during[3]) == ["Line 2", "Line 3", "Line 4", "Line 5"]
    assert sorted(during[7]) == ["Line 4", "Line 5", "Line 6", "Line 7"]


def test_a_long_gap_clears_the_screen_and_counts_back_in() -> None:
    play = screenplay(Lyrics((line("Before", 5.0), line("After", 40.0))), anything)

    assert play.at(20.0) == []
    assert [play.count_at(moment) for moment in (30.0, 37.5, 38.5, 39.5, 40.5)] == [0, 3, 2, 1, 0]


def test_a_line_that_does_not_fit_is_broken_between_its_words() -> None:
    long = Lyrics((line("one two three four five six", 5.0, 6.0),))

    play = screenplay(long, lambda pieces: sum(map(len, pieces)) <= 15)

    assert [shown.part.text for shown in play.shown] == ["one two three", "four five six"]
    assert [shown.part.start for shown in play.shown] == pytest.approx([5.0, 8.0])


def test_words_without_times_cannot_be_wiped() -> None:
    with pytest.raises(ConflictError, match="no times"):
        screenplay(Lyrics((Line("Nobody timed me"),)), anything)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(0, 60), st.floats(0.05, 9), st.sampled_from(list(Voice)), st.booleans()),
        min_size=1,
        max_size=25,
    )
)
def test_no_two_lines_ever_share_a_place_and_all_are_there_while_sung(
    sung: list[tuple[float, float, Voice, bool]],
) -> None:
    lines, at = [], 0.0
    for gap, length, voice, is_timed in sung:
        at += gap
        words = line("la la la", at, length, voice)
        lines.append(words if is_timed else Line("la la la", words.start, words.end, voice=voice))
        at += length
    play = screenplay(Lyrics(tuple(lines)), anything)

    assert len(play.shown) == len(lines)
    for moment in np.arange(0.0, at + 5.0, 0.25):
        places = [shown.place for shown in play.at(float(moment))]
        assert len(set(places)) == len(places)
        assert set(places) <= set(range(PLACES))
    for shown in play.shown:
        middle = (shown.part.start + shown.part.end) / 2
        assert shown.start <= middle < shown.end


def test_cdg_shows_the_title_then_words_that_turn_gold_while_they_are_sung() -> None:
    data = CdgArtist(PillowTypesetter()).drawn(replace(SONG, offset=5.0), ("Lanterns", "Harmonix"), 19.0)

    assert len(data) == 19 * 300 * 24
    first_row = slice(3 * 12, 5 * 12)
    assert colours(CdgPlayer().play(data, 2.0), slice(5 * 12, 11 * 12)) == {GOLD, WHITE}
    assert colours(CdgPlayer().play(data, 9.9), first_row) == {WHITE}
    assert colours(CdgPlayer().play(data, 11.0), first_row) == {GOLD, WHITE}
    assert colours(CdgPlayer().play(data, 12.1), first_row) == {GOLD}
    assert colours(CdgPlayer().play(data, 18.9), slice(0, 216)) == set()


def test_cdg_letters_are_the_typesetters_letters() -> None:
    letters = PillowTypesetter()
    data = CdgArtist(letters).drawn(Lyrics((line("Ho", 5.0),)), ("T", "A"), 8.0)

    ink = CdgPlayer().play(data, 4.9).screen[3 * 12 : 5 * 12] > 0
    columns = np.flatnonzero(ink.any(axis=0))
    drawn = letters.drawn("Ho", 24, smooth=False) > 127
    inked = np.flatnonzero(drawn.any(axis=0))
    assert np.array_equal(ink[:, columns[0] : columns[-1] + 1], drawn[:, inked[0] : inked[-1] + 1])


def test_cdg_gives_the_second_voice_its_own_colour() -> None:
    duet = Lyrics((line("You sing", 5.0), line("I answer", 7.0, voice=Voice.SECOND)))

    data = CdgArtist(PillowTypesetter()).drawn(duet, (), 12.0)

    assert colours(CdgPlayer().play(data, 9.1), slice(3 * 12, 8 * 12)) == {GOLD, BLUE}


def test_the_pictures_wipe_the_words_at_their_time() -> None:
    moments = (4.9, 5.4, 6.0, 6.6, 7.1)
    wanted = {round(moment * RATE): moment for moment in moments}
    gold, count = {}, 0
    for number, picture in enumerate(PictureArtist(PillowTypesetter()).pictures(SONG, ("Lanterns", "Harmonix"), 12.0)):
        count += 1
        if number in wanted:
            rows = picture[130:210].astype(int)
            gold[wanted[number]] = int(((rows[:, :, 0] > 200) & (rows[:, :, 2] < 120)).sum())

    assert count == 12 * RATE
    assert gold[4.9] == 0
    assert list(gold.values()) == sorted(set(gold.values()))
    assert gold[6.0] == pytest.approx(gold[7.1] / 2, rel=0.35)


def test_a_picture_that_does_not_change_is_not_drawn_again() -> None:
    drawn, before = 0, None
    for picture in PictureArtist(PillowTypesetter()).pictures(SONG, ("Lanterns", "Harmonix"), 200.0):
        drawn += picture is not before
        before = picture

    assert drawn < 200 * RATE / 8


def sine(midi: float, seconds: float) -> np.ndarray:
    time = np.arange(round(seconds * TUNE_RATE)) / TUNE_RATE
    hertz = 440 * 2 ** ((midi - 69) / 12)
    wave = sum(np.sin(2 * np.pi * hertz * number * time) / number for number in range(1, 6))
    return np.asarray(0.2 * wave, np.float32)


@pytest.mark.parametrize("midi", [43, 55, 60, 69, 81])
def test_a_held_note_has_its_pitch(midi: int) -> None:
    tune = tune_of(sine(midi, 1.0))

    assert tune.notes(0.1, 0.9) == [(pytest.approx(0.1), pytest.approx(0.9), midi)]


def test_a_word_on_two_notes_has_both_and_silence_has_none() -> None:
    tune = tune_of(np.concatenate([sine(60, 0.5), sine(64, 0.5), np.zeros(TUNE_RATE, np.float32)]))

    notes = tune.notes(0.0, 1.0)
    assert [note for _, _, note in notes] == [60, 64]
    assert notes[0][1] == pytest.approx(0.5, abs=0.08)
    assert tune.notes(1.2, 1.9) == []


def test_ultrastar_notes_carry_pitch_and_time_and_words_read_back() -> None:
    heard = {5.0: [(5.0, 5.3, 62), (5.3, 5.6, 64)]}
    short = Lyrics((line("Evening falls", 5.0, 1.2),), tags=(("title", "L"), ("artist", "H")))

    text = ultrastar.write(short, lambda start, _end: heard.get(start, []), {"MP3": "song.mp3"})

    tags, notes = ultrastar_notes(text)
    assert tags["MP3"] == "song.mp3"
    assert [(note.kind, note.pitch, note.text) for note in notes] == [
        (":", 2, "Evening"),
        (":", 4, "~"),
        ("F", 0, " falls"),
    ]
    assert [note.start for note in notes] == pytest.approx([5.0, 5.3, 5.6])
    assert [word.text for word in ultrastar.read(text).lines[0].words] == ["Evening", "falls"]
