"""A database that is locked, full, damaged or killed: a clear answer while it lasts, and nothing lost afterwards."""

import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from harmonix_splitter.adapters.queues.local import Doorbell
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap import studio as new_studio
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import ConfigError, StorageError
from harmonix_splitter.services.sweeping import Sweeper
from tests.fakes.library_rig import KARAOKE, Rig
from tests.faults.workers import wait_until, workers
from tests.servers import postgres_cluster
from tests.studios import person, served

PERFECT = "cNGjD0VG4R8"


def told(client: TestClient, pragma: str) -> None:
    """Every connection from now on is told this first."""
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    engine = studio.parts.database.engine
    event.listen(engine, "connect", lambda connection, _record: connection.execute(f"PRAGMA {pragma}"))
    engine.dispose()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def anna(folder: Path) -> Iterator[TestClient]:
    with served(folder) as studio:
        yield person(studio, "anna")


def test_a_database_locked_for_too_long_is_a_503_that_says_when_to_come_back(anna: TestClient, folder: Path) -> None:
    told(anna, "busy_timeout = 50")
    holder = sqlite3.connect(folder / "harmonix.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    refused = anna.post("/api/songs", json={"title": "New", "artist": "x"})
    holder.execute("COMMIT")
    holder.close()

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert anna.post("/api/songs", json={"title": "New", "artist": "x"}).is_success
    assert len(anna.get("/api/songs").json()) == 1


def test_a_full_disk_is_a_507_and_what_was_acknowledged_is_all_there(anna: TestClient, folder: Path) -> None:
    before = len(anna.get("/api/songs").json())
    with sqlite3.connect(folder / "harmonix.sqlite3") as raw:
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
    told(anna, f"max_page_count = {pages + 2}")

    answers = [anna.post("/api/songs", json={"title": "x" * 400, "artist": "y" * 400}) for _ in range(30)]
    told(anna, f"max_page_count = {pages * 10}")

    kept = [answer for answer in answers if answer.is_success]
    assert {answer.status_code for answer in answers if not answer.is_success} == {507}
    assert "full" in answers[-1].json()["detail"]
    assert len(anna.get("/api/songs").json()) == before + len(kept)
    assert anna.post("/api/songs", json={"title": "Room again", "artist": "x"}).is_success


def overwritten(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at : at + 4096] = bytes(range(256)) * 16
    file.write_bytes(bytes(content))


@pytest.mark.parametrize("at", [0, 8192])
def test_a_damaged_database_is_called_damaged_by_the_check_up(tmp_path: Path, at: int) -> None:
    whole = new_studio({"data.dir": tmp_path})
    whole.prepare()
    whole.close()

    overwritten(tmp_path / "harmonix.sqlite3", at)
    (check,) = [each for each in new_studio({"data.dir": tmp_path}).doctor.checks if each.name == "database"]

    with pytest.raises((StorageError, ConfigError), match=r"damaged|not a database"):
        check.run()


def test_reading_a_damaged_database_is_a_507(anna: TestClient, folder: Path) -> None:
    studio: Studio = anna.app.state.studio  # type: ignore[attr-defined]
    studio.parts.database.close()
    for page in range(2, 40):
        overwritten(folder / "harmonix.sqlite3", page * 4096)

    answer = anna.get("/api/songs")

    assert (answer.status_code, answer.json()["code"]) == (507, "storage_failed")
    assert "backup" in answer.json()["advice"]


@pytest.mark.postgres
def test_a_job_outlives_a_postgresql_that_is_killed_under_it(tmp_path: Path) -> None:
    with postgres_cluster() as cluster:
        rig = Rig(tmp_path, cluster.url, queue=Doorbell()).create_tables()
        sweeper, crew = Sweeper(rig.jobs, lease=2.0), workers(rig, lasts=1.0)
        crew.start()
        asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)
        assert asked.job is not None
        job_id = asked.job.id
        wait_until(lambda: rig.jobs.job(job_id).stage == "separate")

        cluster.stop(signal.SIGQUIT)
        cluster.start()
        wait_until(lambda: bool(sweeper.sweep()) or not rig.jobs.job(job_id).is_live)
        wait_until(lambda: not rig.jobs.job(job_id).is_live)
        crew.stop()

        job = rig.jobs.job(job_id)
        assert (job.status, job.attempts) == (JobStatus.COMPLETED, 2)
        assert rig.library.numbers().items == 1
        assert list(rig.upkeep.verify()) == []
        rig.close()
