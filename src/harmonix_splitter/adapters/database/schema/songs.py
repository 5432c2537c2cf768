"""The table of songs. A song with an item is a link to the library; how often an item is used is counted here."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnElement, Index, Integer, String, Table, Text, and_, literal_column

from harmonix_splitter.adapters.database.base import Moment, metadata

songs = Table(
    "songs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("artist", Text, nullable=False),
    Column("album", Text, nullable=False, default=""),
    Column("genre", Text, nullable=False, default=""),
    Column("language", Text, nullable=False, default=""),
    Column("words", Text, nullable=False, default=""),
    Column("year", Integer),
    Column("duration_ms", Integer),
    Column("plain_lyrics", Text, nullable=False, default=""),
    Column("synced_lyrics", Text, nullable=False, default=""),
    Column("source_key", String(80), nullable=False, default=""),
    Column("source_url", Text, nullable=False, default=""),
    Column("recipe_key", String(300), nullable=False, default=""),
    Column("recipe", JSON),
    Column("status", String(16), nullable=False),
    Column("job_id", String(36), nullable=False, default=""),
    Column("item_id", String(32), nullable=False, default=""),
    Column("is_instant", Boolean, nullable=False, default=False),
    Column("error", Text, nullable=False, default=""),
    Column("details", JSON, nullable=False, default=dict),
    Column("added_at", Moment, nullable=False),
)
Index("ix_songs_owner", songs.c.owner_id, songs.c.added_at)
Index("ix_songs_owner_source", songs.c.owner_id, songs.c.source_key, songs.c.recipe_key)
Index("ix_songs_owner_artist", songs.c.owner_id, songs.c.artist)
Index("ix_songs_item", songs.c.item_id, songs.c.owner_id)

# Songs that never had a job are left out: where they are many, PostgreSQL takes any job to have as many songs, and then
# reads through all of them or plans each question anew.
_HAS_A_JOB = songs.c.job_id != literal_column("''")
Index("ix_songs_job", songs.c.job_id, songs.c.owner_id, sqlite_where=_HAS_A_JOB, postgresql_where=_HAS_A_JOB)


def of_job(job_id: Any) -> ColumnElement[bool]:
    """The songs that wait for a job or were served by it."""
    return and_(songs.c.job_id == job_id, _HAS_A_JOB)
