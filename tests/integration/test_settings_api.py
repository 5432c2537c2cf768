"""Settings changed over the API hold at once in the rooms they belong to, and after a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from tests.studios import PASSWORD, person, served

URL = "/api/admin/settings"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path) as client:
        yield client


@pytest.fixture
def root(studio: TestClient) -> TestClient:
    return person(studio, "root", Role.ADMIN)


def choose(root: TestClient, **changes: object) -> None:
    named = {name.replace("__", "."): value for name, value in changes.items()}
    root.patch(URL, json={"changes": named}).raise_for_status()


def test_limits_hold_for_the_next_request(studio: TestClient, root: TestClient) -> None:
    anna = person(studio, "anna")
    big = {"file": ("x.wav", b"RIFF" + b"x" * 5_000_000)}
    assert anna.post("/upload", files=big).status_code == 200

    choose(root, limits__upload_mb=1, limits__songs_per_day=1)

    assert anna.post("/upload", files=big).status_code == 413
    assert anna.post("/api/uploads", json={"name": "y.wav", "size": 2_000_000}).status_code == 413
    assert anna.post("/upload", files={"file": ("y.wav", b"RIFF small")}).status_code == 429
    choose(root, limits__writes_per_second=1)
    assert 429 in [anna.post("/estimate", json={"duration": 1}).status_code for _ in range(12)]


def test_doors_reports_and_queues_follow(studio: TestClient, root: TestClient) -> None:
    new = {"name": "carl", "password": PASSWORD}
    assert studio.post("/api/auth/register", json=new).status_code == 403

    choose(root, accounts__sign_up="open", logging__metrics=True, logging__browser_errors=True)
    choose(root, queue__separations_at_once=4, queue__analyses_at_once=1)

    assert studio.post("/api/auth/register", json=new).status_code < 300
    assert root.get("/metrics").status_code == 200
    assert root.post("/api/logs/browser", json={"message": "x"}).status_code == 204
    assert root.get("/api/admin/queues").json()["atOnce"] == {"fetch": 3, "separate": 4, "analyse": 1}


def test_what_was_chosen_outlives_a_restart(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        choose(person(client, "root", Role.ADMIN), separation__mode="karaoke")

    with served(tmp_path) as client:
        assert client.app.state.studio.settings.separation.mode == "karaoke"  # type: ignore[attr-defined]


def test_two_administrators_do_not_undo_each_other(root: TestClient) -> None:
    seen = root.get(URL)
    assert seen.headers["etag"] == '"0"'
    first = root.patch(URL, json={"changes": {"backups.keep": 3}}, headers={"if-match": seen.headers["etag"]})
    second = root.patch(URL, json={"changes": {"backups.keep": 4}}, headers={"if-match": seen.headers["etag"]})

    assert (first.status_code, first.headers["etag"]) == (200, '"1"')
    assert (second.status_code, second.headers["etag"], second.json()["current"]) == (412, '"1"', 1)
    shown = {row["key"]: row for row in root.get(URL).json()["settings"]}
    assert (shown["backups.keep"]["chosen"], shown["backups.keep"]["origin"]) == (3, "studio")
    assert root.get(URL).json()["changedBy"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"changes": {"limits.upload_mb": -1}}, 400),
        ({"changes": {"data.dir": "/tmp"}}, 403),
        ({"changes": {"server.worker_here": True}}, 403),
        ({"changes": {"no.key": 1}}, 400),
        ({"take_back": ["no.key"]}, 400),
        ({"surprise": 1}, 400),
        ([], 400),
    ],
)
def test_what_cannot_be_changed_is_said(root: TestClient, body: object, status: int) -> None:
    answer = root.patch(URL, json=body)

    assert answer.status_code == status
    assert answer.json()["detail"]
