"""The index of the shared library. The manifests on disk are the truth; this can be rebuilt from them."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from harmonix_splitter.adapters.database.base import Moment, metadata
from harmonix_splitter.adapters.database.word_index import index_words


def _facts() -> list[Column[Any]]:
    """What an analysis says, written with it to its recording and its items: lists are sorted and narrowed by these."""
    return [
        Column("bpm", Float),
        Column("key", String(8), nullable=False, default=""),
        Column("scale", String(16), nullable=False, default=""),
        Column("camelot", String(3), nullable=False, default=""),
        Column("instruments", String(120), nullable=False, default=""),
    ]


recordings = Table(
    "recordings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source_key", String(80), nullable=False),
    Column("source_url", Text, nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("artist", Text, nullable=False, default=""),
    Column("duration", Float, nullable=False, default=0.0),
    Column("sample_rate", Integer, nullable=False, default=0),
    Column("samples", Integer, nullable=False, default=0),
    Column("audio_hash", String(64), nullable=False, default=""),
    Column("fingerprint", LargeBinary, nullable=False, default=b""),
    Column("analysis", JSON),
    *_facts(),
    Column("details", JSON, nullable=False, default=dict),
    Column("created_at", Moment),
)
Index("ix_recordings_hash", recordings.c.audio_hash)

sources = Table(
    "recording_sources",
    metadata,
    Column("source_key", String(80), primary_key=True),
    Column("recording_id", String(64), nullable=False),
    Column("starts_at", Float, nullable=False, default=0.0),
    Column("duration", Float),
)
Index("ix_recording_sources_recording", sources.c.recording_id)

marks = Table(
    "recording_marks",
    metadata,
    Column("mark", Integer, primary_key=True),
    Column("recording_id", String(64), primary_key=True),
)
Index("ix_recording_marks_recording", marks.c.recording_id)

items = Table(
    "library_items",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("recording_id", String(64), nullable=False),
    Column("source_key", String(80), nullable=False),
    Column("source_url", Text, nullable=False, default=""),
    Column("recipe_key", String(300), nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("place", String(400), nullable=False),
    Column("stems", JSON, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("artist", Text, nullable=False, default=""),
    # Sorted and searched by these, in our own folding of cases and not the database's.
    Column("title_key", String(200), nullable=False, default=""),
    Column("artist_key", String(200), nullable=False, default=""),
    Column("words", String(300), nullable=False, default=""),
    *_facts(),
    Column("duration", Float, nullable=False, default=0.0),
    Column("engine", String(80), nullable=False, default=""),
    Column("model", String(120), nullable=False, default=""),
    Column("device", String(80), nullable=False, default=""),
    Column("processing_time", Float, nullable=False, default=0.0),
    Column("status", String(16), nullable=False),
    Column("is_pinned", Boolean, nullable=False, default=False),
    Column("notes", JSON, nullable=False, default=list),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("usage", Integer, nullable=False, default=0),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("recording_id", "recipe_key", "version"),
)
# Those of a key are counted by this, and all of them.
Index("ix_library_items_key", items.c.status, items.c.camelot, items.c.bpm, items.c.instruments)
# Each order of a page holds what is searched and asked for: a search walks one index and never a whole row.
_WANTED = items.c.id, items.c.words, items.c.camelot, items.c.instruments
Index("ix_library_items_created", items.c.status, items.c.created_at, *_WANTED, items.c.bpm)
Index("ix_library_items_title", items.c.status, items.c.title_key, *_WANTED, items.c.bpm)
Index("ix_library_items_artist", items.c.status, items.c.artist_key, *_WANTED, items.c.bpm)
Index("ix_library_items_usage", items.c.status, items.c.usage, items.c.id, items.c.words)
Index("ix_library_items_bpm", items.c.status, items.c.bpm, *_WANTED)
# Tables that are made at once, and not by a migration, have it too.
event.listen(items, "after_create", lambda _table, connection, **_: index_words(connection))

ratings = Table(
    "library_ratings",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("user_id", String(64), primary_key=True),
    Column("stars", Integer, nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("rated_at", Moment, nullable=False),
)
Index("ix_library_ratings_user", ratings.c.user_id, ratings.c.stars)
