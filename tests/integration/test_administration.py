"""What administrators see and do."""

import io
import json
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.adapters.database.base import metadata
from harmonix_splitter.api.main import create_app
from harmonix_splitter.config import logging as logs
from harmonix_splitter.domain.accounts import Role
from tests.songs_on_file import finished_song
from tests.studios import ORIGIN, PASSWORD, fresh_studio, key_of, person, served

CANARY = "canary-7f3a-secret"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def studio(folder: Path) -> Iterator[TestClient]:
    told = {"logging__metrics": True, "logging__browser_errors": True, "sharing__bearer_token": CANARY}
    before = list(logging.getLogger().handlers)
    with served(folder, server__worker_here=False, logging__console="off", **told) as client:
        logs.start(client.app.state.studio.settings)  # type: ignore[attr-defined]
        yield client
    for handler in list(logging.getLogger().handlers):
        if handler not in before:
            logging.getLogger().removeHandler(handler)
            handler.close()


@pytest.fixture(scope="module")
def admin(studio: TestClient) -> TestClient:
    return person(studio, "root", Role.ADMIN)


def test_the_house_in_numbers(studio: TestClient, admin: TestClient) -> None:
    person(studio, "anna")
    finished_song(studio, "anna")

    numbers = admin.get("/api/admin/stats").json()

    assert numbers["users"] == 2
    assert (numbers["library"]["items"], numbers["library"]["links"]) == (1, 1)
    assert numbers["freeBytes"] > 0
    assert admin.get("/api/admin/queues").json()["waiting"] == 0


def test_jobs_of_everybody_are_seen_stopped_and_put_away(studio: TestClient, admin: TestClient) -> None:
    carl = person(studio, "carl")
    job_id = carl.post("/upload", files={"file": ("x.wav", b"RIFF....WAVE")}).json()["job_id"]

    assert [job["id"] for job in admin.get("/admin/jobs/active").json()["jobs"]] == [job_id]
    assert admin.post(f"/admin/cancel/{job_id}").json()["status"] == "cancelled"
    assert admin.get("/admin/jobs/active").json()["jobs"] == []
    assert admin.post("/api/admin/queues/retry-failed").json() == {"retried": 0}
    carl.post("/upload", files={"file": ("y.wav", b"RIFF....WAVEy")})
    assert admin.post("/api/admin/queues/clear-waiting").json() == {"cancelled": 1}


def test_a_paused_queue_begins_nothing_until_it_is_resumed(studio: TestClient, admin: TestClient) -> None:
    jobs = studio.app.state.studio.jobs  # type: ignore[attr-defined]
    job_id = admin.post("/upload", files={"file": ("z.wav", b"RIFF....WAVEz")}).json()["job_id"]

    assert [admin.post("/api/admin/queues/pause").status_code for _ in range(2)] == [204, 204]
    assert jobs.claim("worker") is None
    since = admin.get("/api/admin/queues").json()["pausedSince"]
    assert since
    assert person(studio, "erna").get("/api/jobs").json()["pausedSince"] == since
    assert admin.post("/api/admin/queues/resume").status_code == 204
    assert admin.get("/api/admin/queues").json()["pausedSince"] is None
    assert jobs.claim("worker")[0].id == job_id


def test_damaged_files_are_told_and_nothing_is_touched_without_confirmation(
    studio: TestClient, admin: TestClient
) -> None:
    anna = person(studio, "dora")
    song = finished_song(studio, "dora", "dQw4w9WgXcQ")
    house = studio.app.state.studio  # type: ignore[attr-defined]
    house.library.open_stem(song.item_id, "bass").path.write_bytes(b"broken")

    faults = admin.get("/api/admin/storage/faults").json()

    assert [fault["place"].split("/")[0] for fault in faults["faults"]] == ["dQw4w9WgXcQ"]
    assert admin.post("/api/admin/storage/repair", json={}).status_code == 400
    assert anna.get(f"/api/songs/{song.id}").json()["status"] == "completed"
    assert len(admin.post("/api/admin/storage/repair", json={"confirm": True}).json()["repaired"]) == 1
    assert admin.get("/api/admin/storage/faults").json()["faults"] == []


def test_the_log_is_read_by_level_and_words(studio: TestClient, admin: TestClient) -> None:
    logging.getLogger("harmonix_splitter.test").warning("the kettle boils", extra={"token": CANARY})

    entries = admin.get("/api/admin/logs", params={"level": "warning", "search": "KETTLE"}).json()["entries"]

    assert [entry["event"] for entry in entries] == ["the kettle boils"]
    assert admin.get("/api/admin/logs", params={"level": "error", "search": "kettle"}).json()["entries"] == []


def test_browser_errors_reach_the_log_on_one_line(studio: TestClient, admin: TestClient) -> None:
    report = {"message": "boom\n2026 forged line", "page": "/songs", "stack": "a\nb"}

    assert admin.post("/api/logs/browser", json=report).status_code == 204
    entry = admin.get("/api/admin/logs", params={"search": "forged"}).json()["entries"][0]
    assert entry["event"] == "browser error"
    assert "\n" not in entry["message_text"]


def test_a_backup_comes_back_to_life_elsewhere(
    studio: TestClient, admin: TestClient, folder: Path, tmp_path: Path
) -> None:
    made = admin.post("/api/admin/backups").json()

    assert made["name"] in admin.get("/api/admin/backups").json()
    restored = tmp_path / "restored"
    (folder / "backups" / made["name"]).rename(restored)
    with TestClient(create_app(fresh_studio(restored, server__worker_here=False)), base_url=ORIGIN) as client:
        client.headers["origin"] = ORIGIN
        metadata.create_all(client.app.state.studio.parts.database.engine)  # type: ignore[attr-defined]
        client.post("/api/auth/login", json={"name": "anna", "password": PASSWORD}).raise_for_status()
        song = client.get("/api/songs").json()[0]
        assert client.get(f"/api/songs/{song['id']}/audio/bass").status_code == 200


def test_an_empty_studio_is_backed_up_too(tmp_path: Path) -> None:
    with served(tmp_path) as fresh:
        assert person(fresh, "root", Role.ADMIN).post("/admin/backup").json()["success"] is True


def test_prometheus_reads_the_numbers_with_an_admins_key(studio: TestClient, admin: TestClient) -> None:
    text = studio.get("/metrics", headers=key_of(admin, "admin")).text

    assert "harmonix_library_items 2" in text or "harmonix_library_items 1" in text
    assert 'harmonix_jobs{status="cancelled"} 2' in text
    assert studio.get("/metrics").status_code == 401


def test_metrics_are_off_unless_switched_on(tmp_path: Path) -> None:
    with served(tmp_path, server__worker_here=False) as quiet:
        root = person(quiet, "root", Role.ADMIN)

        assert root.get("/metrics").status_code == 404
        assert root.post("/api/logs/browser", json={"message": "x"}).status_code == 403


def test_no_secret_leaves_the_house(studio: TestClient, admin: TestClient, folder: Path) -> None:
    """The share token, passwords, cookies and keys are in no answer, log or bundle, and in the database only hashed."""
    key = key_of(admin, "read")["authorization"].removeprefix("Bearer ")
    studio.get("/api/auth/me", headers={"authorization": f"Bearer {key}", "cookie": f"harmonix={CANARY}"})
    studio.post("/api/auth/login", json={"name": "root", "password": CANARY})
    studio.get(f"/api/songs?token={CANARY}")
    bundle = admin.get("/api/admin/support-bundle").content
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        said = b"".join(archive.read(name) for name in archive.namelist())
        assert json.loads(archive.read("settings.json"))["sharing.bearer_token"]["value"] == "********"
    said += admin.get("/api/admin/settings").content + admin.get("/api/admin/logs").content
    said += (folder / "logs" / "harmonix.log").read_bytes()
    stored = b"".join(path.read_bytes() for path in folder.glob("harmonix.sqlite3*"))

    for secret in (CANARY, key.split("_", 2)[2], admin.cookies["harmonix"], PASSWORD):
        assert secret.encode() not in said
        assert secret.encode() not in stored
