"""Files in, over the dashboard's and the older API's paths."""

import io

import pytest
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.jobs import Stage
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.services.ports.jobs import Timing
from tests.songs_on_file import RATE, sound
from tests.studios import person

FLAGS = {"limits__upload_mb": 3}


def a_file(hertz: float = 440.0) -> dict[str, tuple[str, bytes]]:
    out = io.BytesIO()
    soundfile.write(out, sound(hertz, 0.5), RATE, format="WAV")
    return {"file": ("../My Song.wav", out.getvalue())}


def test_an_uploaded_file_waits_to_be_worked_on(anna: TestClient) -> None:
    answer = anna.post("/upload", files=a_file(), data={"quality": "fast", "mode": "karaoke"}).json()

    assert (answer["status"], answer["instant"]) == ("queued", False)
    shown = anna.get(f"/status/{answer['job_id']}").json()
    assert (shown["quality"], shown["mode"]) == ("fast", "karaoke")
    assert anna.get("/api/activities", params={"limit": 1}).json()["activities"][0]["type"] == "upload"


def test_the_same_file_asked_twice_is_one_job(anna: TestClient) -> None:
    first, second = (anna.post("/upload", files=a_file(220)).json() for _ in range(2))

    assert first["job_id"] == second["job_id"]


def test_the_older_api_takes_the_file_too(anna: TestClient) -> None:
    answer = anna.post("/api/split", files=a_file(110), params={"quality": "fast"})
    job_id = answer.json()["job_id"]

    assert (answer.status_code, answer.json()["status"], answer.json()["progress"]) == (202, "pending", 0.0)
    assert anna.get(f"/api/status/{job_id}").json()["status"] == "pending"
    assert anna.get(f"/api/result/{job_id}").status_code == 400
    assert anna.delete(f"/api/jobs/{job_id}").json() == {"message": "The job will stop."}
    assert anna.delete(f"/api/jobs/{job_id}").json() == {"message": "The job was put away."}


@pytest.mark.parametrize("form", [{"quality": "best"}, {"mode": "all"}, {"engine": "../x"}, {"mode": "per_instrument"}])
def test_a_recipe_that_makes_no_sense_is_refused(anna: TestClient, form: dict[str, str]) -> None:
    assert anna.post("/upload", files=a_file(), data=form).status_code == 400


def test_files_that_are_too_large_empty_or_missing_are_refused(anna: TestClient, studio: TestClient) -> None:
    assert anna.post("/upload", files={"file": ("x.wav", b"x" * 3_000_001)}).status_code == 413
    assert anna.post("/upload", files={"file": ("x.wav", b"x" * 9_000_000)}).status_code == 413
    assert anna.post("/upload", files={"file": ("x.wav", b"")}).status_code == 400
    assert anna.post("/upload", data={"quality": "fast"}).status_code == 400
    assert studio.post("/upload", files=a_file()).status_code == 401


FOREIGN = [b"PK\x03\x04" + bytes(99), b"<svg/>", b"import os\nprint(os)\n", b"#EXTM3U\nhttp://127.0.0.1:9/a.mp3\n"]


@pytest.mark.parametrize("content", FOREIGN)
@pytest.mark.parametrize("path", ["/upload", "/api/split"])
def test_what_is_plainly_no_recording_is_refused_at_once_and_becomes_no_job(
    anna: TestClient, studio: TestClient, path: str, content: bytes
) -> None:
    before = studio.app.state.studio.jobs.record.count()

    answer = anna.post(path, files={"file": ("song.mp3", content)})

    assert (answer.status_code, answer.json()["code"]) == (415, "unusable_audio")
    assert answer.json()["advice"].startswith("It is a")
    assert studio.app.state.studio.jobs.record.count() == before


def test_guests_send_nothing(studio: TestClient) -> None:
    guest = person(studio, "gus", Role.GUEST)

    assert guest.post("/upload", files=a_file()).status_code == 403


def test_nobody_guesses_how_long_it_takes_before_it_was_measured(anna: TestClient, studio: TestClient) -> None:
    wish = {"duration": 200, "quality": "balanced", "mode": "grouped"}
    assert anna.post("/estimate", json=wish).json()["total_seconds"] is None

    record, now = studio.app.state.studio.jobs.record, studio.app.state.studio.parts.clock.now()
    record.remember([Timing(Stage.SEPARATE, Recipe().key, 100.0, 50.0 + n) for n in range(5)], now)

    known = anna.post("/estimate-time", json=wish).json()
    assert 100 <= known["low_seconds"] <= known["total_seconds"] <= known["high_seconds"] <= 108
    assert anna.post("/estimate", json={"duration": -1}).status_code == 400
    assert anna.post("/estimate", content=b'{"duration": NaN}').status_code == 400


def test_a_finished_job_is_read_at_every_documented_path(anna: TestClient, song: Song) -> None:
    result = anna.get(f"/api/result/{song.id}").json()

    assert [stem["name"] for stem in result["stems"]] == ["vocals", "drums", "bass", "other", "original"]
    assert anna.get(result["stems"][0]["url"], headers={"range": "bytes=0-9"}).status_code == 206
    assert anna.get(f"/api/status/{song.id}").json()["progress"] == 1.0
    report = anna.get(f"/job/{song.id}/report").json()
    assert (report["status"], report["user"], set(report["stems"])) == ("completed", "anna", {*STEM_NAMES, "original"})
    assert anna.get(f"/analyze/{song.id}").status_code == 404
    assert "studio" in anna.get("/api/models").json()["quality_modes"]


STEM_NAMES = ("vocals", "drums", "bass", "other")
