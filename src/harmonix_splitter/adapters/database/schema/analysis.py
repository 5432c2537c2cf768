"""The table of analysis versions: only ever added to."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from harmonix_splitter.adapters.database.base import Moment, metadata

analysis_versions = Table(
    "analysis_versions",
    metadata,
    Column("recording_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", JSON, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("author", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("correction", JSON),
    Column("is_proposal", Boolean, nullable=False, default=False),
)
