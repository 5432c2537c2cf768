"""The analysis of a song over HTTP: read, put right, taken back, and never overwritten by a new run."""

from collections.abc import Iterator
from itertools import count

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.analysis import (
    Analysis,
    Chord,
    ChordName,
    Key,
    KeyFinding,
    Metre,
    Rhythm,
    Scale,
    Section,
    Tempo,
    VocalRange,
)
from harmonix_splitter.domain.library import TOLD
from harmonix_splitter.domain.songs import Song
from tests.songs_on_file import finished_song
from tests.studios import person, served, signed_in

_NUMBERS = count()


def found(bpm: float = 120.0) -> Analysis:
    """Eight bars of 4/4 in G major, with everything a document can hold."""
    beats = tuple(n * 60 / bpm for n in range(32))
    return Analysis(
        duration=beats[-1] + 0.5,
        rhythm=Rhythm(Tempo(bpm, 0.8), Metre(4, 4, 0.9), beats, tuple(n % 4 + 1 for n in range(32))),
        keys=(KeyFinding(Key(7, Scale.MAJOR), 0.9),),
        chords=(Chord(0.0, 8.0, ChordName(7, "maj"), 0.9), Chord(8.0, 16.0, ChordName(4, "min"), 0.7)),
        sections=(Section(0.0, 8.0, "verse", "A", 0.5), Section(8.0, 16.0, "chorus", "B", 0.5)),
        vocal_range=VocalRange(55, 72),
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("studio")) as client:
        person(client, "anna")
        yield client


@pytest.fixture
def studio(client: TestClient) -> Studio:
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    return studio


@pytest.fixture(scope="module")
def anna(client: TestClient) -> TestClient:
    return signed_in(client, "anna")


@pytest.fixture
def song(client: TestClient, studio: Studio) -> Song:
    """A song of its own for every test, analysed by the machine."""
    song = finished_song(client, "anna", video_id=f"analysed{next(_NUMBERS):03d}", seconds=0.2)
    studio.library.record.save_analysis(studio.library.item(song.item_id).recording_id, found().to_document())
    return song


def correct(browser: TestClient, song: Song, kind: str, **details: object) -> dict:
    answer = browser.post(f"/api/songs/{song.id}/analysis/corrections", json={"kind": kind, **details})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_document_tells_the_vocal_range_by_number_and_name(anna: TestClient, song: Song) -> None:
    document = anna.get(f"/api/songs/{song.id}/analysis").json()

    assert document["vocal_range"] == {"low": 55, "high": 72, "low_name": "G3", "high_name": "C5"}
    assert (document["key"]["camelot"], document["about"]["origin"]) == ("9B", "machine")


def test_tempo_doubled_and_halved_is_what_it_was(anna: TestClient, song: Song) -> None:
    doubled = correct(anna, song, "double_tempo")
    halved = correct(anna, song, "halve_tempo")

    assert (doubled["tempo"]["bpm"], len(doubled["beats"])) == (240, 63)
    assert (halved["tempo"]["bpm"], halved["beats"]) == (120, found().to_document()["beats"])


def test_shifting_the_one_takes_the_sections_along(anna: TestClient, song: Song) -> None:
    shifted = correct(anna, song, "shift_downbeat", beats=1)

    assert shifted["downbeats"][:2] == [0.5, 2.5]
    assert shifted["sections"][1]["start"] in shifted["downbeats"]


def test_taps_make_a_new_grid(anna: TestClient, song: Song) -> None:
    tapped = correct(anna, song, "tap", times=[1.0, 2.0, 3.0, 4.0])

    assert tapped["tempo"]["bpm"] == 60
    assert tapped["beats"][0] == 0.0


def test_every_version_says_who_made_it_and_can_be_had_back(anna: TestClient, song: Song) -> None:
    correct(anna, song, "key", key="E", scale="Minor")
    correct(anna, song, "chord", start=0.0, end=4.0, chord="Am7")
    base = f"/api/songs/{song.id}/analysis"

    versions = anna.get(f"{base}/versions").json()
    changed = anna.get(f"{base}/versions/1/difference/2").json()
    back = anna.post(f"{base}/versions/1/revert").json()

    assert [version["origin"] for version in versions] == ["machine", "person", "person"]
    assert changed["key"]["before"]["key"] == "G"
    assert back["key"]["key"] == "G"
    assert back["about"]["version"] == 4


def test_a_new_run_only_proposes_and_the_proposal_can_be_accepted(anna: TestClient, studio: Studio, song: Song) -> None:
    correct(anna, song, "halve_tempo")
    recording = studio.library.item(song.item_id).recording_id
    proposed = studio.analysis_desk.record(recording, found(bpm=100.0))
    base = f"/api/songs/{song.id}/analysis"

    before = anna.get(base).json()["tempo"]["bpm"]
    accepted = anna.post(f"{base}/versions/{proposed.number}/accept")

    assert before == 60
    assert accepted.status_code == 201
    assert anna.get(base).json()["tempo"]["bpm"] == 100


def test_the_library_keeps_what_was_corrected(anna: TestClient, studio: Studio, song: Song) -> None:
    correct(anna, song, "time_signature", time_signature="3/4")

    kept = studio.library.record.recording(studio.library.item(song.item_id).recording_id).analysis

    assert kept is not None
    assert kept["time_signature"] == "3/4"


def test_jams_carries_the_song_and_its_namespaces(anna: TestClient, song: Song) -> None:
    jams = anna.get(f"/api/songs/{song.id}/analysis/jams").json()

    assert jams["file_metadata"]["title"] == "Perfect"
    assert {"beat", "chord", "key_mode", "tempo"} <= {part["namespace"] for part in jams["annotations"]}


@pytest.mark.parametrize(
    "wish", [{"kind": "transpose"}, {"kind": "tap", "times": [1]}, {"kind": "chord", "start": 4}, {}]
)
def test_wishes_that_make_no_sense_change_nothing(anna: TestClient, song: Song, wish: dict) -> None:
    base = f"/api/songs/{song.id}/analysis"

    answer = anna.post(f"{base}/corrections", json=wish)

    assert answer.status_code == 400
    assert len(anna.get(f"{base}/versions").json()) == 1


def test_a_song_another_program_told_the_tempo_of_has_not_been_analysed(anna: TestClient, client: TestClient) -> None:
    told = finished_song(client, "anna", video_id="toldOfTempo", seconds=0.2)
    document = {**Analysis(0.2).to_document(), "tempo": {"bpm": 95.7, "confidence": 0.2}, TOLD: True}
    client.app.state.studio.library.record.save_analysis("toldOfTempo", document)

    assert anna.get(f"/api/songs/{told.id}/analysis").status_code == 404


def test_a_song_without_analysis_is_not_found(anna: TestClient, client: TestClient) -> None:
    bare = finished_song(client, "anna", video_id="notAnalysed", seconds=0.2)

    assert anna.get(f"/api/songs/{bare.id}/analysis").status_code == 404
    assert anna.post(f"/api/songs/{bare.id}/analysis/corrections", json={"kind": "tap"}).status_code == 404
