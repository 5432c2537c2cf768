"""Claiming a job and keeping it: who is next, the fence that tells claims apart, and beats that show life."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningUpdate

from harmonix_splitter.adapters.database.base import Moment
from harmonix_splitter.adapters.database.job_rows import job_from_row
from harmonix_splitter.adapters.database.prepared import Prepared
from harmonix_splitter.adapters.database.schema.jobs import IS_RUNNING, PENDING, jobs, queue_holds, turns
from harmonix_splitter.adapters.database.schema.library import sources
from harmonix_splitter.adapters.database.schema.songs import of_job, songs
from harmonix_splitter.adapters.database.song_rows import song_from_row, song_to_row
from harmonix_splitter.domain.jobs import (
    CLAIMS_PER_USUAL_ONE,
    FETCHES_NOTHING,
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
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts, SongStatus
from harmonix_splitter.domain.sources import SourceKind
from harmonix_splitter.services.ports.jobs import Claim, Standing

_RUNNING = [str(status) for status in RUNNING]
# A pause is never longer than this, so one that seems to be is a clock that was set back.
_LONGEST_PAUSE = timedelta(minutes=2)
# How somebody stands in one number: first the jobs that run for them, then their latest turn.
_ABOVE_ALL_TURNS, _AFTER_ALL = literal(2**32, BigInteger), literal(2**62, BigInteger)
# Claims that PostgreSQL keeps apart; who is one more at the same instant finds nothing, and asks again soon.
_AT_THE_SAME_MOMENT = 32


def claim(
    connection: Connection, worker: str, now: datetime, job_id: str | None, *, may_fetch: bool = True
) -> Job | None:
    """Statements built once: workers do this as often as there are jobs. PostgreSQL does all of it in one, which saves
    it the way there and back; SQLite knows no changes within a question, and is not far away."""
    asked = {"wanted": job_id} if job_id is not None else {}
    values = {"now": now, "soon": now + PRESSING, "too_late": now + _LONGEST_PAUSE, "who": worker, **asked}
    if connection.dialect.name != "sqlite":
        taken = _take_in_one(one=job_id is not None, may_fetch=may_fetch).ask(connection, values)
        return job_from_row(taken[0]) if taken else None
    row = connection.execute(_take(one=job_id is not None, may_fetch=may_fetch), values).mappings().first()
    if row is None:
        return None
    job = job_from_row(row)
    connection.execute(_TAKE_TURN, {"user": job.user_id})
    connection.execute(_SHOW_PROCESSING.where(of_job(bindparam("job"))), {"job": job.id})
    return job


def one_of(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """As IN, but written out once and not anew each time it is asked."""
    return or_(*(column == value for value in values))


def brought_forward(connection: Connection, job: Job, due_at: datetime | None) -> Job:
    if due_at is None or (job.due_at is not None and job.due_at <= due_at):
        return job
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(due_at=due_at))
    return replace(job, due_at=due_at)


@cache
def _take(*, one: bool, may_fetch: bool, in_one: bool = False) -> ReturningUpdate[Any]:
    """Whoever waits and is next, or only `one` that is asked for by its id."""
    waiting = jobs.alias("waiting")
    ranked = _ranked(waiting) if may_fetch else _ranked(waiting).where(_is_here(waiting))
    if one:
        ranked = ranked.where(waiting.c.id == bindparam("wanted"))
    first = _first_free(ranked) if in_one else ranked.limit(1)
    return (
        update(jobs)
        .where(jobs.c.id == first.scalar_subquery())
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


def _ranked(waiting: Any) -> Select[str]:
    """Due soon, then fewest running of its user, whose turn was longest ago, oldest; last what nobody waits for."""
    running = select(jobs.c.user_id, func.count().label("jobs")).where(IS_RUNNING).group_by(jobs.c.user_id)
    busy = running.subquery("busy")
    standing = turns.c.turn + func.coalesce(busy.c.jobs, 0) * _ABOVE_ALL_TURNS
    of_users = select(turns.c.user_id, standing.label("standing")).outerjoin(busy, busy.c.user_id == turns.c.user_id)
    # Worked out once: PostgreSQL takes the jobs that wait for few, and would read all who are busy for each of them.
    users = of_users.cte("users").prefix_with("MATERIALIZED", dialect="postgresql")
    now, pause = bindparam("now", type_=Moment), waiting.c.not_before
    may_begin = pause.is_(None) | (pause <= now) | (pause > bindparam("too_late", type_=Moment))
    by_turns_only = _LATEST_TURN.scalar_subquery() % CLAIMS_PER_USUAL_ONE == CLAIMS_PER_USUAL_ONE - 1
    is_pressing = (waiting.c.due_at <= bindparam("soon", type_=Moment)) & ~by_turns_only
    can_wait = one_of(waiting.c.kind, [str(kind) for kind in WHEN_IDLE])
    usual = func.coalesce(users.c.standing, 0)
    return (
        select(waiting.c.id)
        .outerjoin(users, users.c.user_id == waiting.c.user_id)
        .where(waiting.c.status == PENDING, may_begin, ~select(queue_holds.c.id).exists())
        .order_by(
            # One number says nearly all: what is sorted by five in turn takes PostgreSQL twice as long.
            case((can_wait, usual + _AFTER_ALL), (is_pressing, -1), else_=usual),
            case((is_pressing, waiting.c.due_at)).nulls_last(),
            usual,
            waiting.c.created_at,
            waiting.c.id,
        )
    )


def _is_here(waiting: Any) -> ColumnElement[bool]:
    """Whether there is nothing to be fetched for a job."""
    known = select(sources.c.source_key).where(sources.c.source_key == waiting.c.source_key)
    return or_(
        waiting.c.replacement != "",
        waiting.c.source_key.startswith(f"{SourceKind.UPLOAD}:"),
        one_of(waiting.c.kind, [str(kind) for kind in FETCHES_NOTHING]),
        known.exists(),
    )


def _first_free(ranked: Select[str]) -> Select[str]:
    """The first few are sorted out quickly; then one after the other is tried, to the first that nobody else takes."""
    few = func.array(ranked.limit(_AT_THE_SAME_MOMENT).scalar_subquery())
    first = func.unnest(few, type_=String).table_valued("id", name="first").render_derived()
    one = jobs.alias("one")
    # In an expression the status is not looked up: all that wait have it.
    still_waits = one.c.status + "" == str(JobStatus.PENDING)
    free = select(one.c.id).where(one.c.id == first.c.id, still_waits).with_for_update(skip_locked=True).lateral("free")
    return select(free.c.id).select_from(first.join(free, true())).limit(1)


_earlier = turns.alias("earlier")
_LATEST_TURN = select(func.coalesce(func.max(_earlier.c.turn), 0))
_SHOW_PROCESSING = update(songs).where(songs.c.status == str(SongStatus.PENDING)).values(status="processing")
_NEXT_TURN = _LATEST_TURN.scalar_subquery() + 1
_taken_turn = sqlite_insert(turns).values(user_id=bindparam("user"), turn=_NEXT_TURN)
_TAKE_TURN = _taken_turn.on_conflict_do_update(index_elements=["user_id"], set_={"turn": _taken_turn.excluded.turn})


@cache
def _take_in_one(*, one: bool, may_fetch: bool) -> Prepared:
    taken = _take(one=one, may_fetch=may_fetch, in_one=True).cte("taken")
    own = turns.alias("own")
    known = select(own.c.user_id).join(taken, taken.c.user_id == own.c.user_id)
    # Who is at the same user's turn at this moment makes it the latest as well: nobody waits for them.
    free = known.with_for_update(of=own, skip_locked=True).scalar_subquery()
    turned = update(turns).where(turns.c.user_id == free).values(turn=_NEXT_TURN)
    first = select(taken.c.user_id, _NEXT_TURN).where(~known.exists())
    begun = postgres_insert(turns).from_select(["user_id", "turn"], first).on_conflict_do_nothing()
    shown = _SHOW_PROCESSING.where(of_job(select(taken.c.id).scalar_subquery()))
    return Prepared(select(taken).add_cte(turned.cte("turned"), begun.cte("begun"), shown.cte("shown")))


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
    waiting = connection.execute(select(songs).where(of_job(claim.job_id))).mappings()
    for song in [song_from_row(each) for each in waiting]:
        details = {**song.details, "picture": recording.has_picture}
        # Somebody who joined at the moment of the claim was not shown as served yet.
        status = SongStatus.PROCESSING if song.status is SongStatus.PENDING else song.status
        better = replace(song, facts=song.facts.filled(recording.card, guess), details=details, status=status)
        connection.execute(update(songs).where(songs.c.id == song.id).values(**song_to_row(better)))
