"""Answers from the web kept for a while, and the cookies people lend us, encrypted."""

from sqlalchemy import JSON, Column, LargeBinary, String, Table

from harmonix_splitter.adapters.database.base import Moment, metadata

answers = Table(
    "web_answers",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("answer", JSON, nullable=False),
    Column("asked_at", Moment, nullable=False),
)

cookies = Table(
    "source_cookies",
    metadata,
    Column("owner_id", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("saved_at", Moment, nullable=False),
)
