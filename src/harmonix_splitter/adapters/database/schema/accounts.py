"""The tables of accounts."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from harmonix_splitter.adapters.database.base import Moment, metadata

_ID = String(32)


def _owner(*, index: bool = False) -> Column[str]:
    return Column("user_id", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=index)


users = Table(
    "users",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String(64), nullable=False),
    # Names and addresses are compared folded, by us and not by the database's idea of upper and lower case.
    Column("name_folded", String(200), nullable=False, unique=True),
    Column("email", String(254), nullable=False, default=""),
    Column("email_folded", String(800), nullable=False, default="", index=True),
    Column("display_name", String(64), nullable=False, default=""),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False, default=""),
    Column("bio", Text, nullable=False, default=""),
    Column("avatar", String(80), nullable=False, default=""),
    Column("voice_lowest", Integer),
    Column("voice_highest", Integer),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("created_at", Moment, nullable=False),
    Column("last_login_at", Moment),
)

foreign_accounts = Table(
    "foreign_accounts",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    _owner(index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    _owner(index=True),
    Column("created_at", Moment, nullable=False, index=True),
    Column("seen_at", Moment, nullable=False),
    Column("remembered", Boolean, nullable=False, default=False),
    Column("agent", String(200), nullable=False, default=""),
    Column("address", String(64), nullable=False, default=""),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", _ID, primary_key=True),
    _owner(index=True),
    Column("name", String(80), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
)

invites = Table(
    "invites",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("made_by", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("note", String(200), nullable=False, default=""),
)

activities = Table(
    "activities",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner(),
    Column("kind", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("facts", JSON, nullable=False),
    Index("ix_activities_user_newest", "user_id", "id"),
)

attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("key", String(500), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)
