"""Accounts of other programs: users.json of the Harmonix dashboard, stemtubes.db of StemTube."""

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.accounts import Role, User, checked_email
from harmonix_splitter.domain.accounts.users import LONGEST_BIO, LONGEST_NAME
from harmonix_splitter.errors import InvalidRequestError

_ROUNDS = 100_000
_SQLITE = b"SQLite format 3\x00"


class OldAccountFiles:
    def read(self, path: Path) -> Mapping[str, tuple[User, str]]:
        try:
            with path.open("rb") as file:
                is_database = file.read(len(_SQLITE)) == _SQLITE
            return _from_database(path) if is_database else _from_json(path)
        except OSError as unreadable:
            raise InvalidRequestError(f"{path} cannot be read: {unreadable.strerror}.") from None


def _from_json(path: Path) -> dict[str, tuple[User, str]]:
    try:
        people = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise InvalidRequestError(f"{path} is no users.json.") from None
    if not isinstance(people, dict) or not all(isinstance(one, dict) for one in people.values()):
        raise InvalidRequestError(f"{path} is no users.json.", advice="It should map names to accounts.")
    return dict(_from_record(name, record) for name, record in people.items())


def _from_record(name: str, record: Mapping[str, Any]) -> tuple[str, tuple[User, str]]:
    user = User(
        id="",
        name=_usable(name),
        role=Role.of(str(record.get("role", "user"))),
        email=_address(record.get("email")),
        display_name=str(record.get("name") or "")[:LONGEST_NAME],
        bio=str(record.get("bio") or "")[:LONGEST_BIO],
        is_active=bool(record.get("is_active", True)),
        created_at=_moment(record.get("created_at")) or datetime.fromtimestamp(0, UTC),
        last_login_at=_moment(record.get("last_login")),
    )
    return user.name, (user, _hash_of(record))


def _hash_of(record: Mapping[str, Any]) -> str:
    stored, salt = str(record.get("password_hash") or ""), str(record.get("salt") or "")
    return f"pbkdf2_sha256${_ROUNDS}${salt}${stored}" if salt else stored


def _from_database(path: Path) -> dict[str, tuple[User, str]]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            rows = database.execute("SELECT username, password_hash, email, is_admin, created_at FROM users").fetchall()
    except sqlite3.DatabaseError as unknown:
        raise InvalidRequestError(f"{path} holds no accounts we know: {unknown}.") from None
    return dict(_from_row(row) for row in rows)


def _from_row(row: sqlite3.Row) -> tuple[str, tuple[User, str]]:
    user = User(
        id="",
        name=_usable(row["username"]),
        role=Role.ADMIN if row["is_admin"] else Role.MEMBER,
        email=_address(row["email"]),
        created_at=_moment(row["created_at"]) or datetime.fromtimestamp(0, UTC),
    )
    return user.name, (user, str(row["password_hash"] or ""))


def _usable(name: str) -> str:
    """The old name, with what ours may not hold turned into `_`."""
    return re.sub(r"[^\w.\-]", "_", str(name).strip())[:LONGEST_NAME].lstrip(".-") or "user"


def _address(email: object) -> str:
    try:
        return checked_email(str(email or ""))
    except InvalidRequestError:
        return ""


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
