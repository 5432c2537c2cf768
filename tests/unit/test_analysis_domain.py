"""Keys, chords, rhythm, documents, corrections and versions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmonix_splitter.domain.analysis import (
    Analysis,
    Chord,
    ChordName,
    Correction,
    Key,
    KeyFinding,
    Loudness,
    Metre,
    Rhythm,
    Scale,
    Section,
    Tempo,
    VocalRange,
    corrected,
    detected_in,
)
from harmonix_splitter.domain.analysis.chords import QUALITIES
from harmonix_splitter.domain.analysis.jams import to_jams
from harmonix_splitter.domain.analysis.versions import differences
from harmonix_splitter.errors import InvalidRequestError

# The wheel as printed on any disc jockey's chart.
CAMELOT = {
    "Major": "B F# C# G# D# A# F C G D A E",
    "Minor": "G# D# A# F C G D A E B F# C#",
}


def song(beats: int = 16, step: float = 0.5) -> Analysis:
    times = tuple(n * step for n in range(beats))
    rhythm = Rhythm(Tempo(60 / step, 0.9), Metre(4, 4, 0.9), times, tuple(n % 4 + 1 for n in range(beats)))
    chords = tuple(
        Chord(n * 2.0, n * 2.0 + 2, ChordName.parsed(c)) for n, c in enumerate(("C:maj", "A:min7", "F:maj", "G:7"))
    )
    return Analysis(
        duration=beats * step,
        rhythm=rhythm,
        keys=(KeyFinding(Key.named("C", "Major"), 0.8), KeyFinding(Key.named("A", "minor"), 0.1)),
        chords=chords,
        sections=(Section(0, 4, "intro", "A", 0.5), Section(4, 8, "B", "B", 0.4)),
        instruments={"drums": 0.9, "synth": 0.6},
        loudness=Loudness(-14.2, 5.1, -1.0, ((1.0, 3.5),), 3),
        vocal_range=VocalRange(57, 72),
        engines={"beats": "harmonix"},
        missing={"chords.btc": "no file"},
    )


@pytest.mark.parametrize("scale", ["Major", "Minor"])
def test_every_key_sits_where_the_printed_wheel_has_it(scale: str) -> None:
    letter = "B" if scale == "Major" else "A"

    places = [Key.named(name, scale).camelot for name in CAMELOT[scale].split()]

    assert places == [f"{number}{letter}" for number in range(1, 13)]


@given(st.integers(0, 11), st.sampled_from(list(Scale)))
def test_a_key_and_its_relative_share_a_number_on_the_wheel(tonic: int, scale: Scale) -> None:
    key = Key(tonic, scale)

    assert key.camelot[:-1] == key.relative.camelot[:-1]
    assert key.relative.relative == key


def test_chords_are_spelled_as_the_key_writes_them() -> None:
    chord = ChordName.parsed("A#:min7/b3")

    assert chord.short(Key.named("F", "major")) == "Bbm7/Db"
    assert chord.short(Key.named("B", "major")) == "A#m7/C#"


@given(st.integers(0, 11), st.sampled_from(sorted(QUALITIES)), st.integers(0, 11))
def test_any_chord_survives_its_harte_form(root: int, quality: str, bass: int) -> None:
    chord = ChordName(root, quality, bass)

    assert ChordName.parsed(chord.harte()) == chord


@pytest.mark.parametrize(
    ("short", "harte"),
    [("Am", "A:min"), ("F#m7b5", "F#:hdim7"), ("Gsus4", "G:sus4"), ("C/E", "C:maj/3"), ("N", "N"), ("BbM7", "Bb:maj7")],
)
def test_people_may_write_chords_their_way(short: str, harte: str) -> None:
    assert ChordName.parsed(short).harte() == harte


def test_what_is_no_chord_is_refused_with_advice() -> None:
    with pytest.raises(InvalidRequestError, match="no chord"):
        ChordName.parsed("Hello")


def test_a_document_holds_everything() -> None:
    document = song().to_document()

    assert Analysis.from_document(document).to_document() == document


def test_the_document_has_the_shapes_of_the_contract() -> None:
    document = song().to_document()

    assert {part: document["key"][part] for part in ("key", "scale", "confidence", "camelot")} == {
        "key": "C",
        "scale": "Major",
        "confidence": 0.8,
        "camelot": "8B",
    }
    assert document["time_signature"] == "4/4"
    assert document["chords"][1]["chord"] == "A:min7"
    assert document["chords"][1]["timestamp"] == 2.0
    assert song().music_info["tempo"] == {"bpm": 120.0, "confidence": 0.9}


def test_instruments_count_from_their_own_threshold() -> None:
    assert detected_in({"synth": 0.65, "drums": 0.55, "brass": 0.66}) == ("brass", "drums")


def test_doubling_the_tempo_adds_a_beat_between_every_two() -> None:
    after = corrected(song(), Correction("double_tempo"))

    assert after.rhythm.tempo is not None
    assert after.rhythm.tempo.bpm == 240
    assert after.rhythm.beats[:4] == (0.0, 0.25, 0.5, 0.75)
    assert after.rhythm.downbeats[:2] == (0.0, 1.0)


def test_halving_after_doubling_gives_the_song_back() -> None:
    twice = corrected(song(), Correction("double_tempo"))

    assert corrected(twice, Correction("halve_tempo")).rhythm == song().rhythm


def test_shifting_the_one_moves_bars_and_the_sections_on_them() -> None:
    after = corrected(song(), Correction("shift_downbeat", {"beats": 1}))

    assert after.rhythm.downbeats[0] == 0.5
    assert after.sections[0].end in after.rhythm.downbeats


@given(st.integers(-7, 7))
def test_shifting_there_and_back_changes_nothing(beats: int) -> None:
    there = song().rhythm.shifted(beats)

    assert there.shifted(-beats) == song().rhythm


def test_moving_the_beats_moves_all_of_them_and_none_out_of_the_song() -> None:
    before = song()

    later = corrected(before, Correction("move_beats", {"seconds": 0.03}))
    earlier = corrected(later, Correction("move_beats", {"seconds": -0.06}))

    assert later.rhythm.beats[:2] == pytest.approx((0.03, 0.53))
    assert later.rhythm.downbeats[0] == pytest.approx(0.03)
    assert later.rhythm.tempo == before.rhythm.tempo
    assert earlier.rhythm.beats[0] == pytest.approx(0.47)
    assert min(earlier.rhythm.beats) >= 0


@pytest.mark.parametrize("seconds", [2.5, float("nan"), "soon"])
def test_beats_are_not_moved_out_of_reach(seconds: object) -> None:
    with pytest.raises(InvalidRequestError):
        corrected(song(), Correction("move_beats", {"seconds": seconds}))


def test_tapping_carries_the_beat_to_both_ends() -> None:
    after = corrected(song(), Correction("tap", {"times": [2.0, 2.6, 3.2, 3.8]}))

    assert after.rhythm.beats[0] == pytest.approx(0.2)
    assert after.rhythm.beats[-1] == pytest.approx(7.4)
    assert 2.0 in after.rhythm.downbeats


def test_a_new_chord_makes_room_for_itself() -> None:
    after = corrected(song(), Correction("chord", {"start": 1.0, "end": 3.0, "chord": "Em"}))

    assert [(c.start, c.end, c.name.short()) for c in after.chords[:3]] == [(0, 1, "C"), (1, 3, "Em"), (3, 4, "Am7")]


@pytest.mark.parametrize(
    "wish", [Correction("chord", {"start": 3, "end": 1, "chord": "C"}), Correction("tap", {}), Correction("dance")]
)
def test_wishes_that_make_no_sense_are_refused(wish: Correction) -> None:
    with pytest.raises(InvalidRequestError):
        corrected(song(), wish)


def test_a_difference_names_only_what_changed() -> None:
    after = corrected(song(), Correction("chord", {"start": 0.0, "end": 2.0, "chord": "C:maj7"}))

    changed = differences(song(), after)

    assert set(changed) == {"chords"}
    assert changed["chords"] == {"before": [(0.0, 2.0, "C:maj")], "after": [(0.0, 2.0, "C:maj7")]}


def test_jams_holds_beats_chords_sections_key_and_tempo() -> None:
    jams = to_jams(replace(song(), duration=8.0), "Song", "Band")

    assert [a["namespace"] for a in jams["annotations"]] == ["beat", "chord", "segment_open", "key_mode", "tempo"]
    assert jams["annotations"][3]["data"][0]["value"] == "C:major"


def test_keys_that_change_survive_the_document_and_reach_jams() -> None:
    c, d = Key.named("C", "Major"), Key.named("D", "Major")
    changing = replace(song(), key_changes=(KeyFinding(c, 0.9, 0.0, 5.0), KeyFinding(d, 0.8, 5.0, 8.0)))

    read = Analysis.from_document(changing.to_document())
    rows = to_jams(read)["annotations"][3]["data"]

    assert read.key_changes == changing.key_changes
    assert [(row["time"], row["duration"], row["value"]) for row in rows] == [
        (0.0, 5.0, "C:major"),
        (5.0, 3.0, "D:major"),
    ]
