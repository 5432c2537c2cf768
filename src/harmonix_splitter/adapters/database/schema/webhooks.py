"""The tables of webhooks and of what they were told."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from harmonix_splitter.adapters.database.base import Moment, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    # Needed as it is: every message is signed with it.
    Column("secret", String(64), nullable=False),
    Column("happenings", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("of_everybody", Boolean, nullable=False, default=False),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("notice", Text, nullable=False, default=""),
)

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("webhook_id", String(32), ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("happening", String(32), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("due_at", Moment, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("status", String(16), nullable=False),
    Column("answered", Integer),
    Column("problem", Text, nullable=False, default=""),
    UniqueConstraint("webhook_id", "key"),
)
