"""Times moved to another cut of the same recording: of analyses, of words, of notes."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmonix_splitter.domain.analysis import (
    Analysis,
    Chord,
    ChordName,
    Key,
    KeyFinding,
    Loudness,
    Metre,
    Rhythm,
    Scale,
    Section,
    Tempo,
)
from harmonix_splitter.domain.analysis.cuts import shifted as shifted_analysis
from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.lyrics import Layer, LayerKind, Line, Lyrics, Word
from harmonix_splitter.domain.lyrics.cuts import shifted as shifted_lyrics
from harmonix_splitter.domain.notes import Note, NoteSheet
from harmonix_splitter.domain.notes import shifted as shifted_notes
from harmonix_splitter.domain.units import Seconds

WHOLE = 20.0
SLIVER = 0.0011  # what reaches into a cut by less is not in it
cuts = st.builds(Cut, st.floats(-5, 25), st.floats(0.1, 40))
edges = st.lists(st.integers(0, 2000), min_size=2, max_size=12, unique=True).map(
    lambda found: [at / 100 for at in sorted(found)]
)
C, F = ChordName(0), ChordName(5)


def song(borders: list[float]) -> Analysis:
    """Chords, sections and keys from each border to the next, and a beat at every one."""
    pairs = list(pairwise(borders))
    return Analysis(
        WHOLE,
        Rhythm(Tempo(120, 0.9), Metre(4), tuple(borders), tuple(at % 4 + 1 for at in range(len(borders)))),
        keys=(KeyFinding(Key(0, Scale.MAJOR), 0.9),),
        key_changes=tuple(KeyFinding(Key(7, Scale.MAJOR), 0.5, start, end) for start, end in pairs),
        chords=tuple(Chord(start, end, C if at % 2 else F) for at, (start, end) in enumerate(pairs)),
        sections=tuple(Section(start, end, "verse") for start, end in pairs),
        loudness=Loudness(-14, 5, -1, tuple(pairs)),
    )


def lines(borders: list[float]) -> Lyrics:
    """A line of one word from each border to the next."""
    pairs = pairwise(borders)
    words = [Word(f"word{at}", Seconds(start), Seconds(end)) for at, (start, end) in enumerate(pairs)]
    return Lyrics(tuple(Line.of_words([word]) for word in words), duration=Seconds(WHOLE))


@given(edges, cuts)
def test_beats_are_moved_and_those_outside_are_dropped(borders: list[float], cut: Cut) -> None:
    before, after = song(borders).rhythm, shifted_analysis(song(borders), cut).rhythm

    inside = [
        (at - cut.starts_at, place)
        for at, place in zip(before.beats, before.positions, strict=True)
        if 0 <= at - cut.starts_at <= cut.duration
    ]
    assert list(zip(after.beats, after.positions, strict=True)) == inside


@given(edges, cuts)
def test_what_has_a_beginning_and_an_end_covers_the_same_moments(borders: list[float], cut: Cut) -> None:
    found = shifted_analysis(song(borders), cut)

    first, last = max(0.0, borders[0] - cut.starts_at), min(cut.duration, borders[-1] - cut.starts_at)
    silences = [tuple(pair) for pair in found.loudness.silences] if found.loudness else []
    for spans in ([(c.start, c.end) for c in found.chords], [(s.start, s.end) for s in found.sections], silences):
        assert all(0 <= start < end <= cut.duration for start, end in spans)
        assert all(one[1] == pytest.approx(other[0]) for one, other in pairwise(spans))
        if last - first > 2 * SLIVER:
            assert (spans[0][0], spans[-1][1]) == pytest.approx((first, last), abs=SLIVER)
    assert found.duration == cut.duration


@given(edges, cuts)
def test_each_moment_of_the_cut_has_the_chord_it_had(borders: list[float], cut: Cut) -> None:
    before, after = song(borders).chords, shifted_analysis(song(borders), cut).chords

    for chord in after:
        middle = (chord.start + chord.end) / 2 + cut.starts_at
        assert chord.name in [known.name for known in before if known.start - 1e-9 <= middle <= known.end + 1e-9]


@given(edges, st.floats(-5, 0))
def test_there_and_back_nothing_is_lost_where_all_of_it_is_in_the_cut(borders: list[float], start: float) -> None:
    there = shifted_analysis(song(borders), Cut(start, WHOLE - start))
    back = shifted_analysis(there, Cut(-start, WHOLE))

    assert back.rhythm.beats == pytest.approx(borders)
    assert [chord.end for chord in back.chords] == pytest.approx(borders[1:])


def test_the_key_of_the_whole_song_stays_and_its_stretches_are_cut() -> None:
    found = shifted_analysis(song([0.0, 10.0, 20.0]), Cut(4.0, 8.0))

    assert found.keys == song([0.0, 1.0]).keys
    assert [(key.start, key.end) for key in found.key_changes] == [(0, 6), (6, 8)]


def test_a_tempo_that_drifts_begins_with_what_it_is_where_the_cut_begins() -> None:
    rhythm = Rhythm(Tempo(110, 0.9, 0.5, ((0.0, 100.0), (10.0, 120.0), (18.0, 120.0))))

    found = shifted_analysis(Analysis(WHOLE, rhythm), Cut(5.0, 10.0)).rhythm.tempo

    assert found is not None
    assert found.curve == ((0.0, 110.0), (5.0, 120.0))


@given(edges, cuts)
def test_words_in_the_cut_are_moved_and_the_others_fall_away(borders: list[float], cut: Cut) -> None:
    before, after = lines(borders), shifted_lyrics(lines(borders), cut)

    places = {line.text: cut.span(line.words[0].start, line.words[0].end) for line in before.lines}
    kept = {line.text: (line.words[0].start, line.words[0].end) for line in after.lines}
    assert kept == {text: span for text, span in places.items() if span is not None}
    assert all((line.start, line.end) == kept[line.text] for line in after.lines)
    assert after.duration == cut.duration


def test_a_line_that_is_half_in_the_cut_says_what_is_sung_there() -> None:
    words = [Word(text, Seconds(at), Seconds(at + 0.9)) for at, text in enumerate(("You,", "and", "I!"))]
    layer = Layer(LayerKind.TRANSLATION, "Du und ich", "de")
    line = replace(Line.of_words(words), text="You, — and — I!", layers=(layer,))

    (begun,) = shifted_lyrics(Lyrics((line,)), Cut(1.5, 10.0)).lines
    (ended,) = shifted_lyrics(Lyrics((line,)), Cut(0.0, 1.5)).lines

    assert (begun.text, begun.start, begun.end, begun.layers) == ("and — I!", 0, pytest.approx(1.4), (layer,))
    assert [(word.text, word.start) for word in begun.words] == [("and", 0), ("I!", 0.5)]
    assert (ended.text, ended.end, ended.words[-1].end) == ("You, — and —", 1.5, 1.5)


def test_offsets_are_part_of_the_times() -> None:
    lyrics = Lyrics((Line("later", Seconds(4.0), Seconds(5.0), offset=0.5),), offset=1.0)

    found = shifted_lyrics(lyrics, Cut(2.0, 10.0))

    assert (found.offset, found.lines[0].offset, found.lines[0].start, found.lines[0].end) == (0, 0, 3.5, 4.5)


def test_a_line_without_an_end_lasts_until_the_next_and_one_without_times_stays() -> None:
    starts = [("over", 1.0), ("under way", 3.0), ("to come", 6.0), ("the last", 30.0)]
    lyrics = Lyrics((Line("no times"), *(Line(text, Seconds(at)) for text, at in starts)))

    found = shifted_lyrics(lyrics, Cut(4.0, 20.0)).lines

    assert [(line.text, line.start, line.end) for line in found] == [
        ("no times", None, None),
        ("under way", 0, None),
        ("to come", 2, None),
    ]


@given(edges, cuts)
def test_notes_in_the_cut_are_moved_and_the_others_fall_away(borders: list[float], cut: Cut) -> None:
    spans = pairwise(borders)
    sheet = NoteSheet(tuple(Note(start, end, 60) for start, end in spans), 90)

    found = shifted_notes(sheet, cut)

    expected = [cut.span(note.start, note.end) for note in sheet.notes]
    assert [(note.start, note.end) for note in found.notes] == [span for span in expected if span is not None]
    assert (found.tempo, {note.pitch for note in found.notes} <= {60}) == (90, True)


@pytest.mark.parametrize(
    ("starts_at", "length", "cut"),
    [
        (0.0, 20.0, None),
        (0.0, 19.95, None),
        (0.0, 20.1, None),
        (0.0, None, None),
        (1.3, None, Cut(1.3, 18.7)),
        (1.3, 17.0, Cut(1.3, 17.0)),
        (-1.0, 21.0, Cut(-1.0, 21.0)),
        (0.0, 18.0, Cut(0.0, 18.0)),
    ],
)
def test_what_begins_and_ends_with_the_recording_is_no_other_cut(
    starts_at: float, length: float | None, cut: Cut | None
) -> None:
    assert Cut.of(starts_at, length, WHOLE) == cut
