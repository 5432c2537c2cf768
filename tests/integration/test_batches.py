"""Batches of videos, popular songs and what the library lacks, over the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from tests.songs_on_file import finished_song
from tests.studios import person, served

KNOWN, NEW, OTHER = "cNGjD0VG4R8", "dQw4w9WgXcQ", "9bZkp7q19f0"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, limits__songs_per_day=1) as client:
        yield client


@pytest.fixture
def root(studio: TestClient) -> TestClient:
    return person(studio, "root", Role.ADMIN)


@pytest.fixture
def anna(studio: TestClient) -> TestClient:
    made = person(studio, "anna")
    finished_song(studio, "anna", KNOWN)
    return made


def videos(*ids: str) -> dict[str, object]:
    return {"videos": [{"id": id, "title": f"Song {id[:3]}"} for id in ids], "extract_lyrics": True}


def test_a_batch_skips_what_is_known_names_what_is_no_video_and_is_stopped(root: TestClient, anna: TestClient) -> None:
    assert root.get("/admin/batch/status").json()["running"] is False
    assert root.post("/admin/batch/stop").status_code == 404

    begun = root.post("/admin/batch/start", json=videos(KNOWN, NEW, OTHER, "no video")).json()

    assert (begun["total"], begun["pending"], begun["skipped"], len(begun["refused"])) == (2, 2, 1, 1)
    assert root.post("/admin/batch/start", json=videos(NEW)).status_code == 409
    stopped = root.post("/admin/batch/stop").json()
    assert (stopped["running"], stopped["cancelled"]) == (False, 2)
    assert root.get("/admin/batch/status").json()["log"] == ["Song dQw: cancelled", "Song 9bZ: cancelled"]


def test_a_batch_is_stopped_though_a_job_of_it_was_left_to_others(root: TestClient, anna: TestClient) -> None:
    root.post("/admin/batch/start", json=videos(NEW, OTHER))
    shared = anna.post("/api/youtube/download", json={"videoId": NEW}).json()["jobId"]
    assert root.post(f"/api/jobs/{shared}/cancel").json()["job"]["status"] == "pending"

    stopped = root.post("/admin/batch/stop").json()

    assert (stopped["cancelled"], stopped["pending"]) == (1, 1)
    assert anna.get(f"/api/jobs/{shared}").json()["status"] == "pending"


def test_what_the_library_has_is_done_at_once_when_it_is_asked_for(root: TestClient, anna: TestClient) -> None:
    done = root.post("/admin/batch/start", json={**videos(KNOWN), "skip_existing": False}).json()

    assert (done["running"], done["completed"], done["log"]) == (False, 1, ["Song cNG: in the library already"])


def test_popular_songs_are_told_to_everybody_and_made_in_the_houses_recipe(root: TestClient, anna: TestClient) -> None:
    told = anna.get("/api/popular").json()["songs"]
    assert [(song["youtube_id"], song["instant"], song["title"]) for song in told] == [
        (KNOWN, True, "Ed Sheeran - Perfect")
    ]
    assert root.get("/admin/cache/status").json()["ready"] == 1
    assert root.post("/admin/cache/refresh", json={"max_songs": 5}).json()["queued"] == 0

    root.patch("/api/admin/settings", json={"changes": {"separation.mode": "karaoke"}}).raise_for_status()

    assert root.get("/admin/cache/status").json()["ready"] == 0
    assert root.post("/admin/cache/refresh", json={"max_songs": 5}).json()["queued"] == 1
    assert [job["mode"] for job in root.get("/admin/jobs/active").json()["jobs"]] == ["karaoke"]
    assert root.post("/admin/cache/refresh", json={"max_songs": 21}).status_code == 400


def test_what_is_missing_is_counted_and_asked_for_once(root: TestClient, anna: TestClient) -> None:
    url = "/api/admin/queues/"
    assert root.get(f"{url}missing").json() == {"analysis": 1, "words": 1}

    assert root.post(f"{url}run-missing", json={"part": "words"}).json() == {"begun": 1, "left": 0}
    assert root.post(f"{url}run-missing", json={"part": "words"}).json() == {"begun": 0, "left": 0}

    assert root.get(f"{url}missing").json() == {"analysis": 1, "words": 0}
    assert [job["kind"] for job in root.get("/admin/jobs/active").json()["jobs"]] == ["missing"]
    assert root.post(f"{url}run-missing", json={"part": "everything"}).status_code == 400


def test_a_playlist_names_no_file_of_ours(root: TestClient) -> None:
    assert root.post("/admin/batch/parse-playlist", json={"url": "file:///etc/passwd"}).status_code == 400
