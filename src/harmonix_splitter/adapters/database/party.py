"""Rooms in SQL."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.party import rooms
from harmonix_splitter.domain.party import Room, Singer, Stage, Turn
from harmonix_splitter.domain.party.turns import Sung
from harmonix_splitter.errors import ConflictError, NotFoundError


@dataclass(frozen=True)
class SqlRooms:
    database: Database

    def add(self, room: Room) -> None:
        try:
            with self.database.write() as connection:
                connection.execute(insert(rooms).values(**_row(room)))
        except IntegrityError:
            raise ConflictError("This code is taken.") from None

    def by_code(self, code: str) -> Room:
        with self.database.read() as connection:
            row = connection.execute(select(rooms).where(rooms.c.code == code.upper())).mappings().first()
        if row is None:
            raise NotFoundError("There is no room with this code.", advice="Look at the code on the screen again.")
        return _room(row["room"], row["version"])

    def save(self, room: Room) -> Room:
        newer = replace(room, version=room.version + 1)
        same = (rooms.c.id == room.id) & (rooms.c.version == room.version)
        with self.database.write() as connection:
            done = connection.execute(update(rooms).where(same).values(**_row(newer)))
        if done.rowcount != 1:
            raise ConflictError("Somebody changed the room at the same moment.")
        return newer

    def of_owner(self, owner_id: str) -> list[Room]:
        mine = (rooms.c.owner_id == owner_id) & rooms.c.is_open
        with self.database.read() as connection:
            found = connection.execute(select(rooms).where(mine).order_by(rooms.c.opened_at.desc())).mappings().all()
        return [_room(row["room"], row["version"]) for row in found]

    def open(self) -> list[Room]:
        with self.database.read() as connection:
            found = connection.execute(select(rooms).where(rooms.c.is_open)).mappings().all()
        return [_room(row["room"], row["version"]) for row in found]


def _row(room: Room) -> dict[str, Any]:
    return {
        "id": room.id,
        "code": room.code,
        "owner_id": room.owner_id,
        "is_open": room.is_open,
        "opened_at": room.opened_at,
        "version": room.version,
        "room": asdict(room),
    }


def _room(kept: dict[str, Any], version: int) -> Room:
    stage_turn = kept["on_stage"]
    return Room(
        **{
            **kept,
            "version": version,
            "singers": tuple(Singer(**each) for each in kept["singers"]),
            "turns": tuple(Turn(**each) for each in kept["turns"]),
            "on_stage": Turn(**stage_turn) if stage_turn else None,
            "history": tuple(Sung(**{**each, "turn": Turn(**each["turn"])}) for each in kept["history"]),
            "stage": Stage(**kept["stage"]),
        }
    )
