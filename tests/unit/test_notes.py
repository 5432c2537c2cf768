"""Notes: from chances and tunes, into MIDI and back. mido reads what we write."""

import io

import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmonix_splitter.analysis.melody import RATE, tune_of
from harmonix_splitter.analysis.notes import notes_from, notes_of_tune
from harmonix_splitter.domain.notes import Note, NoteSheet, read, written
from harmonix_splitter.errors import InvalidRequestError

FRAMES = 100.0


@st.composite
def sheets(draw: st.DrawFn) -> NoteSheet:
    """Notes that do not overlap on one pitch, in whole milliseconds."""
    notes = []
    for pitch in draw(st.lists(st.integers(0, 127), max_size=4, unique=True)):
        at = 0
        for pause, length in draw(st.lists(st.tuples(st.integers(10, 900), st.integers(10, 900)), max_size=4)):
            velocity = draw(st.integers(1, 127))
            notes.append(Note((at + pause) / 1000, (at + pause + length) / 1000, pitch, velocity))
            at += pause + length
    return NoteSheet(tuple(sorted(notes)), draw(st.integers(40, 240)))


@given(sheets())
def test_what_is_written_is_read_again(sheet: NoteSheet) -> None:
    back = read(written(sheet, "bass"))

    assert [(note.pitch, note.velocity) for note in back.notes] == [(n.pitch, n.velocity) for n in sheet.notes]
    assert [t for n in back.notes for t in (n.start, n.end)] == pytest.approx(
        [t for n in sheet.notes for t in (n.start, n.end)], abs=0.002
    )
    assert back.tempo == pytest.approx(sheet.tempo, abs=0.01)


def test_another_program_reads_the_same_notes_at_the_same_moments() -> None:
    file = mido.MidiFile(
        file=io.BytesIO(written(NoteSheet((Note(0.5, 1.0, 60, 100), Note(1.0, 2.0, 60, 50)), 90), "x"))
    )

    now, heard = 0.0, []
    for message in file:
        now += message.time
        if not message.is_meta:
            heard.append((round(now, 3), message.type, message.note, message.velocity))
    assert heard == [
        (0.5, "note_on", 60, 100), (1.0, "note_off", 60, 0), (1.0, "note_on", 60, 50), (2.0, "note_off", 60, 0),
    ]  # fmt: skip


def test_files_of_other_programs_are_read_running_status_and_percussion_included() -> None:
    file = mido.MidiFile(ticks_per_beat=100, type=0)
    events = [
        ("note_on", 0, 64, 90, 0),
        ("note_on", 0, 64, 0, 100),
        ("note_on", 9, 36, 90, 0),
        ("note_on", 9, 36, 0, 50),
    ]
    track = mido.MidiTrack([mido.Message(kind, channel=c, note=n, velocity=v, time=t) for kind, c, n, v, t in events])
    file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)

    assert read(out.getvalue()) == NoteSheet((Note(0.0, 0.5, 64, 90),), 120.0, 1)


@given(
    st.one_of(
        st.binary(max_size=80), st.integers(0, 90).map(lambda at: written(NoteSheet((Note(0, 1, 60),)), "x")[:at])
    )
)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        read(content)
    except InvalidRequestError as refused:
        assert "MIDI" in refused.message


def chances(*sounding: tuple[float, float, int], struck: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Begins and sounds at 100 frames a second for pitches 60 to 63."""
    begins, sounds = np.zeros((200, 4)), np.zeros((200, 4))
    for start, end, pitch in sounding:
        first, last = round(start * FRAMES), round(end * FRAMES)
        sounds[first:last, pitch - 60] = 0.8
        if struck:
            begins[first, pitch - 60] = 0.9
    return begins, sounds


def heard(begins: np.ndarray, sounds: np.ndarray) -> list[tuple[float, float, int]]:
    return [(note.start, note.end, note.pitch) for note in notes_from(begins, sounds, FRAMES, 60)]


def test_a_chord_is_three_notes_and_a_repeated_note_is_two() -> None:
    played = [(0.1, 0.6, 60), (0.1, 0.6, 62), (0.6, 1.5, 60), (1.0, 1.2, 63)]

    assert heard(*chances(*played)) == played


def test_a_swell_is_a_note_though_nothing_strikes_it_and_a_click_is_none() -> None:
    assert heard(*chances((0.2, 1.0, 61), struck=False)) == [(0.2, 1.0, 61)]
    assert heard(*chances((0.2, 0.24, 61))) == []


def test_what_rings_along_with_a_stronger_note_is_left_out_and_a_played_octave_stays() -> None:
    begins, sounds = np.zeros((100, 13)), np.zeros((100, 13))
    begins[10, [0, 12]] = 0.9
    sounds[10:60, 0], sounds[10:30, 12] = 0.8, 0.4

    assert heard(begins, sounds) == [(0.1, 0.6, 60)]
    sounds[10:30, 12] = 0.8
    assert heard(begins, sounds) == [(0.1, 0.3, 72), (0.1, 0.6, 60)]


def test_a_murmur_is_no_note() -> None:
    begins, sounds = chances((0.2, 1.0, 61), struck=False)

    assert heard(begins, sounds * 0.5) == []


def test_a_hole_shorter_than_a_moment_does_not_part_a_note() -> None:
    begins, sounds = chances((0.2, 1.0, 61))
    sounds[50:54] = 0.0

    assert heard(begins, sounds) == [(0.2, 1.0, 61)]


def test_a_sung_line_is_written_down_without_a_model() -> None:
    sung = [(220.0, 57), (261.63, 60), (329.63, 64)]
    time = np.arange(RATE // 2) / RATE
    parts = [np.concatenate([np.sin(2 * np.pi * hertz * time) * 0.3, np.zeros(RATE // 5)]) for hertz, _ in sung]

    notes = notes_of_tune(tune_of(np.concatenate(parts)))

    assert [note.pitch for note in notes] == [pitch for _, pitch in sung]
    assert [note.start for note in notes] == pytest.approx([0.0, 0.7, 1.4], abs=0.06)
    assert [note.end - note.start for note in notes] == pytest.approx([0.5] * 3, abs=0.1)
