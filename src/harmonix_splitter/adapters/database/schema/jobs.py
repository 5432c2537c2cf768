"""The tables of jobs: what is asked for, whose turn it was, and how long things took."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnClause,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    literal_column,
    text,
)

from harmonix_splitter.adapters.database.base import Moment, metadata
from harmonix_splitter.domain.jobs import LIVE, RUNNING, JobStatus

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(400), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source_key", String(80), nullable=False),
    Column("source_url", Text, nullable=False, default=""),
    Column("recipe_key", String(300), nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("song_id", String(36), nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("artist", Text, nullable=False, default=""),
    Column("status", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("progress", Float, nullable=False, default=0.0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("beats", Integer, nullable=False, default=0),
    Column("worker", String(120), nullable=False, default=""),
    Column("is_cancelling", Boolean, nullable=False, default=False),
    Column("is_dismissed", Boolean, nullable=False, default=False),
    Column("failure", JSON),
    Column("notes", JSON, nullable=False, default=list),
    Column("wish", JSON, nullable=False, default=dict),
    Column("replacement", String(80), nullable=False, default=""),
    Column("item_id", String(32), nullable=False, default=""),
    Column("duration", Float, nullable=False, default=0.0),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("completed_at", Moment),
    Column("not_before", Moment),
    Column("due_at", Moment),
)

_live = "status IN (" + ", ".join(f"'{status}'" for status in LIVE) + ") AND "
# SQLite keeps truth as 0 and 1, PostgreSQL does not compare it with them; the migration is written for both.
_live_here, _live_there = text(_live + "is_cancelling = 0"), text(_live + "NOT is_cancelling")

# Single flight: of one key there is never more than one live job that is not on its way out.
Index("uq_jobs_live_key", jobs.c.key, unique=True, sqlite_where=_live_here, postgresql_where=_live_there)
# Every claim reads who waits and who is worked for: few among all the jobs there ever were. Written out, so that
# PostgreSQL sees the index to fit whatever it believes about the others.
PENDING: ColumnClause[str] = literal_column(f"'{JobStatus.PENDING}'")
IS_PENDING = jobs.c.status == PENDING
IS_RUNNING = jobs.c.status.in_([literal_column(f"'{status}'") for status in RUNNING])
Index("ix_jobs_pending", jobs.c.created_at, sqlite_where=IS_PENDING, postgresql_where=IS_PENDING)
Index("ix_jobs_running", jobs.c.user_id, sqlite_where=IS_RUNNING, postgresql_where=IS_RUNNING)
Index("ix_jobs_status", jobs.c.status, jobs.c.created_at)
Index("ix_jobs_user", jobs.c.user_id, jobs.c.created_at)
Index("ix_jobs_created", jobs.c.created_at)

# Who took an ended job off their list; one that is off everybody's says so itself.
dismissals = Table(
    "job_dismissals",
    metadata,
    Column("job_id", String(36), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
)

turns = Table(
    "job_turns",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("turn", Integer, nullable=False),
)

# One row at most: while it is there, nobody claims a job.
queue_holds = Table(
    "queue_holds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", String(64), nullable=False),
    Column("since", Moment, nullable=False),
)

timings = Table(
    "job_timings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("stage", String(16), nullable=False),
    Column("recipe_key", String(300), nullable=False),
    Column("audio_seconds", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("taken_at", Moment, nullable=False),
)
Index("ix_job_timings_stage", timings.c.stage, timings.c.recipe_key, timings.c.id)
