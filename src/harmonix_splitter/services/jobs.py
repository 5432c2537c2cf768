"""Jobs from the outside (list, cancel, retry) and from the inside (claim, report, end)."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harmonix_splitter.domain.job_news import event_of, job_event
from harmonix_splitter.domain.jobs import (
    MOST_ATTEMPTS,
    Failure,
    Job,
    JobKind,
    JobStatus,
    Stage,
    is_lasting,
    pause_before,
    progress_at,
)
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.webhooks import TOPIC, Happening, notice
from harmonix_splitter.errors import HarmonixError, JobStepError, NotFoundError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.events import EventBus
from harmonix_splitter.services.ports.jobs import Claim, JobFilter, JobQueue, JobRepository, Standing

BREATHER = timedelta(minutes=1)


@dataclass(frozen=True)
class JobsService:
    record: JobRepository
    queue: JobQueue
    events: EventBus
    clock: Clock
    pause: Callable[[int, float], timedelta] = pause_before

    def job(self, job_id: str, user_id: str | None = None, viewer: str | None = None) -> Job:
        """The job, if this user asked for it (None: whoever asks may see everything), as they or `viewer` see it."""
        found = self.record.get(job_id, viewer or user_id)
        if user_id is not None and found.user_id != user_id and user_id not in self.record.concerned(job_id):
            raise NotFoundError(f"There is no job {job_id[:60]!r}.")
        return found

    def listed(self, wanted: JobFilter) -> list[Job]:
        return self.record.find(wanted)

    def announce(self, job: Job, *, is_new: bool = False) -> None:
        """After commit: tell the askers that it was noted, then the workers, whose news come after that."""
        try:
            self.tell(job, "job_created" if is_new else "")
        finally:
            if is_new:
                self.queue.wake(job.id)

    def cancel(self, job_id: str, user_id: str | None = None, viewer: str | None = None) -> Job:
        """The asker leaves, and the last one to leave stops the work. Without a user, it stops for everybody."""
        before = self.job(job_id, user_id, viewer)
        now = self.clock.now()
        if user_id is None:
            job = self.record.ask_to_cancel(job_id, now)
            self.tell(job)
        else:
            job = self.record.leave(job_id, user_id, now)
            self.tell(job, also={user_id: before.song_id})
        return replace(job, song_id=before.song_id)

    def retry(self, job_id: str, user_id: str | None = None, viewer: str | None = None) -> Job:
        before = self.job(job_id, user_id, viewer)
        job = self.record.retry(job_id, self.clock.now())
        self.announce(job, is_new=True)
        return replace(job, song_id=before.song_id)

    def bring_forward(self, job_id: str, due_at: datetime) -> Job:
        """Somebody needs it by then; it is never put off."""
        return self.record.bring_forward(job_id, due_at)

    def dismiss(self, job_id: str, user_id: str | None = None, viewer: str | None = None) -> Job:
        """Off the list of whoever sees it; without anybody, off everybody's."""
        self.job(job_id, user_id)
        return self.record.dismiss(job_id, viewer or user_id)

    def replace_fetch(self, job_id: str, upload_id: str, user_id: str | None = None, viewer: str | None = None) -> Job:
        """Use an uploaded file where fetching does not work, on the same job."""
        before = self.job(job_id, user_id, viewer)
        job = self.record.replace_fetch(job_id, upload_id, self.clock.now())
        self.announce(job, is_new=True)
        return replace(job, song_id=before.song_id)

    def hold(self, user_id: str) -> None:
        """Begin no more jobs, on any machine, until `let_go`; what runs goes on."""
        self.record.hold(user_id, self.clock.now())

    def let_go(self) -> None:
        self.record.let_go()
        for job in self.record.find(JobFilter(statuses=(JobStatus.PENDING,), limit=100)):
            self.queue.wake(job.id)

    def claim(self, worker: str, job_id: str | None = None, *, may_fetch: bool = True) -> tuple[Job, Claim] | None:
        job = self.record.claim(worker, self.clock.now(), job_id, may_fetch=may_fetch)
        if job is None:
            return None
        self.tell(job)
        return job, Claim(job.id, job.fence, worker)

    def standing(self, claim: Claim) -> Standing:
        """How a claim stands, without being heard as alive."""
        job = self.record.get(claim.job_id)
        if not job.is_live or job.fence != claim.fence:
            return Standing.LOST
        return Standing.UNWANTED if job.is_cancelling else Standing.WANTED

    def beat(self, claim: Claim) -> Standing:
        return self.record.beat(claim)

    def advance(
        self, claim: Claim, stage: Stage, share: float, notes: tuple[str, ...] = (), *, alone: bool = False
    ) -> Standing:
        """`alone`: the stage is all this job does."""
        standing = self.record.advance(claim, stage, progress_at(stage, share, alone=alone), notes)
        if standing is Standing.WANTED:
            self.tell(self.record.get(claim.job_id))
        return standing

    def complete(self, claim: Claim, item: LibraryItem) -> list[str]:
        """The ids of the songs that became playable. JobStepError when the job is no longer ours to complete."""
        song_ids = self.record.complete(claim, item, self.clock.now())
        if song_ids is None:
            raise JobStepError("This job was cancelled or taken over; its result is not used.")
        self.tell(self.record.get(claim.job_id))
        return song_ids

    def failed(self, claim: Claim, error: HarmonixError) -> None:
        """Try again later if that can help, else fail for good with the reason."""
        self._fail_or_retry(claim, Failure.of(error, is_lasting=is_lasting(error)))

    def crashed(self, claim: Claim, reason: str, beats: int | None = None) -> None:
        """The worker died or hung. With `beats`: only if it was not heard of since."""
        advice = "See the log; a smaller quality or another file may work."
        self._fail_or_retry(claim, Failure("worker_lost", f"The work stopped: {reason}.", advice), beats)

    def hand_back(self, claim: Claim) -> None:
        """We are shutting down: somebody else, or we later, will do it; the attempt does not count."""
        if self.record.give_back(claim, self.clock.now(), ""):
            self.announce(self.record.get(claim.job_id), is_new=True)

    def give_way(self, claim: Claim) -> None:
        """Begun again when the others are done; the attempt does not count."""
        if self.record.give_back(claim, self.clock.now() + BREATHER, ""):
            self.tell(self.record.get(claim.job_id))

    def stopped(self, claim: Claim) -> None:
        """The work has stopped as asked."""
        if self.record.cancelled(claim, self.clock.now()):
            self.tell(self.record.get(claim.job_id))

    def tell(self, job: Job, kind: str = "", also: Mapping[str, str] | None = None) -> None:
        """Everybody whose song names the job, each with their song, and `also` who just left it. The job is as the
        record has it, not as one of them sees it."""
        event, own = job_event(job, kind), self._concerned(job)
        for user_id, song_id in {**(also or {}), **own}.items():
            self.events.publish(f"user:{user_id}", event_of(event, song_id))
        self.events.publish("jobs", event | {"songs": own})
        if not job.is_live:
            key = f"{job.id}:{event['job']['completedAt']}"
            differs = {user_id: {"songId": song_id} for user_id, song_id in own.items()}
            self.events.publish(TOPIC, notice(Happening(f"job_{job.status}"), key, own, event["job"], differs))

    def _concerned(self, job: Job) -> dict[str, str]:
        """Who asked for it first is one of them while their song names it, or where no song does."""
        named = self.record.concerned(job.id)
        return named if named and job.kind is JobKind.SONG else {job.user_id: job.song_id} | named

    def _fail_or_retry(self, claim: Claim, failure: Failure, beats: int | None = None) -> None:
        job = self.record.get(claim.job_id)
        if job.is_cancelling:
            self.stopped(claim)
            return
        if failure.is_lasting or job.attempts >= MOST_ATTEMPTS:
            if beats is None or self.record.get(claim.job_id).beats == beats:
                self.record.fail(claim, failure, self.clock.now())
        else:
            # Read now and after the last attempt: it counts, and promises nothing.
            note = f"Attempt {job.attempts} of {MOST_ATTEMPTS}: {failure.message}"
            self.record.give_back(claim, self._later(job.attempts), note, beats)
        self.tell(self.record.get(claim.job_id))

    def _later(self, attempts: int) -> datetime:
        return self.clock.now() + self.pause(attempts, random.random())
