"""MIDI of files and stems, at the documented paths and at ours. No model is here: one voice is followed."""

import io
import time

import mido
import pytest
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.api.on_the_spot import on_the_spot
from harmonix_splitter.domain.songs import Song
from tests.songs_on_file import RATE, sound
from tests.studios import person

A3 = 220.0


def a_tone() -> dict[str, tuple[str, bytes]]:
    out = io.BytesIO()
    soundfile.write(out, sound(A3, 1.0), RATE, format="WAV")
    return {"audio": ("../my tone.wav", out.getvalue())}


def pitches(content: bytes) -> list[int]:
    return [message.note for message in mido.MidiFile(file=io.BytesIO(content)) if message.type == "note_on"]


def test_a_file_becomes_a_midi_file_that_is_listed_read_and_deleted(anna: TestClient) -> None:
    made = anna.post("/api/convert-to-midi", files=a_tone()).json()

    assert (made["success"], made["notes_count"], made["engine"]) == (True, 1, "one_voice")
    assert made["filename"].startswith("my tone_")
    assert pitches(anna.get(made["download_url"]).content) == [57]
    assert [file["filename"] for file in anna.get("/api/midi-library").json()["files"]] == [made["filename"]]
    parsed = anna.get("/api/midi-parse", params={"url": made["download_url"]}).json()
    assert [note["pitch"] for note in parsed["notes"]] == [57]
    assert parsed["duration"] == pytest.approx(1.0, abs=0.1)
    assert anna.get("/api/activities").json()["activities"][0]["type"] == "midi_converted"
    assert anna.post("/api/midi-library/delete", json={"filename": made["filename"]}).json() == {"success": True}
    assert anna.get(made["download_url"]).status_code == 404


def test_a_stem_is_named_by_any_of_its_addresses_and_a_video_by_its_own(anna: TestClient, song: Song) -> None:
    addresses = [
        f"http://studio.test/download/{song.id}/bass",
        f"/api/songs/{song.id}/stems/bass.flac",
        f"/library/{song.video_id}/bass",
    ]
    for address in addresses:
        made = anna.post("/api/convert-to-midi", data={"stem_url": address}).json()
        assert pitches(anna.get(made["download_url"]).content) == [45], address

    video = f"https://youtu.be/{song.video_id}"
    assert anna.post("/api/convert-to-midi", data={"youtube_url": video}).json()["notes_count"] == 1
    unknown = anna.post("/api/convert-to-midi", data={"youtube_url": "https://youtu.be/dQw4w9WgXcQ"})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"stem_url": "https://elsewhere.test/x.wav"}, 400),
        ({"stem_url": "/download/../../etc/passwd"}, 404),
        ({"youtube_url": "http://127.0.0.1/x"}, 400),
    ],
)
def test_what_names_no_song_of_ones_own_is_refused(anna: TestClient, asked: dict[str, str], status: int) -> None:
    assert anna.post("/api/convert-to-midi", data=asked).status_code == status


def test_drums_have_no_notes_and_no_noise_breaks_it(anna: TestClient, song: Song) -> None:
    assert anna.post("/api/convert-to-midi", data={"stem_url": f"/download/{song.id}/drums"}).status_code == 409
    assert anna.post("/api/convert-to-midi", files={"audio": ("x.wav", b"no sound")}).status_code == 415


def test_nobody_reads_what_another_had_converted(studio: TestClient, anna: TestClient, song: Song) -> None:
    url = anna.post("/api/convert-to-midi", files=a_tone()).json()["download_url"]
    bob = person(studio, "bob")

    assert bob.get(url).status_code == 404
    assert bob.get("/api/midi-parse", params={"url": url}).status_code == 404
    assert bob.post("/api/convert-to-midi", data={"stem_url": f"/download/{song.id}/bass"}).status_code == 404
    assert bob.post(f"/api/songs/{song.id}/stems/bass/midi").status_code == 404
    for name in ("../../x.mid", "%2e%2e%2fx.mid"):
        assert bob.post("/api/midi-library/delete", json={"filename": name}).status_code == 404


def test_a_stems_notes_are_written_down_in_the_background(anna: TestClient, song: Song) -> None:
    asked = anna.post(f"/api/songs/{song.id}/stems/other/midi")

    assert (asked.status_code, asked.json()["status"], asked.json()["engine"]) == (202, "processing", "one_voice")
    deadline = time.monotonic() + 30
    while (seen := anna.get(asked.headers["location"]).json())["status"] == "processing":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    file = anna.get(seen["url"])
    assert pitches(file.content) == [69]
    assert file.headers["content-type"] == "audio/midi"


def test_one_file_is_worked_on_at_a_time(anna: TestClient) -> None:
    with on_the_spot():
        as_file = {"file": a_tone()["audio"]}
        refused = [anna.post("/api/convert-to-midi", files=a_tone()), anna.post("/analyze", files=as_file)]

    assert [(answer.status_code, answer.headers["retry-after"]) for answer in refused] == [(429, "15")] * 2
    assert anna.post("/api/convert-to-midi", files=a_tone()).status_code == 200
