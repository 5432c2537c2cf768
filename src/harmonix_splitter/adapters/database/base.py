"""One database, SQLite or PostgreSQL: how it is opened, read and written."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError

from harmonix_splitter.adapters.database.checkpoints import LONGEST_LOG_PAGES, Checkpoints
from harmonix_splitter.adapters.database.troubles import database_errors

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_SEEN = "harmonix.seen"
_BELIEVED_FOR = 1.0


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, we put it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Transactions on one database. Writers on SQLite queue up front (BEGIN IMMEDIATE), so nobody fails half-way."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        self._writing = threading.Lock()
        self._checkpoints = Checkpoints(self.engine) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with database_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if self._checkpoints is None:
            with database_errors(), self.engine.connect() as connection, connection.begin():
                yield connection
            return
        # SQLite lets waiting writers sleep longer and longer; our own threads queue up here and never meet that.
        with self._writing, database_errors(), self.engine.connect() as connection:
            writer = connection.execution_options(harmonix_writes=True)
            with writer.begin():
                yield writer
            self._checkpoints.written()

    @contextmanager
    def write_at_once(self) -> Iterator[Connection]:
        """For one statement, which is a transaction by itself: a server far away is not asked to begin and end it."""
        if self.is_sqlite:
            with self.write() as connection:
                yield connection
            return
        with database_errors(), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        if self._checkpoints is not None:
            self._checkpoints.close()
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(url, pool_size=10, max_overflow=20)
        event.listen(engine, "checkin", _note_when)
        event.listen(engine, "checkout", partial(_check_if_rested, engine))
        return engine
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=10, max_overflow=20)
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_when(_connection: Any, record: Any) -> None:
    record.info[_SEEN] = time.monotonic()


def _check_if_rested(engine: Engine, connection: Any, record: Any, _proxy: object) -> None:
    """A connection that was alive a moment ago is believed: asking the server costs as much as many a question."""
    if time.monotonic() - record.info.get(_SEEN, 0.0) < _BELIEVED_FOR:
        return
    try:
        engine.dialect.do_ping(connection)
    except Exception as gone:
        raise DisconnectionError from gone


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    log = f"wal_autocheckpoint={LONGEST_LOG_PAGES}"
    for pragma in ("journal_mode=WAL", log, "foreign_keys=ON", "busy_timeout=30000", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("harmonix_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
