"""Users in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.accounts import foreign_accounts, users
from harmonix_splitter.domain.accounts import Role, User, folded
from harmonix_splitter.errors import ConflictError, NotFoundError

OF_A_USER = [column for column in users.c if column.name not in {"password_hash", "name_folded", "email_folded"}]


@dataclass(frozen=True)
class SqlUsers:
    database: Database

    def add(self, user: User, password_hash: str) -> None:
        with self.database.write() as connection:
            _insert(connection, user, password_hash)

    def add_first(self, user: User, password_hash: str) -> None:
        with self.database.write() as connection:
            _hold(connection)
            if connection.scalar(select(func.count()).select_from(users)):
                raise ConflictError("The studio has been set up already.")
            _insert(connection, user, password_hash)

    def get(self, user_id: str) -> User:
        with self.database.read() as connection:
            row = connection.execute(select(*OF_A_USER).where(users.c.id == user_id)).one_or_none()
        if row is None:
            raise NotFoundError("There is no such user.")
        return user_from(row)

    def named(self, name_or_email: str) -> tuple[User, str] | None:
        wanted = folded(name_or_email)
        if not wanted:
            return None
        by_name = users.c.name_folded == wanted
        query = (
            select(*OF_A_USER, users.c.password_hash)
            .where(or_(by_name, users.c.email_folded == wanted))
            .order_by(by_name.desc(), users.c.created_at, users.c.id)
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        return (user_from(row), row.password_hash) if row is not None else None

    def password_hash(self, user_id: str) -> str:
        with self.database.read() as connection:
            found = connection.scalar(select(users.c.password_hash).where(users.c.id == user_id))
        if found is None:
            raise NotFoundError("There is no such user.")
        return str(found)

    def update(self, user: User) -> None:
        with self.database.write() as connection:
            if not user.may(Role.ADMIN):
                _spare_the_last_admin(connection, user.id)
            try:
                done = connection.execute(update(users).where(users.c.id == user.id).values(_columns(user)))
            except IntegrityError:
                raise ConflictError("That name is taken.", field="name") from None
            if not done.rowcount:
                raise NotFoundError("There is no such user.")

    def set_password(self, user_id: str, password_hash: str) -> None:
        with self.database.write() as connection:
            connection.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))

    def remove(self, user_id: str) -> None:
        with self.database.write() as connection:
            _spare_the_last_admin(connection, user_id)
            if not connection.execute(delete(users).where(users.c.id == user_id)).rowcount:
                raise NotFoundError("There is no such user.")

    def listed(self, *, after: str = "", limit: int = 50, search: str = "") -> Sequence[User]:
        query = select(*OF_A_USER).where(users.c.name_folded > after).order_by(users.c.name_folded).limit(limit)
        if search:
            wanted = folded(search)
            query = query.where(
                or_(
                    users.c.name_folded.contains(wanted, autoescape=True),
                    users.c.email_folded.contains(wanted, autoescape=True),
                )
            )
        with self.database.read() as connection:
            return [user_from(row) for row in connection.execute(query)]

    def count(self) -> int:
        with self.database.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(users)) or 0)

    def active_admins(self) -> int:
        with self.database.read() as connection:
            return int(connection.scalar(select(func.count()).where(_is_active_admin())) or 0)


@dataclass(frozen=True)
class SqlIdentities:
    database: Database

    def user_of(self, issuer: str, subject: str) -> str | None:
        theirs = and_(foreign_accounts.c.issuer == issuer, foreign_accounts.c.subject == subject)
        with self.database.read() as connection:
            return connection.scalar(select(foreign_accounts.c.user_id).where(theirs))

    def link(self, issuer: str, subject: str, user_id: str) -> None:
        try:
            with self.database.write() as connection:
                connection.execute(insert(foreign_accounts).values(issuer=issuer, subject=subject, user_id=user_id))
        except IntegrityError:
            raise ConflictError("That account belongs to somebody already.") from None


def user_from(row: Any) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        email=row.email,
        display_name=row.display_name,
        bio=row.bio,
        avatar=row.avatar,
        voice_lowest=row.voice_lowest,
        voice_highest=row.voice_highest,
        is_active=row.is_active,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )


def _columns(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "name_folded": folded(user.name),
        "role": user.role.value,
        "email": user.email,
        "email_folded": folded(user.email),
        "display_name": user.display_name,
        "bio": user.bio,
        "avatar": user.avatar,
        "voice_lowest": user.voice_lowest,
        "voice_highest": user.voice_highest,
        "is_active": user.is_active,
        "last_login_at": user.last_login_at,
    }


def _insert(connection: Connection, user: User, password_hash: str) -> None:
    values = {"id": user.id, "created_at": user.created_at, "password_hash": password_hash, **_columns(user)}
    try:
        connection.execute(insert(users).values(values))
    except IntegrityError:
        raise ConflictError("That name is taken.", advice="Choose another one.", field="name") from None


def _is_active_admin() -> ColumnElement[bool]:
    return and_(users.c.role == Role.ADMIN.value, users.c.is_active.is_(True))


def _hold(connection: Connection) -> None:
    """Let nobody else count users meanwhile. SQLite's writers queue anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")


def _spare_the_last_admin(connection: Connection, user_id: str) -> None:
    _hold(connection)
    admins = connection.scalars(select(users.c.id).where(_is_active_admin()).limit(2)).all()
    if list(admins) == [user_id]:
        raise ConflictError("This is the last administrator.", advice="Make somebody else an administrator first.")
