"""The record of jobs in SQL: claims with a fence, beats, endings. Every method is one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database import job_claims, job_endings, job_views
from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.job_rows import job_from_row, job_to_row
from harmonix_splitter.adapters.database.schema.jobs import jobs, queue_holds, timings
from harmonix_splitter.adapters.database.schema.songs import of_job, songs
from harmonix_splitter.domain.jobs import LIVE, RUNNING, WHEN_IDLE, Failure, Job, JobStatus, Stage
from harmonix_splitter.domain.library import LibraryItem, Recording
from harmonix_splitter.domain.songs import SongFacts
from harmonix_splitter.errors import ConflictError, JobStepError, NotFoundError
from harmonix_splitter.services.ports.jobs import Claim, JobFilter, Standing, Timing

_HELD = select(queue_holds.c.since)


@dataclass(frozen=True)
class SqlJobs:
    database: Database

    def get(self, job_id: str, viewer: str | None = None) -> Job:
        query = select(jobs) if viewer is None else job_views.seen(jobs, viewer)
        with self.database.read() as connection:
            return _one(connection, query, job_id)

    def find(self, wanted: JobFilter) -> list[Job]:
        with self.database.read() as connection:
            return [job_from_row(row) for row in connection.execute(job_views.page(wanted)).mappings()]

    def count(self, user_id: str | None = None) -> dict[JobStatus, int]:
        query = select(jobs.c.status, func.count()).group_by(jobs.c.status)
        if user_id is not None:
            query = query.where(job_views.of_user(user_id))
        with self.database.read() as connection:
            return {JobStatus(status): count for status, count in connection.execute(query)}

    def askers(self, job_id: str) -> list[str]:
        with self.database.read() as connection:
            return askers_of(connection, job_id)

    def concerned(self, job_id: str) -> dict[str, str]:
        with self.database.read() as connection:
            return job_views.songs_of_askers(connection, job_id)

    def add(self, job: Job) -> Job:
        with self.database.write() as connection:
            return add_or_join(connection, job)[0]

    def claim(self, worker: str, now: datetime, job_id: str | None = None, *, may_fetch: bool = True) -> Job | None:
        with self.database.write_at_once() as connection:
            return job_claims.claim(connection, worker, now, job_id, may_fetch=may_fetch)

    def hold(self, user_id: str, now: datetime) -> None:
        try:
            with self.database.write() as connection:
                connection.execute(insert(queue_holds).values(id=1, user_id=user_id, since=now))
        except IntegrityError:  # held already
            return

    def let_go(self) -> None:
        with self.database.write() as connection:
            connection.execute(delete(queue_holds))

    def held_since(self) -> datetime | None:
        with self.database.read() as connection:
            return connection.execute(_HELD).scalar()

    def beat(self, claim: Claim) -> Standing:
        with self.database.write() as connection:
            return job_claims.report(connection, claim, {})

    def advance(self, claim: Claim, stage: Stage, progress: float, notes: tuple[str, ...] = ()) -> Standing:
        with self.database.write() as connection:
            return job_claims.advance(connection, claim, stage, progress, notes)

    def describe(self, claim: Claim, recording: Recording, guess: SongFacts) -> None:
        with self.database.write() as connection:
            job_claims.describe(connection, claim, recording, guess)

    def complete(self, claim: Claim, item: LibraryItem, now: datetime) -> list[str] | None:
        with self.database.write() as connection:
            return job_endings.complete(connection, claim, item, now)

    def fail(self, claim: Claim, failure: Failure, now: datetime) -> bool:
        with self.database.write() as connection:
            return job_endings.fail(connection, claim, failure, now)

    def give_back(self, claim: Claim, not_before: datetime, note: str, beats: int | None = None) -> bool:
        with self.database.write() as connection:
            return job_claims.give_back(connection, claim, not_before, note, beats)

    def cancelled(self, claim: Claim, now: datetime) -> bool:
        with self.database.write() as connection:
            return job_endings.stopped(connection, claim, now)

    def ask_to_cancel(self, job_id: str, now: datetime) -> Job:
        with self.database.write() as connection:
            job = job_with(connection, job_id, for_update=True)
            if not job.can_be_cancelled:
                raise JobStepError(f"This job is {job.status} and cannot be cancelled.")
            job_endings.ask_to_stop(connection, job, now)
            return job_with(connection, job_id)

    def leave(self, job_id: str, user_id: str, now: datetime) -> Job:
        with self.database.write() as connection:
            job = job_with(connection, job_id, for_update=True)
            if not job.can_be_cancelled:
                raise JobStepError(f"This job is {job.status} and cannot be cancelled.")
            job_endings.leave(connection, job, user_id, now)
            return job_with(connection, job_id)

    def retry(self, job_id: str, now: datetime) -> Job:
        with self.database.write() as connection:
            job = job_with(connection, job_id, for_update=True)
            if not job.can_be_retried:
                raise JobStepError(f"This job is {job.status} and cannot be tried again.")
            return job_endings.start_over(connection, job, now, {})

    def bring_forward(self, job_id: str, due_at: datetime) -> Job:
        with self.database.write() as connection:
            job = job_with(connection, job_id, for_update=True)
            return job_claims.brought_forward(connection, job, due_at) if job.is_live else job

    def dismiss(self, job_id: str, user_id: str | None = None) -> Job:
        with self.database.write() as connection:
            job = job_with(connection, job_id, for_update=True)
            if not job.can_be_dismissed:
                raise JobStepError(f"This job is {job.status}; cancel it before dismissing it.")
            job_views.put_away(connection, job, user_id)
            return job_with(connection, job_id)

    def replace_fetch(self, job_id: str, upload: str, now: datetime) -> Job:
        with self.database.write() as connection:
            job = job_with(connection, job_id, for_update=True)
            job.check_can_take_upload()
            if job.can_be_retried:
                return job_endings.start_over(connection, job, now, {"replacement": upload})
            return job_endings.begin_with(connection, job, upload, now)

    def running(self) -> list[Job]:
        query = select(jobs).where(jobs.c.status.in_([str(status) for status in RUNNING]))
        with self.database.read() as connection:
            return [job_from_row(row) for row in connection.execute(query).mappings()]

    def live(self) -> list[Job]:
        query = select(jobs).where(jobs.c.status.in_([str(status) for status in LIVE])).order_by(jobs.c.created_at)
        with self.database.read() as connection:
            return [job_from_row(row) for row in connection.execute(query).mappings()]

    def somebody_waits(self) -> bool:
        pressing = select(jobs.c.id).where(_is_live(), jobs.c.kind.not_in([str(kind) for kind in WHEN_IDLE]))
        with self.database.read() as connection:
            return connection.execute(pressing.limit(1)).first() is not None

    def unclaimed(self, before: datetime) -> list[str]:
        query = select(jobs.c.id).where(
            jobs.c.status == str(JobStatus.PENDING), func.coalesce(jobs.c.not_before, jobs.c.created_at) <= before
        )
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(jobs.c.created_at).limit(500)).scalars())

    def remember(self, taken: Iterable[Timing], now: datetime) -> None:
        rows = [
            {
                "stage": str(timing.stage),
                "recipe_key": timing.recipe_key,
                "audio_seconds": timing.audio_seconds,
                "seconds": timing.seconds,
                "taken_at": now,
            }
            for timing in taken
        ]
        if rows:
            with self.database.write() as connection:
                connection.execute(timings.insert(), rows)

    def timings(self, stage: Stage, recipe_key: str, newest: int = 30) -> list[Timing]:
        query = select(timings).where(timings.c.stage == str(stage), timings.c.recipe_key == recipe_key)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(timings.c.id.desc()).limit(newest)).mappings()
            return [Timing(stage, recipe_key, row["audio_seconds"], row["seconds"]) for row in rows]


def job_with(connection: Connection, job_id: str, *, for_update: bool = False) -> Job:
    return _one(connection, select(jobs).with_for_update() if for_update else select(jobs), job_id)


def _one(connection: Connection, query: Select[Any], job_id: str) -> Job:
    row = connection.execute(query.where(jobs.c.id == job_id)).mappings().first()
    if row is None:
        raise NotFoundError(f"There is no job {job_id[:60]!r}.")
    return job_from_row(row)


def askers_of(connection: Connection, job_id: str) -> list[str]:
    waiting = select(songs.c.owner_id).distinct().where(of_job(job_id), songs.c.status.in_(job_endings.WAITING))
    return list(connection.execute(waiting.order_by(songs.c.owner_id)).scalars())


def add_or_join(connection: Connection, job: Job) -> tuple[Job, bool]:
    """The live job of this key, recorded now if nobody asked before; and whether it is new."""
    for _ in range(3):
        query = select(jobs).where(jobs.c.key == job.key, _is_live()).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is not None:
            return job_claims.brought_forward(connection, job_from_row(row), job.due_at), False
        try:
            with connection.begin_nested():
                connection.execute(jobs.insert().values(**job_to_row(job)))
            return job, True
        except IntegrityError:
            continue  # another connection was first: join what it recorded
    raise ConflictError("Too many people asked for this song at the same moment.", advice="Ask again.")


def _is_live() -> Any:
    return jobs.c.status.in_([str(status) for status in LIVE]) & jobs.c.is_cancelling.is_(False)
