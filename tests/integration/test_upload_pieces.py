"""Files that arrive in pieces, and what is known to be ready before it is sent."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import studio as studio_at
from harmonix_splitter.bootstrap.workers import tidy
from harmonix_splitter.domain.sources import upload
from harmonix_splitter.services.ports.uploads import DAY
from harmonix_splitter.services.uploads import KEPT_FOR_JOBS, MOST_AT_ONCE, PIECE_BYTES
from tests.songs_on_file import finished_song
from tests.studios import person, served

SOUND = bytes(range(256)) * 4000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def studio(folder: Path) -> Iterator[TestClient]:
    with served(folder, limits__upload_mb=3) as client:
        yield client


@pytest.fixture
def anna(studio: TestClient) -> TestClient:
    return person(studio, "anna")


def begun(browser: TestClient, size: int = len(SOUND)) -> str:
    answer = browser.post("/api/uploads", json={"name": "../My Song.wav", "size": size})
    assert answer.status_code == 201, answer.text
    return f"/api/uploads/{answer.json()['id']}"


def test_a_file_sent_in_two_pieces_is_the_file_sent_in_one(anna: TestClient) -> None:
    place = begun(anna)
    for start in (0, 600_000):
        anna.patch(place, params={"offset": start}, content=SOUND[start : start + 600_000]).raise_for_status()

    in_pieces = anna.post(f"{place}/finish", json={"quality": "fast"}).raise_for_status().json()
    whole = anna.post("/upload", files={"file": ("My Song.wav", SOUND)}, data={"quality": "fast"}).json()

    assert in_pieces["status"] == "queued"
    assert in_pieces["job_id"] == whole["job_id"]
    assert anna.get(place).status_code == 404


def test_after_a_break_the_server_says_where_to_go_on(anna: TestClient) -> None:
    place = begun(anna)
    anna.patch(place, params={"offset": 0}, content=SOUND[:1000])

    again = anna.patch(place, params={"offset": 0}, content=SOUND[:1000])

    assert again.status_code == 409
    assert anna.get(place).json()["received"] == 1000


def test_a_file_that_is_not_whole_is_not_worked_on(anna: TestClient) -> None:
    place = begun(anna)
    anna.patch(place, params={"offset": 0}, content=SOUND[:-1])

    assert anna.post(f"{place}/finish", json={}).status_code == 409
    assert anna.get("/api/jobs/").json()["jobs"] == []


def test_more_than_was_said_more_than_is_allowed_and_nothing_are_refused(anna: TestClient) -> None:
    small = begun(anna, 10)

    assert anna.patch(small, params={"offset": 0}, content=b"x" * 11).status_code == 400
    assert anna.patch(small, params={"offset": 0}, content=b"x" * (PIECE_BYTES + 1)).status_code == 413
    assert anna.post("/api/uploads", json={"name": "x", "size": 3_000_001}).status_code == 413
    assert anna.post("/api/uploads", json={"name": "x", "size": 0}).status_code == 400
    assert anna.get(small).json()["received"] == 0


def test_an_upload_is_nobody_elses_business(anna: TestClient, studio: TestClient) -> None:
    place, bob = begun(anna), person(studio, "bob")

    answers = [
        bob.get(place), bob.patch(place, params={"offset": 0}, content=b"x"), bob.post(f"{place}/finish", json={}),
        bob.delete(place), anna.get("/api/uploads/..%2f..%2fsecret"),
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {404}
    assert anna.get(place).json()["received"] == 0


def test_nobody_fills_the_disk_with_beginnings(anna: TestClient) -> None:
    places = [begun(anna) for _ in range(MOST_AT_ONCE)]

    assert anna.post("/api/uploads", json={"name": "x", "size": 5}).status_code == 409
    anna.delete(places[0])
    assert begun(anna)


def test_what_nobody_went_on_with_for_a_day_is_gone(anna: TestClient, folder: Path) -> None:
    place = begun(anna)
    yesterday = time.time() - DAY - 60
    for path in [*folder.glob("unfinished/*/*"), *folder.glob("unfinished/*")]:
        os.utime(path, (yesterday, yesterday))

    begun(anna)

    assert anna.get(place).status_code == 404


def test_what_is_in_the_library_is_known_and_had_before_it_is_sent(anna: TestClient, studio: TestClient) -> None:
    digest, link, bob = hashlib.sha256(SOUND).hexdigest(), "https://youtu.be/cNGjD0VG4R8", person(studio, "bob")
    finished_song(studio, "anna")
    finished_song(studio, "anna", source=upload(digest))
    asked = {"links": [link, "no link"], "files": [digest, "f" * 64]}

    assert bob.post("/api/instant", json=asked).json() == {"links": [link], "files": [digest]}
    assert bob.post("/api/instant", json=asked | {"quality": "studio"}).json() == {"links": [], "files": []}
    had = bob.post("/api/instant/file", json={"sha256": digest, "name": "Mine.wav"}).json()
    assert had["instant"]
    assert bob.get(f"/api/songs/{had['song_id']}").json()["title"] == "Perfect"  # known, not guessed
    assert bob.post("/api/instant/file", json={"sha256": "f" * 64, "name": "x"}).status_code == 404


def test_the_hourly_round_removes_abandoned_uploads_and_keeps_what_a_job_may_need(tmp_path: Path) -> None:
    house = studio_at({"data.dir": tmp_path})
    house.prepare()
    abandoned, going_on = (house.uploads.begin("anna", "song.wav", 10) for _ in range(2))
    old, waiting = (house.sources.uploads.receive("song.wav", [sound], 10) for sound in (b"old", b"waiting"))
    for path, age in (
        (tmp_path / "unfinished" / abandoned.id / "bytes", DAY),
        (tmp_path / "unfinished" / abandoned.id / "about.json", DAY),
        (tmp_path / "unfinished" / abandoned.id, DAY),
        (old.path, KEPT_FOR_JOBS),
        (waiting.path, 2 * DAY),
    ):
        os.utime(path, (time.time() - age - 1,) * 2)

    tidy(house.parts)

    assert not (tmp_path / "unfinished" / abandoned.id).exists()
    assert house.uploads.found(going_on.id, "anna").received == 0
    assert not old.path.exists()
    assert house.sources.uploads.find(waiting.id).size == 7
    house.parts.database.close()


def test_a_file_that_is_plainly_no_recording_is_refused_with_its_first_piece(anna: TestClient) -> None:
    place = begun(anna)

    answer = anna.patch(place, params={"offset": 0}, content=b"PK\x03\x04" + bytes(1000))

    assert (answer.status_code, answer.json()["advice"]) == (415, "It is a ZIP archive. Unpack it first.")
    assert anna.get(place).status_code == 404


def test_one_that_hides_it_in_small_pieces_is_refused_when_it_is_whole(anna: TestClient) -> None:
    content = b"PK\x03\x04" + bytes(1000)
    place = begun(anna, len(content))
    for start, end in ((0, 1), (1, len(content))):
        anna.patch(place, params={"offset": start}, content=content[start:end]).raise_for_status()

    assert anna.post(f"{place}/finish", json={}).status_code == 415
    assert anna.get(place).status_code == 404
