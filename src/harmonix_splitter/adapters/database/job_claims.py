"""Claiming a job and keeping it: who is next, the fence that tells claims apart, and beats that show life."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningUpdate

from harmonix_splitter.adapters.database.base import Moment
from harmonix_splitter.adapters.database.job_rows import job_from_row
from harmonix_splitter.adapters.database.schema.jobs import jobs, queue_holds, turns
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.adapters.database.song_rows import song_from_row, song_to_row
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
from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts
from harmonix_splitter.services.ports.jobs import Claim, Standing

_RUNNING = [str(status) for status in RUNNING]
# A pause is never longer than this, so one that seems to be is a clock that was set back.
_LONGEST_PAUSE = timedelta(minutes=2)


def claim(connection: Connection, worker: str, now: datetime, job_id: str | None) -> Job | None:
    """Three statements, each built once: workers do this as often as there are jobs."""
    moments = {"now": now, "soon": now + PRESSING, "too_late": now + _LONGEST_PAUSE}
    asked = {"wanted": job_id} if job_id is not None else {}
    row = connection.execute(_take(one=job_id is not None), {**moments, **asked, "who": worker}).mappings().first()
    if row is None:
        return None
    job = job_from_row(row)
    connection.execute(_take_turn(connection.dialect.name), {"user": job.user_id})
    connection.execute(_SHOW_PROCESSING, {"job": job.id})
    return job


def brought_forward(connection: Connection, job: Job, due_at: datetime | None) -> Job:
    if due_at is None or (job.due_at is not None and job.due_at <= due_at):
        return job
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(due_at=due_at))
    return replace(job, due_at=due_at)


@cache
def _take(*, one: bool) -> ReturningUpdate[Any]:
    """Whoever waits and is next, or only `one` that is asked for by its id."""
    waiting = jobs.alias("waiting")
    wanted = _waiting(waiting)
    if one:
        wanted = wanted.where(waiting.c.id == bindparam("wanted"))
    return (
        update(jobs)
        .where(jobs.c.id == wanted.scalar_subquery())
        .values(
            status=str(JobStatus.DOWNLOADING),
            stage=str(Stage.FETCH),
            progress=progress_at(Stage.FETCH, 0),
            attempts=jobs.c.attempts + 1,
            fence=jobs.c.fence + 1,
            beats=jobs.c.beats + 1,
            worker=bindparam("who"),
            started_at=bindparam("now", type_=Moment),
        )
        .returning(*jobs.c)
    )


def _waiting(waiting: Any) -> Select[str]:
    """Due soon, then fewest running of its user, whose turn was longest ago, oldest; last what nobody waits for."""
    running = jobs.alias("running")
    busy = (
        select(running.c.user_id.label("user_id"), func.count().label("running"))
        .where(running.c.status.in_(_RUNNING))
        .group_by(running.c.user_id)
        .subquery()
    )
    now, pause = bindparam("now", type_=Moment), waiting.c.not_before
    may_begin = pause.is_(None) | (pause <= now) | (pause > bindparam("too_late", type_=Moment))
    by_turns_only = _LATEST_TURN.scalar_subquery() % CLAIMS_PER_USUAL_ONE == CLAIMS_PER_USUAL_ONE - 1
    is_pressing = waiting.c.due_at <= bindparam("soon", type_=Moment)
    pressing = case((is_pressing & ~by_turns_only, waiting.c.due_at))
    return (
        select(waiting.c.id)
        .outerjoin(busy, busy.c.user_id == waiting.c.user_id)
        .outerjoin(turns, turns.c.user_id == waiting.c.user_id)
        .where(waiting.c.status == str(JobStatus.PENDING), may_begin, ~select(queue_holds.c.id).exists())
        .order_by(
            waiting.c.kind.in_([str(kind) for kind in WHEN_IDLE]).asc(),
            pressing.is_(None),
            pressing,
            func.coalesce(busy.c.running, 0),
            func.coalesce(turns.c.turn, 0),
            waiting.c.created_at,
            waiting.c.id,
        )
        .limit(1)
        .with_for_update(of=waiting, skip_locked=True)
    )


_earlier = turns.alias("earlier")
_LATEST_TURN = select(func.coalesce(func.max(_earlier.c.turn), 0))
_SHOW_PROCESSING = (
    update(songs).where(songs.c.job_id == bindparam("job"), songs.c.status == "pending").values(status="processing")
)


@cache
def _take_turn(dialect: str) -> Any:
    """The user's turn is now the latest of all."""
    insert = sqlite_insert if dialect == "sqlite" else postgres_insert
    taken: Any = insert(turns).values(user_id=bindparam("user"), turn=_LATEST_TURN.scalar_subquery() + 1)
    return taken.on_conflict_do_update(index_elements=["user_id"], set_={"turn": taken.excluded.turn})


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
