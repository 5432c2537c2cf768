"""How a job ends: completed with its item and all its links, failed, cancelled; and how it starts over."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert

from harmonix_splitter.adapters.database import library_rows
from harmonix_splitter.adapters.database.job_claims import one_of
from harmonix_splitter.adapters.database.job_rows import failure_to_row, job_from_row
from harmonix_splitter.adapters.database.job_views import bring_back
from harmonix_splitter.adapters.database.link_counts import count_links_of
from harmonix_splitter.adapters.database.prepared import Prepared
from harmonix_splitter.adapters.database.schema.jobs import jobs
from harmonix_splitter.adapters.database.schema.library import items
from harmonix_splitter.adapters.database.schema.songs import of_job, songs
from harmonix_splitter.adapters.database.upserts import or_refreshed
from harmonix_splitter.domain.jobs import LIVE, RUNNING, Failure, Job, JobStatus, Stage
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.services.ports.jobs import Claim

_RUNNING = [str(status) for status in RUNNING]
_CANCELLED = "Cancelled."
WAITING = ["pending", "processing"]


def complete(connection: Connection, claim: Claim, item: LibraryItem, now: datetime) -> list[str] | None:
    """PostgreSQL does it in two statements, which saves it the ways there and back; SQLite is not far away."""
    mine = {"job": claim.job_id, "at_fence": claim.fence, "item": item.id, "moment": now}
    served = {"job": claim.job_id, "item": item.id, "milliseconds": round(item.duration * 1000) or None}
    if connection.dialect.name != "sqlite":
        return _complete_in_two(connection, mine, served, item)
    if not connection.execute(_COMPLETED, mine).rowcount:
        return None
    library_rows.write_item(connection, item)
    song_ids = list(connection.execute(_SERVED, served).scalars())
    count_links_of(connection, item.id)
    return song_ids


def _complete_in_two(
    connection: Connection, mine: dict[str, Any], served: dict[str, Any], item: LibraryItem
) -> list[str] | None:
    """The first takes hold of job and item: who joins or links at this moment has done so before the second looks."""
    if not _COMPLETED_AND_HELD.ask(connection, mine):
        return None
    row = {f"new_{name}": value for name, value in library_rows.item_to_row(item).items() if name != "usage"}
    values = served | row | {"recording": item.recording_id}
    song_ids = [song["id"] for song in _WRITTEN_AND_SERVED.ask(connection, values)]
    library_rows.set_older_aside(connection, item)
    return song_ids


# Built once: every job ends here.
_COMPLETED = (
    update(jobs)
    .where(
        jobs.c.id == bindparam("job"),
        jobs.c.fence == bindparam("at_fence"),
        one_of(jobs.c.status, _RUNNING),
        jobs.c.is_cancelling.is_(False),
    )
    .values(
        status=str(JobStatus.COMPLETED),
        stage=str(Stage.DONE),
        progress=100.0,
        item_id=bindparam("item"),
        completed_at=bindparam("moment"),
        failure=None,
    )
)
_SERVED = (
    update(songs)
    .where(of_job(bindparam("job")))
    .values(
        status="completed",
        item_id=bindparam("item"),
        error="",
        duration_ms=func.coalesce(bindparam("milliseconds", type_=Integer), songs.c.duration_ms),
    )
    .returning(songs.c.id)
)


def _completed_and_held() -> Select[Any]:
    done = _COMPLETED.returning(jobs.c.id).cte("done")
    held = select(items.c.id).where(items.c.id == bindparam("item")).with_for_update().cte("held")
    return select(done.c.id, select(func.count()).select_from(held).scalar_subquery().label("held"))


def _written_and_served() -> Select[Any]:
    found = library_rows.FOUND_IN.cte("found")
    linked = or_(songs.c.item_id == bindparam("item"), of_job(bindparam("job")))
    values: dict[str, Any] = {
        "usage": select(func.count(songs.c.owner_id.distinct())).where(linked).scalar_subquery(),
        "bpm": found.c.bpm,
        **{name: func.coalesce(found.c[name], "") for name in library_rows.FACTS if name != "bpm"},
    }
    values |= {each.name: bindparam(f"new_{each.name}", type_=each.type) for each in items.c if each.name not in values}
    one = select(literal(1)).subquery("one")
    new = select(*values.values()).select_from(one.outerjoin(found, true()))
    written = or_refreshed(postgres_insert(items).from_select(list(values), new), "is_pinned")
    served = _SERVED.cte("served")
    return select(served.c.id).add_cte(written.cte("written"))


_COMPLETED_AND_HELD = Prepared(_completed_and_held())
_WRITTEN_AND_SERVED = Prepared(_written_and_served())


def fail(connection: Connection, claim: Claim, failure: Failure, now: datetime) -> bool:
    mine = jobs.c.id == claim.job_id, jobs.c.fence == claim.fence, jobs.c.status.in_(_RUNNING)
    values = {"status": str(JobStatus.FAILED), "failure": failure_to_row(failure), "completed_at": now}
    if not connection.execute(update(jobs).where(*mine).values(**values)).rowcount:
        return False
    reason = f"{failure.message} {failure.advice}".strip()
    connection.execute(update(songs).where(of_job(claim.job_id)).values(status="error", error=reason))
    return True


def stopped(connection: Connection, claim: Claim, now: datetime) -> bool:
    mine = jobs.c.id == claim.job_id, jobs.c.fence == claim.fence, jobs.c.is_cancelling.is_(True)
    values = {"status": str(JobStatus.CANCELLED), "completed_at": now, "worker": ""}
    ended = connection.execute(update(jobs).where(*mine, jobs.c.status.in_(_RUNNING)).values(**values))
    return bool(ended.rowcount)


def ask_to_stop(connection: Connection, job: Job, now: datetime) -> None:
    """A pending job ends here; a running one is told, and its key is free for whoever asks next."""
    values: dict[str, Any] = {"is_cancelling": True}
    if job.status is JobStatus.PENDING:
        values |= {"status": str(JobStatus.CANCELLED), "completed_at": now}
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(**values))
    _show_songs_cancelled(connection, job.id)


def _show_songs_cancelled(connection: Connection, job_id: str) -> None:
    """The songs keep their job, so that trying again brings all of them back."""
    connection.execute(update(songs).where(of_job(job_id)).values(status="error", error=_CANCELLED))


def leave(connection: Connection, job: Job, user_id: str, now: datetime) -> None:
    """The job, which nobody else may change meanwhile, goes on for the others, as the next one's if it was the
    leaver's; without others it stops."""
    waiting = select(songs.c.owner_id, songs.c.id).where(of_job(job.id), songs.c.status.in_(WAITING))
    others = waiting.where(songs.c.owner_id != user_id).order_by(songs.c.added_at, songs.c.id)
    following = connection.execute(others.limit(1)).first()
    if following is None:
        ask_to_stop(connection, job, now)
        return
    theirs = of_job(job.id), songs.c.owner_id == user_id
    connection.execute(update(songs).where(*theirs).values(job_id="", status="error", error=_CANCELLED))
    if job.user_id == user_id:
        passed_on = {"user_id": following.owner_id, "song_id": following.id}
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(**passed_on))


def start_over(connection: Connection, job: Job, now: datetime, changes: dict[str, Any]) -> Job:
    """Pending again with all attempts; songs move to the live twin instead when somebody asked anew meanwhile."""
    live = [str(status) for status in LIVE]
    twin = (
        connection.execute(
            select(jobs).where(jobs.c.key == job.key, jobs.c.status.in_(live), jobs.c.is_cancelling.is_(False))
        )
        .mappings()
        .first()
    )
    wanted = twin["id"] if twin is not None else job.id
    connection.execute(
        update(songs)
        .where(of_job(job.id) | (songs.c.id == job.song_id), songs.c.status == "error")
        .values(status="pending", error="", job_id=wanted)
    )
    if twin is not None:
        return job_from_row(twin)
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(**_fresh(now), **changes))
    bring_back(connection, job.id)
    return job_from_row(connection.execute(select(jobs).where(jobs.c.id == job.id)).mappings().one())


def begin_with(connection: Connection, job: Job, upload: str, now: datetime) -> Job:
    """Have a live job use an upload. Whoever fetches for it at this moment loses it, as the fence has grown."""
    changes = {} if job.status is JobStatus.PENDING else _fresh(now)
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(**changes, replacement=upload))
    return job_from_row(connection.execute(select(jobs).where(jobs.c.id == job.id)).mappings().one())


def _fresh(now: datetime) -> dict[str, Any]:
    return {
        "status": str(JobStatus.PENDING),
        "stage": str(Stage.WAITING),
        "progress": 0.0,
        "attempts": 0,
        "worker": "",
        "is_cancelling": False,
        "is_dismissed": False,
        "failure": None,
        "completed_at": None,
        "not_before": now,
        "fence": jobs.c.fence + 1,
    }
