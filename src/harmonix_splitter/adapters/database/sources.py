"""Answers from the web and lent cookies, in SQL. Cookies are sealed with a key that never enters the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select, update

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.sources import answers, cookies
from harmonix_splitter.errors import InvalidRequestError
from harmonix_splitter.services.ports.clock import Clock

_LONGEST_KEY = 300
_MOST_COOKIES = 200_000


@dataclass(frozen=True)
class SqlAnswers:
    database: Database
    clock: Clock

    def get(self, key: str, not_older_than: timedelta) -> Any | None:
        since = self.clock.now() - not_older_than
        query = select(answers.c.answer).where(answers.c.key == key[:_LONGEST_KEY], answers.c.asked_at >= since)
        with self.database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def put(self, key: str, answer: Any) -> None:
        self.put_all({key: answer})

    def put_all(self, found: Mapping[str, Any]) -> None:
        now = self.clock.now()
        rows = {key[:_LONGEST_KEY]: answer for key, answer in found.items()}
        if not rows:
            return
        with self.database.write() as connection:
            connection.execute(delete(answers).where(answers.c.key.in_(list(rows))))
            connection.execute(
                answers.insert(), [{"key": key, "answer": one, "asked_at": now} for key, one in rows.items()]
            )


@dataclass(frozen=True)
class SqlCookies:
    database: Database
    key: Callable[[], bytes]
    clock: Clock

    def save(self, owner_id: str, text: str) -> None:
        if len(text) > _MOST_COOKIES or not all(_is_cookie(line) for line in text.splitlines()):
            raise InvalidRequestError(
                "These are not cookies in Netscape form.", advice="Export them with a browser extension (cookies.txt)."
            )
        row = {"sealed": self._seal.encrypt(text.encode()), "saved_at": self.clock.now()}
        with self.database.write() as connection:
            if not connection.execute(update(cookies).where(cookies.c.owner_id == owner_id).values(**row)).rowcount:
                connection.execute(cookies.insert().values(owner_id=owner_id, **row))

    def read(self, owner_id: str) -> str:
        with self.database.read() as connection:
            sealed = connection.execute(
                select(cookies.c.sealed).where(cookies.c.owner_id == owner_id)
            ).scalar_one_or_none()
        if sealed is None:
            return ""
        try:
            return self._seal.decrypt(bytes(sealed)).decode()
        except InvalidToken:
            return ""  # sealed with a key that is gone: as if none had been lent

    def forget(self, owner_id: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(cookies).where(cookies.c.owner_id == owner_id))

    @cached_property
    def _seal(self) -> Fernet:
        return Fernet(self.key())


def _is_cookie(line: str) -> bool:
    plain = line.removeprefix("#HttpOnly_")
    return not plain.strip() or plain.startswith("#") or plain.count("\t") >= 6
