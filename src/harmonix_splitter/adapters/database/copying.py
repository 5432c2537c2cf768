"""A whole copy of the database in a folder, made while it is used."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.errors import ConfigError, StorageError

SQLITE_COPY, POSTGRES_COPY = "harmonix.sqlite3", "harmonix.pgdump"


def copy_database(database: Database, folder: Path) -> None:
    """SQLite becomes a file to start with; PostgreSQL one for `pg_restore`."""
    if database.is_sqlite:
        copy_sqlite(str(database.url.database), folder / SQLITE_COPY)
        return
    program = shutil.which("pg_dump")
    if program is None:
        raise ConfigError(
            "pg_dump is not installed, and a backup without the database would be none.",
            advice="Install PostgreSQL's client programs (Debian: postgresql-client) on this machine.",
        )
    _dump(program, database, folder / POSTGRES_COPY)


def copy_sqlite(path: str, target: Path) -> None:
    with closing(sqlite3.connect(path)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)


def _dump(program: str, database: Database, file: Path) -> None:
    url = database.url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": database.url.password} if database.url.password else {}
    command = [program, "--format=custom", f"--file={file}", f"--dbname={url}", "--no-password"]
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        advice = "See that the server runs, and that pg_dump is not older than it."
        raise StorageError(f"The database could not be copied: {said[:300]}", advice=advice)
