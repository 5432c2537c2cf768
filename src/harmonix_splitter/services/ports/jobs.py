"""Where jobs are recorded, and how whoever works on them is told that there is something to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from harmonix_splitter.domain.jobs import Failure, Job, JobStatus, Stage
from harmonix_splitter.domain.library import LibraryItem, Recording
from harmonix_splitter.domain.songs import SongFacts


class Standing(Enum):
    """What a worker hears when it reports: go on, stop (nobody wants it), or stop (it is no longer yours)."""

    WANTED = "wanted"
    UNWANTED = "unwanted"
    LOST = "lost"


@dataclass(frozen=True)
class Claim:
    """The right to work on a job, good until somebody else's claim has a higher fence."""

    job_id: str
    fence: int
    worker: str = ""


@dataclass(frozen=True)
class Timing:
    """How long one stage took for a recording of `audio_seconds`, on this installation."""

    stage: Stage
    recipe_key: str
    audio_seconds: float
    seconds: float


@dataclass(frozen=True)
class JobFilter:
    """Which jobs to list; an empty filter lists the newest of everybody that were not dismissed. `viewer` is who will
    see them, where it is not the user whose they are: without one, a job is dismissed when it is so for everybody."""

    user_id: str | None = None
    statuses: tuple[JobStatus, ...] = ()
    dismissed: bool | None = False
    limit: int = 50
    offset: int = 0
    viewer: str | None = None

    @property
    def seen_by(self) -> str | None:
        return self.viewer or self.user_id


class JobRepository(Protocol):
    """The record of jobs. Each method is one transaction; a job nobody knows raises NotFoundError."""

    def get(self, job_id: str, viewer: str | None = None) -> Job:
        """As the record has it, with the song of whoever asked first. To a `viewer`: with their own song that names it,
        if they have one, and dismissed if it is for them."""
        ...

    def find(self, wanted: JobFilter) -> list[Job]:
        """As whoever sees them does, if the filter says who that is."""
        ...

    def count(self, user_id: str | None = None) -> dict[JobStatus, int]:
        """How many jobs there are of each status; with `user_id`, of those that `find` lists for this user."""
        ...

    def askers(self, job_id: str) -> list[str]:
        """The users whose songs wait for this job, each once."""
        ...

    def concerned(self, job_id: str) -> dict[str, str]:
        """The users whose songs name this job, each with theirs: who waits for it, and whom it served or let down."""
        ...

    def add(self, job: Job) -> Job:
        """Record a job without a song; the live job of the same key when there is one, brought forward if need be."""
        ...

    def claim(self, worker: str, now: datetime, job_id: str | None = None, *, may_fetch: bool = True) -> Job | None:
        """Take the next pending job, or just that one: what is due soon, by the time it is due; then fewest running
        of its user first, then whose turn was longest ago, then oldest. One claim in four leaves due times aside, so
        that nobody waits for ever. Unless `may_fetch`, only of those whose audio is here already. Raises its fence and
        attempts. None when there is nothing to do."""
        ...

    def hold(self, user_id: str, now: datetime) -> None:
        """From now on `claim` finds nothing, whoever asks; what runs goes on. Held already: nothing changes."""
        ...

    def let_go(self) -> None: ...

    def held_since(self) -> datetime | None:
        """Since when the queue is held; None when it runs."""
        ...

    def beat(self, claim: Claim) -> Standing:
        """Say "still alive"."""
        ...

    def advance(self, claim: Claim, stage: Stage, progress: float, notes: tuple[str, ...] = ()) -> Standing:
        """Record stage and progress (0..100, never backwards within an attempt), and be heard as alive."""
        ...

    def describe(self, claim: Claim, recording: Recording, guess: SongFacts) -> None:
        """What the audio turned out to be; the waiting songs take it over where they say no more than `guess`."""
        ...

    def complete(self, claim: Claim, item: LibraryItem, now: datetime) -> list[str] | None:
        """Job completed, item recorded, every waiting song linked, in one transaction. The ids of those songs,
        or None when the claim is no longer the newest or the job is being cancelled: nothing is changed then."""
        ...

    def fail(self, claim: Claim, failure: Failure, now: datetime) -> bool:
        """Job failed and its songs in error; False when the claim is not the newest."""
        ...

    def give_back(self, claim: Claim, not_before: datetime, note: str, beats: int | None = None) -> bool:
        """Pending again. With `beats`, only if it has not been heard of since. Without a note nothing went wrong and
        the attempt does not count. False when it was not ours to give."""
        ...

    def cancelled(self, claim: Claim, now: datetime) -> bool:
        """The worker has stopped as asked."""
        ...

    def ask_to_cancel(self, job_id: str, now: datetime) -> Job:
        """A pending job is cancelled at once, a running one is told to stop. JobStepError when it has ended."""
        ...

    def leave(self, job_id: str, user_id: str, now: datetime) -> Job:
        """This user's songs no longer wait for the job; the last asker to leave cancels it. Where others wait, it is no
        longer the leaver's: it passes to whoever's song is the oldest."""
        ...

    def retry(self, job_id: str, now: datetime) -> Job:
        """Failed or cancelled: pending again with all its attempts; the live twin when somebody asked anew."""
        ...

    def bring_forward(self, job_id: str, due_at: datetime) -> Job:
        """A live job is due by then at the latest; an ended one stays as it is."""
        ...

    def dismiss(self, job_id: str, user_id: str | None = None) -> Job:
        """An ended job is taken off this user's list; off everybody's without one, or when nobody is left who sees it.
        It is back when it is tried again. JobStepError when it has not ended."""
        ...

    def replace_fetch(self, job_id: str, upload: str, now: datetime) -> Job:
        """Use this upload instead of fetching: a failed job becomes pending again, and so does one that is fetching,
        whose worker loses it. ConflictError when the audio is there already."""
        ...

    def running(self) -> list[Job]: ...

    def live(self) -> list[Job]:
        """All that run or wait, the oldest first."""
        ...

    def somebody_waits(self) -> bool:
        """Whether there is a live job that is not one for when nothing else runs."""
        ...

    def unclaimed(self, before: datetime) -> list[str]:
        """Pending jobs that could have been claimed since `before`."""
        ...

    def remember(self, timings: Iterable[Timing], now: datetime) -> None: ...

    def timings(self, stage: Stage, recipe_key: str, newest: int = 30) -> list[Timing]: ...


class JobQueue(Protocol):
    """Wakes whoever works. A hint may be lost, late or doubled: the record decides what is done."""

    def wake(self, job_id: str) -> None:
        """Never raises: what is not heard now, the sweeper says again."""
        ...


class Slots(Protocol):
    """How many may do a kind of work at once, over all processes of this machine; freed by the kernel on death."""

    def hold(self, kind: str, waiting: "Waiting") -> "Held":
        """Wait for a free slot, calling `waiting` meanwhile (it may raise to give up)."""
        ...


class Waiting(Protocol):
    def __call__(self) -> None: ...


class Held(Protocol):
    def __enter__(self) -> "Held": ...

    def __exit__(self, *_: object) -> None: ...


class Checkpoint(Protocol):
    """Called at every durable step with its name; where tests stop the world."""

    def __call__(self, name: str, /) -> None: ...


def unmarked(_name: str, /) -> None:
    """A checkpoint where nothing happens."""


class Desk(Protocol):
    """What whoever runs children may do with jobs."""

    def job(self, job_id: str) -> Job: ...

    def claim(self, worker: str, job_id: str | None = None, *, may_fetch: bool = True) -> tuple[Job, Claim] | None: ...

    def standing(self, claim: Claim) -> Standing:
        """How the claim stands, without being heard as alive."""
        ...

    def beat(self, claim: Claim) -> Standing:
        """Be heard as alive."""
        ...

    def crashed(self, claim: Claim, reason: str) -> None: ...

    def hand_back(self, claim: Claim) -> None: ...

    def stopped(self, claim: Claim) -> None: ...
