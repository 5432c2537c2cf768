"""Sessions in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from harmonix_splitter.adapters.database.accounts.users import OF_A_USER, user_from
from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.accounts import sessions, users
from harmonix_splitter.domain.accounts import Session, User

_OF_A_SESSION = [column.label(f"session_{column.name}") for column in sessions.c]


@dataclass(frozen=True)
class SqlSessions:
    database: Database

    def add(self, session: Session) -> None:
        with self.database.write() as connection:
            connection.execute(insert(sessions).values(vars(session)))

    def find(self, session_id: str) -> tuple[Session, User] | None:
        query = select(*_OF_A_SESSION, *OF_A_USER).join(users, users.c.id == sessions.c.user_id)
        with self.database.read() as connection:
            row = connection.execute(query.where(sessions.c.id == session_id)).one_or_none()
        return (_session(row), user_from(row)) if row is not None else None

    def seen(self, session_id: str, at: datetime) -> None:
        with self.database.write() as connection:
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=at))

    def of(self, user_id: str) -> Sequence[Session]:
        query = select(*_OF_A_SESSION).where(sessions.c.user_id == user_id).order_by(sessions.c.seen_at.desc())
        with self.database.read() as connection:
            return [_session(row) for row in connection.execute(query)]

    def end(self, session_id: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == session_id))

    def end_all(self, user_id: str, *, but: str = "") -> None:
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.id != but))

    def sweep(self, before: datetime) -> int:
        with self.database.write() as connection:
            return connection.execute(delete(sessions).where(sessions.c.created_at < before)).rowcount


def _session(row: Any) -> Session:
    return Session(**{column.name: getattr(row, f"session_{column.name}") for column in sessions.c})
