"""Tries to sign in, counted in SQL, so that several servers and a restart count together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.accounts import attempts
from harmonix_splitter.domain.accounts import AttemptCount, Throttle

_LONGEST_KEY = 500


@dataclass(frozen=True)
class SqlAttempts:
    database: Database

    def take(self, key: str, throttle: Throttle, now: datetime) -> timedelta:
        key = key[:_LONGEST_KEY]
        with self.database.write() as connection:
            before = _counted(connection, key)
            wait = throttle.wait(before, now)
            if not wait:
                _count(connection, key, throttle, before, now)
        return wait

    def forgive(self, key: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == key[:_LONGEST_KEY]))


def _counted(connection: Connection, key: str) -> AttemptCount:
    query = select(attempts.c.count, attempts.c.last_at).where(attempts.c.key == key).with_for_update()
    row = connection.execute(query).one_or_none()
    return AttemptCount(*row) if row is not None else AttemptCount()


def _count(connection: Connection, key: str, throttle: Throttle, before: AttemptCount, now: datetime) -> None:
    if before.last_at is None:
        connection.execute(insert(attempts).values(key=key, count=1, last_at=now))
        connection.execute(delete(attempts).where(attempts.c.last_at < now - throttle.forget_after))
        return
    count = 1 if now - before.last_at > throttle.forget_after else before.count + 1
    connection.execute(update(attempts).where(attempts.c.key == key).values(count=count, last_at=now))
