"""The table of answers that are given again to whoever asks the same twice."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from harmonix_splitter.adapters.database.base import Moment, metadata

kept_answers = Table(
    "kept_answers",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("begun_at", Moment, nullable=False, index=True),
    # Empty while the first request is still being answered.
    Column("status", Integer),
    Column("media_type", String(100), nullable=False, default=""),
    Column("body", LargeBinary, nullable=False, default=b""),
)
