"""A host with an open room, and phones without accounts: what tests of karaoke nights begin with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.api.main import create_app
from harmonix_splitter.bootstrap import Studio, studio

HOME = "http://localhost"
ADMIN = {"name": "host", "email": "host@example.org", "password": "correct horse battery staple"}


@pytest.fixture
def app_studio(tmp_path: Path) -> Studio:
    return studio({"data.dir": tmp_path, "logging.console": "off", "server.worker_here": False})


@pytest.fixture
def host(app_studio: Studio) -> Iterator[TestClient]:
    with TestClient(create_app(app_studio), base_url=HOME, headers={"Origin": HOME}) as client:
        client.post("/api/setup", json=ADMIN).raise_for_status()
        yield client


@pytest.fixture
def phone(host: TestClient) -> TestClient:
    """A guest's browser: no account."""
    return TestClient(host.app, base_url=HOME, headers={"Origin": HOME})


def another_host(host: TestClient) -> TestClient:
    """An administrator at a desk of their own, who may host every room."""
    helper = {"name": "helper", "email": "helper@example.org", "password": ADMIN["password"], "role": "admin"}
    host.post("/api/admin/users", json=helper).raise_for_status()
    desk = TestClient(host.app, base_url=HOME, headers={"Origin": HOME})
    desk.post("/api/auth/login", json={"name": "helper", "password": ADMIN["password"]}).raise_for_status()
    return desk


def song(host: TestClient, title: str) -> str:
    answer = host.post("/api/songs", json={"title": title, "artist": "Band", "durationMs": 200_000})
    answer.raise_for_status()
    return str(answer.json()["id"])


def ready(app_studio: Studio, song_id: str) -> None:
    """As the last stage of a job leaves a song."""
    found = app_studio.songs.record.get(song_id)
    app_studio.songs.record.save(found.linked_to("item", at_once=False))


def open_room(host: TestClient) -> str:
    answer = host.post("/api/rooms", json={"name": "Friday"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def join(phone: TestClient, code: str, name: str) -> dict[str, str]:
    answer = phone.post(f"/api/rooms/{code}/join", json={"name": name})
    assert answer.status_code == 201, answer.text
    return {"X-Room-Token": answer.json()["token"]}


def wish(phone: TestClient, code: str, who: dict[str, str], song_id: str) -> dict[str, Any]:
    answer = phone.post(f"/api/rooms/{code}/turns", json={"songId": song_id}, headers=who)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
