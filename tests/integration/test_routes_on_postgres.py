"""The studio's routes on PostgreSQL, asked over HTTP: everything that is read, and one of each thing that is made."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.songs import Song
from tests.servers import postgres_server
from tests.songs_on_file import finished_song
from tests.studios import person, served

pytestmark = pytest.mark.postgres
NOT_ASKED = ("/api/events", "/api/doctor", "/api/share/{session}/events", "/api/admin/support-bundle", "/logout")
RECIPE = {"mode": "karaoke", "quality": "fast"}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("studio")
    quiet = {"limits__writes_per_second": 0, "sources__itunes": False, "sources__lrclib": False}
    with postgres_server(folder) as url, served(folder, database__url=url, **quiet) as client:
        yield client


@pytest.fixture(scope="module")
def root(studio: TestClient) -> TestClient:
    return person(studio, "root", Role.ADMIN)


@pytest.fixture(scope="module")
def song(studio: TestClient, root: TestClient) -> Song:
    return finished_song(studio, "root")


def made(answer: Any) -> Any:
    assert answer.status_code < 300, f"{answer.request.url}: {answer.status_code} {answer.text[:300]}"
    return answer.json() if answer.content else None


def test_what_is_made_is_read_again_changed_and_removed(root: TestClient, song: Song) -> None:
    hook = made(root.post("/api/webhooks", json={"url": "https://example.org/x", "events": ["job_completed"]}))
    made(root.patch(f"/api/webhooks/{hook['id']}", json={"isActive": False}))
    assert [one["isActive"] for one in made(root.get("/api/webhooks"))] == [False]
    link = made(root.post(f"/api/songs/{song.id}/links", json={"hours": 1}))
    assert made(root.get(link["url"]))["title"] == "Perfect"
    made(root.delete(f"/api/songs/{song.id}/links/{link['id']}"))
    upload = made(root.post("/api/uploads", json={"name": "x.wav", "size": 4}))
    piece = {"content": b"RIFF", "headers": {"content-type": "application/octet-stream"}}
    made(root.patch(f"/api/uploads/{upload['id']}", params={"offset": 0}, **piece))
    made(root.post(f"/api/uploads/{upload['id']}/finish", json=RECIPE))

    made(root.delete(f"/api/webhooks/{hook['id']}"))
    assert made(root.get("/api/webhooks")) == []


def test_the_queue_settings_and_what_is_missing(root: TestClient, song: Song) -> None:
    made(root.post("/api/admin/queues/pause"))
    assert made(root.get("/api/jobs"))["pausedSince"]
    made(root.post("/api/admin/queues/resume"))
    tag = root.get("/api/admin/settings").headers["etag"]
    changes = {"changes": {"limits.songs_per_day": 900}}
    made(root.patch("/api/admin/settings", json=changes, headers={"if-match": tag}))
    assert root.patch("/api/admin/settings", json=changes, headers={"if-match": tag}).status_code == 412
    assert made(root.get("/api/admin/queues/missing"))["words"] == 1
    made(root.post("/api/admin/queues/run-missing", json={"part": "words"}))
    made(root.post("/admin/cache/refresh"))
    assert made(root.get("/api/popular"))


def test_a_request_that_comes_twice_is_done_once(root: TestClient) -> None:
    twice = [
        root.post("/api/account/keys", json={"name": "k", "scopes": ["read"]}, headers={"idempotency-key": "one"})
        for _ in range(2)
    ]

    assert made(twice[0]) == made(twice[1])
    assert twice[1].headers["idempotency-replayed"] == "true"


def test_a_batch_is_begun_and_stopped(root: TestClient) -> None:
    begun = made(root.post("/admin/batch/start", json={"videos": [{"id": "dQw4w9WgXcQ", "title": "x"}], **RECIPE}))
    assert begun
    made(root.post("/admin/batch/stop"))
    assert made(root.get("/admin/batch/status"))


def test_words_corrections_and_a_party(root: TestClient, song: Song) -> None:
    text = {"text": "[00:00.10]Hello\n[00:00.60]world\n", "format": "lrc"}
    made(root.post(f"/api/songs/{song.id}/lyrics/import", json=text))
    assert made(root.get(f"/api/songs/{song.id}/lyrics"))
    room = made(root.post("/api/rooms", json={}))
    token = {"x-room-token": made(root.post(f"/api/rooms/{room['code']}/join", json={"name": "Ann"}))["token"]}
    made(root.post(f"/api/rooms/{room['code']}/turns", json={"songId": song.id}, headers=token))
    assert made(root.get(f"/api/rooms/{room['code']}"))["onStage"]["title"] == "Perfect"


def test_everything_that_can_be_read_is_answered(studio: TestClient, root: TestClient, song: Song) -> None:
    known = {"song_id": song.id, "stem": "bass", "item_id": song.item_id, "format": "wav"}
    broken, good = [], 0
    for path, ways in studio.app.openapi()["paths"].items():  # type: ignore[attr-defined]
        if "get" not in ways or path in NOT_ASKED:
            continue
        address = re.sub(r"{(\w+)}", lambda gap: known.get(gap[1], "nothing"), path)
        status = root.get(address).status_code
        good += status == 200
        if status >= 500:
            broken.append(f"{address}: {status}")

    assert broken == []
    assert good > 60
