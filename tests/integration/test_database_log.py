"""What SQLite writes into its log first comes into the database file without anybody waiting for it."""

import shutil
import sqlite3
import threading
from pathlib import Path

from harmonix_splitter.adapters.database.checkpoints import WRITES_BETWEEN
from tests.fakes.library_rig import Rig
from tests.faults.workers import wait_until

MANY = 3 * WRITES_BETWEEN


def users_in_the_file_alone(rig: Rig, aside: Path) -> int:
    shutil.copy(rig.folder / "harmonix.sqlite3", aside)
    with sqlite3.connect(aside) as copy:
        try:
            return int(copy.execute("SELECT count(*) FROM job_turns").fetchone()[0])
        except sqlite3.DatabaseError:  # copied while it was written to, or not even the tables are in it yet
            return 0


def test_what_is_written_reaches_the_file_beside_the_writers_and_a_closed_one_leaves_no_thread(tmp_path: Path) -> None:
    others = set(threading.enumerate())
    rig = Rig(tmp_path / "studio").create_tables()
    for number in range(MANY):
        with rig.database.write() as connection:
            connection.exec_driver_sql("INSERT INTO job_turns VALUES (?, 1)", (f"user{number}",))

    wait_until(lambda: users_in_the_file_alone(rig, tmp_path / "copy") >= MANY - WRITES_BETWEEN, 20)
    rig.close()

    assert not any(thread.name == "checkpoints" for thread in set(threading.enumerate()) - others)
