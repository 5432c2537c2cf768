"""API keys in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from harmonix_splitter.adapters.database.accounts.users import OF_A_USER, user_from
from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.accounts import api_keys, users
from harmonix_splitter.domain.accounts import ApiKey, Scope, User
from harmonix_splitter.errors import NotFoundError

_OF_A_KEY = [column.label(f"key_{column.name}") for column in api_keys.c]


@dataclass(frozen=True)
class SqlApiKeys:
    database: Database

    def add(self, key: ApiKey, secret_hash: str) -> None:
        values = {**vars(key), "scopes": sorted(key.scopes), "secret_hash": secret_hash}
        with self.database.write() as connection:
            connection.execute(insert(api_keys).values(values))

    def find(self, key_id: str) -> tuple[ApiKey, str, User] | None:
        query = select(*_OF_A_KEY, *OF_A_USER).join(users, users.c.id == api_keys.c.user_id)
        with self.database.read() as connection:
            row = connection.execute(query.where(api_keys.c.id == key_id)).one_or_none()
        return (_key(row), row.key_secret_hash, user_from(row)) if row is not None else None

    def used(self, key_id: str, at: datetime) -> None:
        with self.database.write() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=at))

    def of(self, user_id: str) -> Sequence[ApiKey]:
        query = select(*_OF_A_KEY).where(api_keys.c.user_id == user_id).order_by(api_keys.c.created_at, api_keys.c.id)
        with self.database.read() as connection:
            return [_key(row) for row in connection.execute(query)]

    def remove(self, user_id: str, key_id: str) -> None:
        with self.database.write() as connection:
            done = connection.execute(delete(api_keys).where(api_keys.c.id == key_id, api_keys.c.user_id == user_id))
        if not done.rowcount:
            raise NotFoundError("You have no such key.")


def _key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.key_id,
        user_id=row.key_user_id,
        name=row.key_name,
        scopes=frozenset(Scope(word) for word in row.key_scopes),
        created_at=row.key_created_at,
        expires_at=row.key_expires_at,
        last_used_at=row.key_last_used_at,
    )
