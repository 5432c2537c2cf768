"""Invites in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.accounts import invites
from harmonix_splitter.domain.accounts import Invite, Role
from harmonix_splitter.errors import NotFoundError


@dataclass(frozen=True)
class SqlInvites:
    database: Database

    def add(self, invite: Invite) -> None:
        with self.database.write() as connection:
            connection.execute(insert(invites).values({**vars(invite), "role": invite.role.value}))

    def use(self, invite_id: str, now: datetime) -> Invite:
        usable = (invites.c.id == invite_id, invites.c.uses_left > 0, invites.c.expires_at > now)
        with self.database.write() as connection:
            taken = connection.execute(update(invites).where(*usable).values(uses_left=invites.c.uses_left - 1))
            if not taken.rowcount:
                raise NotFoundError("There is no such invite.")
            return _invite(connection.execute(select(invites).where(invites.c.id == invite_id)).one())

    def give_back(self, invite_id: str) -> None:
        with self.database.write() as connection:
            returned = update(invites).where(invites.c.id == invite_id)
            connection.execute(returned.values(uses_left=invites.c.uses_left + 1))

    def listed(self) -> Sequence[Invite]:
        with self.database.read() as connection:
            return [_invite(row) for row in connection.execute(select(invites).order_by(invites.c.created_at.desc()))]

    def remove(self, invite_id: str) -> None:
        with self.database.write() as connection:
            if not connection.execute(delete(invites).where(invites.c.id == invite_id)).rowcount:
                raise NotFoundError("There is no such invite.")


def _invite(row: Any) -> Invite:
    return Invite(**{**row._mapping, "role": Role(row.role)})
