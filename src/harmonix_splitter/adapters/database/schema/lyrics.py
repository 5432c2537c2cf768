"""The table of lyrics: one row per version, never changed but for its state."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from harmonix_splitter.adapters.database.base import Moment, metadata

lyrics_versions = Table(
    "lyrics_versions",
    metadata,
    Column("song", String(200), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("author", String(200), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("base", Integer, nullable=False, default=0),
    Column("document", Text, nullable=False),
    Index("ix_lyrics_versions_current", "song", "state", "number"),
)
