"""Claiming a job and keeping it: who is next, the fence that tells claims apart, and beats that show life."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, select, update

from harmonix_splitter.adapters.database.base import Moment
from harmonix_splitter.adapters.database.job_rows import job_from_row
from harmonix_splitter.adapters.database.schema.jobs import jobs, queue_holds, turns
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.adapters.database.song_rows import song_from_row, song_to_row
from harmonix_splitter.domain.jobs import (
    CLAIMS_PER_USUAL_ONE,
    PRESSING,
    RUNNING,
    Job,
    JobKind,
    JobStatus,
    Stage,
    progress_at,
    status_in,
)
from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts
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
    .returning(*jobs.c)
)


def claim(connection: Connection, worker: str, now: datetime, job_id: str | None) -> Job | None:
    """Few statements, each built once: workers do this as often as there are jobs."""
    latest = int(connection.execute(_LATEST_TURN).scalar_one())
    found = _next(connection, now, job_id, latest)
    if found is None:
        return None
    taken = connection.execute(_TAKE, {"job": found, "who": worker, "moment": now})
    job = job_from_row(taken.mappings().one())
    _take_turn(connection, job.user_id, latest + 1)
    connection.execute(_SHOW_PROCESSING, {"job": found})
    return job


def brought_forward(connection: Connection, job: Job, due_at: datetime | None) -> Job:
    if due_at is None or (job.due_at is not None and job.due_at <= due_at):
        return job
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(due_at=due_at))
    return replace(job, due_at=due_at)


def _next(connection: Connection, now: datetime, job_id: str | None, latest_turn: int) -> str | None:
    usual = latest_turn % CLAIMS_PER_USUAL_ONE == CLAIMS_PER_USUAL_ONE - 1
    moments = {"now": now, "soon": now + PRESSING, "too_late": now + _LONGEST_PAUSE}
    query = _waiting(in_turn_only=usual)
    if job_id is not None:
        query = query.where(jobs.c.id == job_id)
    return connection.execute(query, moments).scalar_one_or_none()


@cache
def _waiting(*, in_turn_only: bool) -> Select[str]:
    """What is due soon, then fewest running of its user, whose turn was longest ago, oldest; upgrades after all."""
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
        .where(jobs.c.status == str(JobStatus.PENDING), due, ~select(queue_holds.c.id).exists())
        .order_by(
            (jobs.c.kind == str(JobKind.UPGRADE)).asc(),
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


def _take_turn(connection: Connection, user_id: str, number: int) -> None:
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


def describe(connection: Connection, claim: Claim, recording: Recording, guess: SongFacts) -> None:
    mine = jobs.c.id == claim.job_id, jobs.c.fence == claim.fence
    row = connection.execute(select(jobs.c.title, jobs.c.artist).where(*mine)).first()
    if row is None:
        return
    own = SongFacts(row.title or UNKNOWN, row.artist or UNKNOWN).filled(recording.card, guess)
    shown = {"title": own.title, "artist": "" if own.artist == UNKNOWN else own.artist}
    connection.execute(update(jobs).where(*mine).values(duration=recording.duration, **shown))
    waiting = connection.execute(select(songs).where(songs.c.job_id == claim.job_id)).mappings()
    for song in [song_from_row(each) for each in waiting]:
        details = {**song.details, "picture": recording.has_picture}
        better = replace(song, facts=song.facts.filled(recording.card, guess), details=details)
        connection.execute(update(songs).where(songs.c.id == song.id).values(**song_to_row(better)))
