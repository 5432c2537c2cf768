"""The table of rooms: each is one document with a version, so that every change of a night is one compare-and-set."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table

from harmonix_splitter.adapters.database.base import metadata

rooms = Table(
    "rooms",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("owner_id", String(64), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("opened_at", Float, nullable=False),
    Column("version", Integer, nullable=False),
    Column("room", JSON, nullable=False),
)
Index("ix_rooms_owner", rooms.c.owner_id, rooms.c.is_open)
