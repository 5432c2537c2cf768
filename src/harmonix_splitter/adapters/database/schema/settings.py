"""The table of settings chosen in the studio: one row per change, with all that was chosen after it."""

from sqlalchemy import JSON, Column, Integer, String, Table

from harmonix_splitter.adapters.database.base import Moment, metadata

settings_choices = Table(
    "settings_choices",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("choices", JSON, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
)
