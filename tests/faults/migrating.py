"""An old database brought to a newer form by processes that are killed at it, and jobs that were under way meanwhile.

The newer form is a migration made up here, on top of the product's own. Each process is a fork that ends itself with
SIGKILL: before its n-th statement, or (with the library of refusals preloaded) at its n-th write or fsync.
python -m tests.faults.migrating FOLDER URL [EVERY]
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event, inspect, text

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.migrate import MIGRATIONS, migrate
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.ports.library import ItemQuery
from harmonix_splitter.services.sweeping import Sweeper
from tests.fakes.library_rig import KARAOKE, Rig
from tests.faults.nth_write import refuse

NEXT = '''
"""The form of a program to come: a new table, a new column, a table made anew, and rows that are changed."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None


def upgrade():
    op.create_table("moods", sa.Column("song_id", sa.String(36), primary_key=True), sa.Column("mood", sa.Text))
    op.execute("INSERT INTO moods SELECT id, title FROM songs")
    with op.batch_alter_table("library_items", recreate="always" if op.get_bind().dialect.name == "sqlite" else "never") as items:
        items.add_column(sa.Column("mood", sa.Text, nullable=False, server_default="calm"))
    op.execute("UPDATE library_items SET mood = 'glad'")
    op.add_column("jobs", sa.Column("mood", sa.Text, nullable=False, server_default="calm"))
'''  # noqa: E501
DONE = 0


def next_migrations(folder: Path) -> Path:
    newer = folder / "migrations"
    shutil.copytree(MIGRATIONS, newer, ignore=shutil.ignore_patterns("__pycache__"))
    (newer / "versions" / "0003_moods.py").write_text(NEXT)
    return newer


def in_a_fork(task: Callable[[], object]) -> int:
    """How it ended, as the kernel tells it: 0, or less when a signal ended it."""
    pid = os.fork()
    if pid == 0:
        task()
        os._exit(DONE)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill_myself(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def old_rig(folder: Path, url: str) -> Rig:
    """As the program before left it: an item, a song that waits, one in mid-job, one published and not yet recorded."""
    rig = Rig(folder, url)
    folder.mkdir(parents=True, exist_ok=True)
    migrate(rig.database, folder / "backups")
    rig.make("made0000000")
    rig.songs.request("ann", youtube("inmidjob000"), KARAOKE)
    rig.close()
    in_a_fork(lambda: worked(folder, url, dies_at_work=True))
    rig.songs.request("ann", youtube("published00"), KARAOKE)
    rig.close()
    in_a_fork(lambda: worked(folder, url, dies_at_work=False))
    rig.songs.request("ben", youtube("waiting0000"), KARAOKE)
    rig.songs.request("ann", youtube("waiting0000"), KARAOKE)
    rig.close()
    return rig


def worked(folder: Path, url: str, *, dies_at_work: bool) -> None:
    rig = Rig(folder, url, checkpoint=lambda name: kill_myself() if name == "published" and not dies_at_work else None)
    if dies_at_work:
        rig.separation.before = kill_myself
    rig.work()


def upgraded(url: str, folder: Path, newer: Path, nth_statement: int, nth_write: int) -> None:
    """Killed before a statement or at a write; zeros are never."""
    database, count = Database(url), iter(range(1, 1 << 30))

    def heard(*_: object) -> None:
        if next(count) == nth_statement:
            kill_myself()

    for moment in ("before_cursor_execute", "commit"):
        event.listen(database.engine, moment, heard)
    if nth_write:
        refuse(folder, nth_write, nth_write)
    migrate(database, folder / "backups", newer)
    database.close()


def state(url: str) -> dict[str, Any]:
    """What is there, of both forms; a table that is half made shows."""
    database = Database(url)
    with database.read() as connection:
        tables = set(inspect(connection).get_table_names())
        columns = {column["name"] for column in inspect(connection).get_columns("library_items")}
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        rows = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in COUNTED}
    database.close()
    return {"version": version, "new": ["moods" in tables, "mood" in columns], "tables": len(tables), "rows": rows}


COUNTED = ("songs", "jobs", "library_items", "recordings")


def backup_of(folder: Path) -> str:
    """The version in the copy made before, once it has its name; "" while there is none."""
    copy = folder / "backups" / "before-0002.sqlite3"
    if not copy.exists():
        return ""
    with sqlite3.connect(copy) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return str(raw.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def killed_until_done(folder: Path, url: str, newer: Path, every: int, kind: str) -> None:
    nth, ended = 1, -1
    while ended != DONE:
        kills = (nth, 0) if kind == "statement" else (0, nth)
        ended = in_a_fork(lambda kills=kills: upgraded(url, folder, newer, *kills))
        told = {"kind": kind, "nth": nth, "ended": ended, **state(url), "backup": backup_of(folder)}
        print(json.dumps(told), flush=True)
        nth += every


def worked_off(folder: Path, url: str) -> dict[str, Any]:
    """The program that is started now takes back what the dead one had, and does what waited."""
    rig = Rig(folder, url)
    Sweeper(rig.jobs).take_back_from(lambda _worker: True)
    while rig.work():
        pass
    with rig.database.read() as connection:
        jobs = [list(row) for row in connection.execute(text("SELECT status, attempts FROM jobs ORDER BY created_at"))]
        open_songs = connection.execute(text("SELECT count(*) FROM songs WHERE status <> 'completed'")).scalar_one()
    said = {"kind": "jobs", "jobs": jobs, "open": open_songs, "items": rig.library.numbers().items}
    said |= {"faults": [str(fault) for fault in rig.upkeep.verify()], "found": len(rig.library.record.find(ITEMS))}
    rig.close()
    return said


ITEMS = ItemQuery("waiting0000", "title")


def main() -> None:
    folder, url = Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else ""
    every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    newer = next_migrations(folder)
    rig = old_rig(folder / "studio", url)
    here = str(rig.database.url.render_as_string(hide_password=False))
    if not url and os.environ.get("LD_PRELOAD"):
        shutil.copytree(folder / "studio", folder / "writes")
        other = f"sqlite:///{folder / 'writes' / 'harmonix.sqlite3'}"
        killed_until_done(folder / "writes", other, newer, every * 3, "write")
    killed_until_done(folder / "studio", here, newer, every, "statement")
    print(json.dumps(worked_off(folder / "studio", url)))


if __name__ == "__main__":
    main()
