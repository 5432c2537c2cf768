"""Starts under trouble: after a kill in between, twice at once, without what it depends on, in mid-migration."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import event

from harmonix_splitter.adapters.database import migrate as migration
from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.bootstrap import studio
from harmonix_splitter.bootstrap.process import only_server
from harmonix_splitter.bootstrap.workers import Newcomers
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import ConfigError
from tests.fakes.library_rig import KARAOKE, Rig

PERFECT = "cNGjD0VG4R8"


class PulledPlug:
    """A queue at whose door the power goes out: the job is committed, and nobody hears of it."""

    def wake(self, _job_id: str) -> None:
        raise SystemExit(137)


def test_a_server_that_dies_between_commit_and_dispatch_loses_no_job(tmp_path: Path) -> None:
    before = Rig(tmp_path, queue=PulledPlug()).create_tables()
    with pytest.raises(SystemExit):
        before.songs.request("ann", youtube(PERFECT), KARAOKE)
    before.close()

    after = Rig(tmp_path)
    claim = after.work()

    assert claim is not None
    assert after.jobs.job(claim.job_id).status is JobStatus.COMPLETED
    assert [song.is_playable for song in after.songs.record.links_of("ann")] == [True]
    after.close()


def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    first, second = (studio({"data.dir": tmp_path}).parts for _ in range(2))

    with only_server(first):
        with pytest.raises(ConfigError, match="already serves") as refused, only_server(second):
            pass
        assert "PostgreSQL" in refused.value.advice
    with only_server(second):
        pass


@pytest.mark.parametrize(
    ("flags", "check"),
    [
        ({"queue.redis_url": "redis://127.0.0.1:1/0"}, "news"),
        ({"queue.broker_url": "redis://127.0.0.1:1/0"}, "queue"),
    ],
)
def test_without_redis_or_a_broker_requests_are_taken_and_the_doctor_says_which_is_missing(
    tmp_path: Path, flags: dict[str, str], check: str
) -> None:
    here = studio({"data.dir": tmp_path, "sources.youtube": False, **flags})
    here.prepare()

    asked = here.songs.request("ann", youtube(PERFECT), KARAOKE)
    (found,) = [each for each in here.doctor.checks if each.name == check]

    assert asked.job is not None
    assert here.jobs.job(asked.job.id).status is JobStatus.PENDING
    with pytest.raises(ConfigError) as missing:
        found.run()
    assert "HARMONIX_" in missing.value.advice
    here.parts.database.close()


@pytest.mark.parametrize("at", ["TABLE jobs", "INDEX ix_songs_job", "TABLE webhooks", "VIRTUAL", "TRIGGER"])
def test_a_migration_that_was_cut_off_is_done_whole_the_next_time(tmp_path: Path, at: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")

    def cut_off(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "CREATE" in statement and at in statement:
            raise KeyboardInterrupt

    event.listen(database.engine, "before_cursor_execute", cut_off)
    with pytest.raises(KeyboardInterrupt):
        migration.migrate(database, tmp_path / "backups")
    event.remove(database.engine, "before_cursor_execute", cut_off)
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        left = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()

    migration.migrate(database, tmp_path / "backups")

    assert left == []
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        assert raw.execute("SELECT count(*) FROM songs").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone() == (4,)
    database.close()


def test_a_house_that_closes_while_it_opens_closes_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path).create_tables()
    newcomers, start = Newcomers(rig.arrivals), threading.Thread.start

    def start_late(thread: threading.Thread) -> None:
        newcomers.stop()
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_late)
    newcomers.start()
    monkeypatch.undo()
    newcomers.stop()

    assert "newcomers" not in {thread.name for thread in threading.enumerate()}
    rig.close()
