"""The first minutes of a new studio: set up, the demo song through the whole pipeline in a real server, played back."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from harmonix_splitter.domain import demo
from tests.servers import free_port, wait_for_port

ADMIN = {"name": "admin", "email": "admin@example.org", "password": "correct horse battery staple"}
PATIENCE = 240.0


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A real server process on a fresh data directory, with its first administrator signed in."""
    port = free_port()
    environment = {
        **os.environ,
        "HARMONIX_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "HARMONIX_SOURCES_LRCLIB": "false",
        "HARMONIX_SOURCES_ITUNES": "false",
    }
    command = [sys.executable, "-m", "harmonix_splitter", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        home = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=home, headers={"origin": home}, timeout=60) as client:
            client.post("/api/setup", json=ADMIN).raise_for_status()
            yield client
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def song(studio: httpx.Client) -> str:
    """The demo song's id, once its job is over."""
    asked = studio.post("/api/demo")
    assert asked.status_code == 202, asked.text
    job, deadline, marks = asked.json()["jobId"], time.monotonic() + PATIENCE, [0.0]
    while time.monotonic() < deadline:
        told: dict[str, Any] = studio.get(f"/api/jobs/{job}").json()
        marks.append(told["progress"])
        if told["status"] in {"completed", "failed"}:
            break
        time.sleep(0.5)
    assert told["status"] == "completed", told
    assert marks == sorted(marks)
    return str(asked.json()["songId"])


def test_the_stems_are_as_long_as_the_song_and_add_up_to_it(studio: httpx.Client, song: str, tmp_path: Path) -> None:
    sounds = {}
    for stem in ("original", "vocals", "drums", "bass", "other"):
        path = tmp_path / f"{stem}.flac"
        path.write_bytes(studio.get(f"/api/songs/{song}/stems/{stem}.flac").raise_for_status().content)
        sounds[stem] = soundfile.read(path, dtype="float32")[0]

    original = sounds.pop("original")
    assert {len(sound) for sound in sounds.values()} == {len(original)}
    assert np.abs(sum(sounds.values()) - original).max() < 3 / 32768


def test_tempo_key_and_chords_are_the_songs_own(studio: httpx.Client, song: str) -> None:
    found = studio.get(f"/api/songs/{song}/analysis").raise_for_status().json()
    truth = demo.truth()

    assert found["tempo"]["bpm"] == pytest.approx(demo.BPM, rel=0.01)
    assert (found["key"]["key"], found["key"]["scale"].lower()) == (demo.KEY, demo.SCALE)
    middles = [(start + end) / 2 for start, end, _ in truth.chords]
    heard = [next((c["chord"] for c in found["chords"] if c["start"] <= t < c["end"]), "N") for t in middles]
    right = sum(one.split("/")[0] == true for one, (_, _, true) in zip(heard, truth.chords, strict=True))
    assert right >= 0.6 * len(middles)


def test_the_jobs_own_stems_say_what_plays(studio: httpx.Client, song: str) -> None:
    found = studio.get(f"/api/songs/{song}/analysis").raise_for_status().json()

    assert found["stems"] == ["bass", "drums", "other", "vocals"]
    assert {"vocals", "drums", "bass"} <= set(found["detected"])
    assert found["vocal_range"] is not None


def test_its_words_are_there_to_sing_or_it_is_said_why_not(studio: httpx.Client, song: str) -> None:
    answer = studio.get(f"/api/songs/{song}/lyrics")
    notes = " ".join(studio.get("/api/jobs/").json()["jobs"][0].get("notes") or [])

    assert answer.status_code == 200 or "ords" in notes


def test_asking_again_is_instant_and_makes_no_second_job(studio: httpx.Client, song: str) -> None:
    again = studio.post("/api/demo")

    assert again.status_code == 200
    assert again.json()["songId"] == song
    assert "jobId" not in again.json()


def test_a_player_gets_exactly_the_bytes_it_asks_for(studio: httpx.Client, song: str) -> None:
    whole = studio.get(f"/api/songs/{song}/stems/drums.flac").content
    part = studio.get(f"/api/songs/{song}/stems/drums.flac", headers={"Range": "bytes=1000-1999"})

    assert part.status_code == 206
    assert part.content == whole[1000:2000]


def test_the_song_can_be_sung_at_a_party(studio: httpx.Client, song: str) -> None:
    code = studio.post("/api/rooms", json={"name": "Friday"}).json()["code"]
    with httpx.Client(base_url=studio.base_url, headers={"origin": str(studio.base_url).rstrip("/")}) as phone:
        token = phone.post(f"/api/rooms/{code}/join", json={"name": "Ann"}).json()["token"]
        room = phone.post(f"/api/rooms/{code}/turns", json={"songId": song}, headers={"X-Room-Token": token}).json()
        stems = phone.get(f"/api/rooms/{code}/songs/{song}/stems").json()["stems"]

    assert room["onStage"]["singer"] == "Ann"
    assert {"vocals", "drums", "bass", "other"} <= {stem["name"] for stem in stems}


def test_the_pages_are_served_with_a_policy_without_inline_script(studio: httpx.Client) -> None:
    page = studio.get("/library")

    if page.status_code == 404:
        pytest.skip("the web studio is not built: make web")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "'unsafe-inline'" not in page.headers["content-security-policy"].split("style-src")[0]
