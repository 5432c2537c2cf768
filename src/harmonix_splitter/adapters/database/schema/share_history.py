"""The table of live sessions that were: one row for each life of a session id."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from harmonix_splitter.adapters.database.base import metadata

past_shares = Table(
    "past_shares",
    metadata,
    Column("session", String(6), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("owner_id", String(64), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("peak_listeners", Integer, nullable=False),
    Column("unique_listeners", Integer, nullable=False),
    Column("song_id", String(64), nullable=False),
)
Index("ix_past_shares_owner", past_shares.c.owner_id, past_shares.c.started_at)
