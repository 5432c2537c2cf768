"""The table of links by which somebody without an account hears one song."""

from sqlalchemy import Column, ForeignKey, String, Table

from harmonix_splitter.adapters.database.base import Moment, metadata

playback_links = Table(
    "playback_links",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("song_id", String(36), ForeignKey("songs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("note", String(200), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)
