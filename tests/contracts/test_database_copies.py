"""A copy of the database holds what was in it, or there is none."""

import os
import shutil
import sqlite3
import subprocess
from functools import partial
from pathlib import Path

import pytest

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.copying import POSTGRES_COPY, SQLITE_COPY, copy_database
from harmonix_splitter.adapters.storage.backups import FolderBackups
from harmonix_splitter.adapters.storage.house_on_disk import HouseOnDisk
from harmonix_splitter.errors import ConfigError, StorageError
from tests.fakes.library_rig import Rig

PERFECT = "cNGjD0VG4R8"


def backups_of(rig: Rig, database: Database | None = None) -> FolderBackups:
    files = HouseOnDisk(rig.folder / "library", rig.folder)
    return FolderBackups(files, partial(copy_database, database or rig.database))


def items_in(backup: Path) -> str:
    """The ids of the items in the copy, as text."""
    if (backup / SQLITE_COPY).exists():
        with sqlite3.connect(backup / SQLITE_COPY) as copy:
            return str(copy.execute("SELECT id FROM library_items").fetchall())
    written = ["pg_restore", "--data-only", "--table=library_items", "--file=-", str(backup / POSTGRES_COPY)]
    return subprocess.run(written, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("is_there", [False, True])
def test_what_was_in_the_database_is_in_the_copy(rig: Rig, tmp_path: Path, is_there: bool) -> None:
    if not rig.database.is_sqlite and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    item, target = rig.make(PERFECT), tmp_path / "backups" / "one"
    broken_off = tmp_path / "backups" / ".zero.unfinished"
    broken_off.mkdir(parents=True)
    os.utime(broken_off, (1, 1))
    if is_there:
        target.mkdir()

    size = backups_of(rig).back_up(target)

    assert size == sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    assert [entry.name for entry in target.parent.iterdir()] == ["one"]
    assert [entry.name for entry in target.iterdir() if entry.name.startswith(".")] == []
    assert item.id in items_in(target)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_backup_that_fails_is_none(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool) -> None:
    gone, shelf = Database("postgresql+psycopg://nobody:secret@127.0.0.1:1/none"), tmp_path / "backups"
    target = shelf / "one"
    if is_there:
        target.mkdir(parents=True)

    if shutil.which("pg_dump") is not None:
        with pytest.raises(StorageError) as refused:
            backups_of(rig, gone).back_up(target)
        assert "secret" not in str(refused.value)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(ConfigError, match="pg_dump is not installed"):
        backups_of(rig, gone).back_up(target)

    assert [path.name for path in shelf.rglob("*")] == (["one"] if is_there else [])
    assert backups_of(rig).listed(shelf) == (["one"] if is_there else [])
