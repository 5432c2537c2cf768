"""The table of batches: videos asked for together."""

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from harmonix_splitter.adapters.database.base import Moment, metadata

batches = Table(
    "batches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(64), nullable=False),
    Column("started_at", Moment, nullable=False, index=True),
    Column("stopped_at", Moment),
    Column("playlist_url", Text, nullable=False, default=""),
    Column("skipped", Integer, nullable=False, default=0),
    Column("refused", JSON, nullable=False, default=list),
    Column("entries", JSON, nullable=False, default=list),
)
