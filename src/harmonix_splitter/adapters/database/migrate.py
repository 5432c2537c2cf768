"""Bringing a database up to date: under a lock, after a backup, never backwards."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.copying import copy_sqlite
from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.adapters.database.word_index import has_word_index, index_words
from harmonix_splitter.errors import ConfigError, UnavailableError

_LOCK = 7_264_001
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database, backups: Path, migrations: Path = MIGRATIONS) -> None:
    """Apply what is missing. A database newer than the program is refused, not touched."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    try:
        with _locked(database, backups):
            missing = _missing(database, ScriptDirectory.from_config(config))
            if missing:
                _backup(database, backups, missing)
                _apply(database, config)
                _refuse_trial_versions(database)
            _index_if_missing(database)
    except (DBAPIError, UnavailableError) as down:
        said = down if isinstance(down, DBAPIError) else down.__cause__
        raise ConfigError(
            f"The database cannot be used: {getattr(said, 'orig', down)}.",
            advice="Check HARMONIX_DATABASE_URL, that the server runs, and that the data directory is writable.",
        ) from down


def _missing(database: Database, scripts: ScriptDirectory) -> str:
    """The revision to move from ("empty" for a new database), or "" when up to date."""
    with database.read() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    head = scripts.get_current_head()
    if at == head:
        _refuse_trial_versions(database)
        return ""
    if at is not None and at not in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigError(
            f"The database is from a newer Harmonix (its schema is {at}).",
            advice="Update the program, or restore the backup taken before that update.",
        )
    return at or "empty"


def _refuse_trial_versions(database: Database) -> None:
    """Until the first release the first migration grew: who tried it early has its name, but not all of its tables."""
    with database.read() as connection:
        there = {name: {column["name"] for column in columns} for (_, name), columns in _columns(connection).items()}
    lacking = sorted(
        name if name not in there else f"{name}.{column.name}"
        for name, table in metadata.tables.items()
        for column in table.columns
        if column.name not in there.get(name, ())
    )
    if lacking:
        named = ", ".join(list(dict.fromkeys(lacking))[:3])
        raise ConfigError(
            f"The database was made by a trial version of Harmonix: it lacks {named}.",
            advice="Move the database away and start again: songs in the library folder are found, accounts are new.",
        )


def _columns(connection: Connection) -> Mapping[Any, Any]:
    return inspect(connection).get_multi_columns(filter_names=list(metadata.tables))


def _apply(database: Database, config: Config) -> None:
    with database.write() as connection:
        config.attributes["connection"] = connection
        upgrade(config, "head")
        index_words(connection)


def _index_if_missing(database: Database) -> None:
    """Who tried an early version has the tables, but not all of the index."""
    with database.read() as connection:
        is_there = not database.is_sqlite or has_word_index(connection)
    if not is_there:
        with database.write() as connection:
            index_words(connection)


@contextmanager
def _locked(database: Database, folder: Path) -> Iterator[None]:
    """One process migrates; the others wait, then find nothing to do."""
    if database.is_sqlite:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "migration.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with database.engine.connect() as connection:
        _advisory(connection, "pg_advisory_lock")
        try:
            yield
        finally:
            _advisory(connection, "pg_advisory_unlock")


def _advisory(connection: Connection, function: str) -> None:
    connection.execute(text(f"SELECT {function}({_LOCK})"))
    connection.commit()


def _backup(database: Database, folder: Path, revision: str) -> None:
    """SQLite is copied whole; for PostgreSQL the administrator's own backups are the rule."""
    path = database.url.database
    if not database.is_sqlite or revision == "empty" or not path or not Path(path).exists():
        return
    target = folder / f"before-{revision}.sqlite3"
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    copy_sqlite(path, part)
    part.replace(target)
