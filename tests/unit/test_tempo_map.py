"""The tempo map of a song, read back by mido: do bars and beats stand where they were heard?"""

import io
from itertools import pairwise

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmonix_splitter.domain.analysis import Analysis, Metre, Rhythm, Section
from harmonix_splitter.domain.analysis.chords import Chord, ChordName
from harmonix_splitter.domain.packs.stem_note import atoms, stem_note, with_note
from harmonix_splitter.domain.packs.tempo_map import midi_file, tempo_map
from harmonix_splitter.errors import ConflictError

MILLISECOND = 0.001


def rhythm(gaps: list[float], first: float = 0.0, pickup: int = 0, metre: str = "4/4") -> Rhythm:
    count = Metre.named(metre).beats
    beats = [first]
    for gap in gaps:
        beats.append(beats[-1] + gap)
    positions = tuple((number - pickup) % count + 1 for number in range(len(beats)))
    return Rhythm(metre=Metre.named(metre), beats=tuple(beats), positions=positions)


class Workstation:
    """Opens a MIDI file: where its bars and beats are in seconds, and what is written at which second."""

    def __init__(self, data: bytes) -> None:
        self.file = mido.MidiFile(file=io.BytesIO(data), charset="utf-8")
        self.conductor = self._absolute(self.file.tracks[0])
        self._tempi = [(tick, message.tempo) for tick, message in self.conductor if message.type == "set_tempo"]
        self.bars: list[float] = []
        self.beats: list[float] = []
        self._count()

    def seconds(self, tick: int) -> float:
        total = 0.0
        for (begin, tempo), (until, _) in pairwise([*self._tempi, (max(tick, self._tempi[-1][0]), 0)]):
            total += mido.tick2second(max(0, min(tick, until) - begin), self.file.ticks_per_beat, tempo)
        return total

    def words(self, kind: str, track: int = 0) -> list[tuple[float, str]]:
        found = [(tick, message) for tick, message in self._absolute(self.file.tracks[track]) if message.type == kind]
        return [(self.seconds(tick), message.text) for tick, message in found]

    def notes(self) -> list[tuple[float, str, int]]:
        track = self._absolute(self.file.tracks[1])
        return [(self.seconds(tick), m.type, m.note) for tick, m in track if m.type.startswith("note")]

    def _count(self) -> None:
        signatures = {tick: m for tick, m in self.conductor if m.type == "time_signature"}
        tick, now, end = 0, None, self.conductor[-1][0]
        while tick <= end:
            now = signatures.pop(tick, now)
            assert now is not None
            assert all(later > tick for later in signatures), "a time signature within a bar"
            self.bars.append(self.seconds(tick))
            beat = 4 * self.file.ticks_per_beat // now.denominator
            self.beats += [self.seconds(tick + number * beat) for number in range(now.numerator)]
            tick += now.numerator * beat

    @staticmethod
    def _absolute(track: mido.MidiTrack) -> list[tuple[int, mido.Message]]:
        tick, found = 0, []
        for message in track:
            tick += message.time
            found.append((tick, message))
        return found


def opened(found: Rhythm, duration: float | None = None) -> Workstation:
    return Workstation(midi_file("Song", Analysis(duration or found.beats[-1] + 1.0, found)))


def far(wanted: tuple[float, ...], lines: list[float]) -> float:
    """The longest way from a wanted moment to the nearest line."""
    return max(min(abs(line - moment) for line in lines) for moment in wanted)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0.25, 0.9), min_size=8, max_size=60),
    st.floats(0.0, 9.0),
    st.integers(0, 5),
    st.sampled_from(["4/4", "3/4", "6/8", "2/2", "7/8"]),
)
def test_every_beat_and_every_bar_stands_within_a_millisecond(
    gaps: list[float], first: float, pickup: int, metre: str
) -> None:
    found = rhythm(gaps, first, pickup % Metre.named(metre).beats, metre)

    station = opened(found)

    assert far(found.beats, station.beats) < MILLISECOND
    if found.downbeats:
        assert far(found.downbeats, station.bars) < MILLISECOND


def test_a_drifting_song_of_ten_minutes_does_not_run_away() -> None:
    found = rhythm([0.5 + 0.05 * ((number * 37) % 11) / 11 for number in range(1200)], 0.3331)

    station = opened(found)

    assert far(found.downbeats, station.bars) < MILLISECOND
    assert far(found.beats[-50:], station.beats) < MILLISECOND


def test_the_lead_in_is_kept_in_bars_before_the_marked_first_bar() -> None:
    found = rhythm([0.5] * 16, first=2.7, pickup=1)

    station = opened(found)

    assert tempo_map(found).first_bar == 3
    assert station.bars[2] == pytest.approx(3.2, abs=MILLISECOND)
    assert station.words("marker") == [(pytest.approx(3.2, abs=MILLISECOND), "Bar 1")]


def test_a_song_that_begins_on_the_one_has_no_lead_in() -> None:
    station = opened(rhythm([0.5] * 16))

    assert station.bars[:3] == pytest.approx([0.0, 2.0, 4.0], abs=MILLISECOND)
    assert station.words("marker") == []


def test_a_bar_counted_with_other_beats_has_its_own_time_signature() -> None:
    found = Rhythm(metre=Metre(4), beats=tuple(n * 0.5 for n in range(11)), positions=(1, 2, 3, 4, 1, 2, 1, 2, 3, 4, 1))

    station = opened(found)

    signatures = [(m.numerator, m.denominator) for _, m in station.conductor if m.type == "time_signature"]
    assert signatures == [(4, 4), (2, 4), (4, 4)]
    assert far(found.downbeats, station.bars) < MILLISECOND


def test_a_long_break_without_beats_is_filled_at_the_songs_tempo() -> None:
    found = rhythm([0.5] * 7 + [40.0] + [0.5] * 8)

    station = opened(found)

    assert far(found.beats, station.beats) < MILLISECOND
    assert far(found.downbeats, station.bars) < MILLISECOND
    assert all(m.tempo == 500_000 for _, m in station.conductor if m.type == "set_tempo")


def test_sections_are_markers_and_chords_are_words_and_notes_at_their_time() -> None:
    sections = (Section(0.0, 4.2, "intro"), Section(4.2, 9.0, "verse"))
    chords = (
        Chord(0.4, 2.4, ChordName.parsed("A:min7")),
        Chord(2.4, 4.4, ChordName.parsed("N")),
        Chord(4.4, 30.0, ChordName.parsed("F:maj")),
    )
    data = midi_file("Für Élise", Analysis(30.0, rhythm([0.5] * 16, 0.4), chords=chords, sections=sections))

    station = Workstation(data)

    def near(moment: float) -> object:
        return pytest.approx(moment, abs=MILLISECOND)

    assert station.conductor[0][1].name == "Für Élise"
    assert sorted(station.words("marker")) == [(near(0.0), "intro"), (near(0.4), "Bar 1"), (near(4.2), "verse")]
    assert station.words("text", 1) == [(near(0.4), "Am7"), (near(2.4), "N.C."), (near(4.4), "F")]
    assert {note for moment, kind, note in station.notes() if kind == "note_on" and moment < 1} == {57, 48, 52, 55}
    assert max(moment for moment, kind, _ in station.notes() if kind == "note_off") == near(30.0)


@pytest.mark.parametrize("beats", [(), (1.0,), (1.0, 1.0), (0.0, 60.0)])
def test_without_beats_there_is_no_tempo_map(beats: tuple[float, ...]) -> None:
    with pytest.raises(ConflictError, match="No beats"):
        tempo_map(Rhythm(beats=beats, positions=(1,) * len(beats)))


def atom(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


@pytest.mark.parametrize(
    ("inside", "udta"),
    [(b"", b""), (atom(b"udta", atom(b"meta", b"tags")), atom(b"meta", b"tags"))],
    ids=["none yet", "with tags"],
)
def test_the_note_of_a_stem_file_goes_behind_what_is_there(inside: bytes, udta: bytes) -> None:
    head, tail = atom(b"mvhd", b"head"), atom(b"free", b"")

    moov = with_note(atom(b"moov", head + inside + tail), stem_note())

    grown = atom(b"udta", udta + atom(b"stem", stem_note()))
    between = (head, grown, tail) if inside else (head, tail, grown)
    assert moov == atom(b"moov", b"".join(between))
    assert [name for name, *_ in atoms(moov)] == [b"moov"]
