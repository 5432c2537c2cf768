"""Claiming a job and keeping it: who is next, the fence that tells claims apart, and beats that show life."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, select, update

from harmonix_splitter.adapters.database.base import Moment
from harmonix_splitter.adapters.database.job_rows import job_from_row
from harmonix_splitter.adapters.database.schema.jobs import jobs, turns
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.domain.jobs import (
    CLAIMS_PER_USUAL_ONE,
    PRESSING,
    RUNNING,
    WHEN_IDLE,
    Job,
    JobStatus,
    Stage,
    progress_at,
    status_in,
)
from harmonix_splitter.domain.songs import LONGEST_TEXT, UNKNOWN
from harmonix_splitter.services.ports.jobs import Claim, Standing

_RUNNING = [str(status) for status in RUNNING]
# A pause is never longer than this, so one that seems to be is a clock that was set back.
_LONGEST_PAUSE = timedelta(minutes=2)


_TAKE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(
        status=str(JobStatus.DOWNLOADING),
        stage=str(Stage.FETCH),
        progress=progress_at(Stage.FETCH, 0),
        attempts=jobs.c.attempts + 1,
        fence=jobs.c.fence + 1,
        beats=jobs.c.beats + 1,
        worker=bindparam("who"),
        started_at=bindparam("moment"),
    )
)
_THIS = select(jobs).where(jobs.c.id == bindparam("job"))


def claim(connection: Connection, worker: str, now: datetime, job_id: str | None) -> Job | None:
    found = _next(connection, now, job_id)
    if found is None:
        return None
    connection.execute(_TAKE, {"job": found, "who": worker, "moment": now})
    job = job_from_row(connection.execute(_THIS, {"job": found}).mappings().one())
    _take_turn(connection, job.user_id)
    connection.execute(_SHOW_PROCESSING, {"job": found})
    return job


def brought_forward(connection: Connection, job: Job, due_at: datetime | None) -> Job:
    if due_at is None or (job.due_at is not None and job.due_at <= due_at):
        return job
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(due_at=due_at))
    return replace(job, due_at=due_at)


def _next(connection: Connection, now: datetime, job_id: str | None) -> str | None:
    usual = _latest_turn(connection) % CLAIMS_PER_USUAL_ONE == CLAIMS_PER_USUAL_ONE - 1
    moments = {"now": now, "soon": now + PRESSING, "too_late": now + _LONGEST_PAUSE}
    query = _waiting(in_turn_only=usual)
    if job_id is not None:
        query = query.where(jobs.c.id == job_id)
    return connection.execute(query, moments).scalar_one_or_none()


@cache
def _waiting(*, in_turn_only: bool) -> Select[str]:
    """What is due soon, then fewest running of its user, longest without a turn, oldest; last what nobody waits for."""
    busy = (
        select(jobs.c.user_id.label("user_id"), func.count().label("running"))
        .where(jobs.c.status.in_(_RUNNING))
        .group_by(jobs.c.user_id)
        .subquery()
    )
    now, pause = bindparam("now", type_=Moment), jobs.c.not_before
    due = pause.is_(None) | (pause <= now) | (pause > bindparam("too_late", type_=Moment))
    pressing = case((jobs.c.due_at <= bindparam("soon", type_=Moment), jobs.c.due_at))
    return (
        select(jobs.c.id)
        .outerjoin(busy, busy.c.user_id == jobs.c.user_id)
        .outerjoin(turns, turns.c.user_id == jobs.c.user_id)
        .where(jobs.c.status == str(JobStatus.PENDING), due)
        .order_by(
            jobs.c.kind.in_([str(kind) for kind in WHEN_IDLE]).asc(),
            *([] if in_turn_only else [pressing.is_(None), pressing]),
            func.coalesce(busy.c.running, 0),
            func.coalesce(turns.c.turn, 0),
            jobs.c.created_at,
            jobs.c.id,
        )
        .limit(1)
        .with_for_update(of=jobs, skip_locked=True)
    )


_LATEST_TURN = select(func.coalesce(func.max(turns.c.turn), 0))
_NEW_TURN = update(turns).where(turns.c.user_id == bindparam("user")).values(turn=bindparam("number"))
_SHOW_PROCESSING = (
    update(songs).where(songs.c.job_id == bindparam("job"), songs.c.status == "pending").values(status="processing")
)


def _latest_turn(connection: Connection) -> int:
    return int(connection.execute(_LATEST_TURN).scalar_one())


def _take_turn(connection: Connection, user_id: str) -> None:
    number = _latest_turn(connection) + 1
    if not connection.execute(_NEW_TURN, {"user": user_id, "number": number}).rowcount:
        connection.execute(turns.insert(), {"user_id": user_id, "turn": number})


def report(connection: Connection, claim: Claim, changes: dict[str, Any]) -> Standing:
    """Write what the worker says, if the job is still its own; tell it how it stands."""
    mine = jobs.c.id == claim.job_id, jobs.c.fence == claim.fence, jobs.c.status.in_(_RUNNING)
    written = connection.execute(update(jobs).where(*mine).values(beats=jobs.c.beats + 1, **changes))
    if not written.rowcount:
        return Standing.LOST
    cancelling = connection.execute(select(jobs.c.is_cancelling).where(jobs.c.id == claim.job_id)).scalar_one()
    return Standing.UNWANTED if cancelling else Standing.WANTED


def advance(connection: Connection, claim: Claim, stage: Stage, progress: float, notes: tuple[str, ...]) -> Standing:
    changes: dict[str, Any] = {"stage": str(stage), "status": str(status_in(stage))}
    row = connection.execute(select(jobs.c.progress, jobs.c.notes).where(jobs.c.id == claim.job_id)).first()
    if row is None:
        return Standing.LOST
    changes["progress"] = max(progress, row.progress)
    if notes:
        changes["notes"] = [*row.notes, *(note for note in notes if note not in row.notes)]
    return report(connection, claim, changes)


def give_back(connection: Connection, claim: Claim, not_before: datetime, note: str, beats: int | None) -> bool:
    where = [jobs.c.id == claim.job_id, jobs.c.fence == claim.fence, jobs.c.status.in_(_RUNNING)]
    if beats is not None:
        where.append(jobs.c.beats == beats)
    notes = connection.execute(select(jobs.c.notes).where(jobs.c.id == claim.job_id)).scalar_one_or_none() or []
    changed = connection.execute(
        update(jobs)
        .where(*where)
        .values(
            status=str(JobStatus.PENDING),
            stage=str(Stage.WAITING),
            progress=0.0,
            worker="",
            fence=jobs.c.fence + 1,
            not_before=not_before,
            notes=[*notes, note] if note else notes,
            attempts=jobs.c.attempts if note else jobs.c.attempts - 1,
        )
    )
    return bool(changed.rowcount)


def describe(connection: Connection, claim: Claim, title: str, artist: str, duration: float) -> None:
    title, artist = title.strip()[:LONGEST_TEXT], artist.strip()[:LONGEST_TEXT]
    mine = jobs.c.id == claim.job_id, jobs.c.fence == claim.fence
    row = connection.execute(select(jobs.c.title, jobs.c.artist).where(*mine)).first()
    if row is None:
        return
    better = {"title": row.title or title, "artist": row.artist or artist, "duration": duration}
    connection.execute(update(jobs).where(*mine).values(**better))
    waiting = songs.c.job_id == claim.job_id
    for column, text in ((songs.c.title, title), (songs.c.artist, artist)):
        if text:
            values = {column: text, songs.c.words: songs.c.words + " " + text.casefold()}
            connection.execute(update(songs).where(waiting, column == UNKNOWN).values(values))
    connection.execute(
        update(songs).where(waiting, songs.c.duration_ms.is_(None)).values(duration_ms=round(duration * 1000))
    )
