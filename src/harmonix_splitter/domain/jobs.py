"""A job: one recording on its way through one recipe, and the only moves it may make."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.sources import Source, SourceKind
from harmonix_splitter.errors import (
    AudioError,
    ConflictError,
    EngineMissingError,
    HarmonixError,
    InvalidRequestError,
    JobStepError,
    NotAllowedError,
    NotFoundError,
    SignInRequiredError,
)


class JobStatus(StrEnum):
    PENDING = "pending"
    DOWNLOADING = "downloading"
    PROCESSING = "processing"
    FINALIZING = "finalizing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE = (JobStatus.PENDING, JobStatus.DOWNLOADING, JobStatus.PROCESSING, JobStatus.FINALIZING)
RUNNING = LIVE[1:]
ENDED = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)

_ENDINGS = {JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.PENDING}
_NEXT: dict[JobStatus, set[JobStatus]] = {
    JobStatus.PENDING: {JobStatus.DOWNLOADING, JobStatus.FAILED, JobStatus.CANCELLED},
    JobStatus.DOWNLOADING: {JobStatus.PROCESSING, JobStatus.COMPLETED, *_ENDINGS},
    JobStatus.PROCESSING: {JobStatus.FINALIZING, JobStatus.COMPLETED, *_ENDINGS},
    JobStatus.FINALIZING: {JobStatus.COMPLETED, *_ENDINGS},
    JobStatus.COMPLETED: set(),
    JobStatus.FAILED: {JobStatus.PENDING},
    JobStatus.CANCELLED: {JobStatus.PENDING},
}


class Stage(StrEnum):
    """What is being done right now, in the order it is done."""

    WAITING = "waiting"
    FETCH = "fetch"
    PREPARE = "prepare"
    IDENTIFY = "identify"
    SEPARATE = "separate"
    ANALYSE = "analyse"
    WORDS = "words"
    PUBLISH = "publish"
    DONE = "done"


# Where each stage begins and ends on the 0..100 scale; 5, 30 and 90 are the marks the workflow document promises.
_SPANS: dict[Stage, tuple[float, float]] = {
    Stage.WAITING: (0.0, 0.0),
    Stage.FETCH: (5.0, 30.0),
    Stage.PREPARE: (30.0, 32.0),
    Stage.IDENTIFY: (32.0, 34.0),
    Stage.SEPARATE: (34.0, 74.0),
    Stage.ANALYSE: (74.0, 80.0),
    Stage.WORDS: (80.0, 90.0),
    Stage.PUBLISH: (90.0, 100.0),
    Stage.DONE: (100.0, 100.0),
}
_ALONE = (5.0, 100.0)
_STATUS_IN = {
    Stage.WAITING: JobStatus.PENDING,
    Stage.FETCH: JobStatus.DOWNLOADING,
    Stage.PUBLISH: JobStatus.FINALIZING,
    Stage.DONE: JobStatus.COMPLETED,
}

MOST_ATTEMPTS = 3

# Work that is due within so long goes before other work, except that one claim in four is everybody's as usual.
PRESSING = timedelta(hours=1)
CLAIMS_PER_USUAL_ONE = 4


class JobKind(StrEnum):
    SONG = "song"
    UPGRADE = "upgrade"
    WORDS = "words"
    """Only the words of an item that is there already: `wish` says what is to be done with them."""
    MISSING = "missing"
    """What an item that is there already lacks: `wish` says which part."""


WHEN_IDLE = (JobKind.UPGRADE, JobKind.MISSING)
"""Nobody waits for these: they come after all others."""


FETCHES_NOTHING = (JobKind.WORDS, JobKind.MISSING)


class Part(StrEnum):
    """What a library item can lack and be given later."""

    ANALYSIS = "analysis"
    WORDS = "words"


def progress_at(stage: Stage, share: float, *, alone: bool = False) -> float:
    """The job's progress, 0 to 100, when `share` (0 to 1) of a stage is done; `alone`: this stage is all there is."""
    begin, end = _ALONE if alone else _SPANS[stage]
    return begin + (end - begin) * min(max(share, 0.0), 1.0)


def status_in(stage: Stage) -> JobStatus:
    """The status everybody sees while a stage runs."""
    return _STATUS_IN.get(stage, JobStatus.PROCESSING)


def key_of(source: Source, recipe: Recipe) -> str:
    """Two live jobs never share this key: it is what is asked for."""
    return f"{source.key}|{recipe.key}"


@dataclass(frozen=True)
class Failure:
    """Why a job failed, in words for people. `is_lasting` means trying again cannot help."""

    code: str
    message: str
    advice: str = ""
    is_lasting: bool = False

    @staticmethod
    def of(error: HarmonixError, *, is_lasting: bool) -> "Failure":
        return Failure(error.code, error.message, error.advice, is_lasting)


@dataclass(frozen=True)
class Job:
    """`fence` grows with every claim, so that a late worker's result can be refused; `beats` grows while it lives."""

    id: str
    source: Source
    recipe: Recipe
    user_id: str
    created_at: datetime
    song_id: str = ""
    title: str = ""
    artist: str = ""
    kind: JobKind = JobKind.SONG
    status: JobStatus = JobStatus.PENDING
    stage: Stage = Stage.WAITING
    progress: float = 0.0
    attempts: int = 0
    fence: int = 0
    beats: int = 0
    worker: str = ""
    is_cancelling: bool = False
    is_dismissed: bool = False
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    replacement: str = ""
    item_id: str = ""
    duration: float = 0.0
    started_at: datetime | None = None
    completed_at: datetime | None = None
    not_before: datetime | None = None
    wish: Mapping[str, str] = field(default_factory=dict)
    due_at: datetime | None = None

    @property
    def key(self) -> str:
        if self.kind is JobKind.WORDS:
            return f"words|{self.item_id}|{self.user_id}|{self._wish_mark}"
        if self.kind is JobKind.MISSING:
            return f"missing|{self.item_id}|{self.wish['part']}"
        return key_of(self.source, self.recipe)

    @property
    def _wish_mark(self) -> str:
        return sha256(repr(sorted(self.wish.items())).encode()).hexdigest()[:24]

    @property
    def gives_way(self) -> bool:
        """Whether it stops for work that somebody waits for."""
        return self.kind in WHEN_IDLE and self.due_at is None

    @property
    def needs_fetch(self) -> bool:
        """Whether its audio comes from elsewhere, unless its recording is known."""
        return self.kind not in FETCHES_NOTHING and not self.replacement and self.source.kind is not SourceKind.UPLOAD

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def can_be_cancelled(self) -> bool:
        return self.is_live and not self.is_cancelling

    @property
    def can_be_retried(self) -> bool:
        return self.status in {JobStatus.FAILED, JobStatus.CANCELLED}

    def check_can_take_upload(self) -> None:
        """Whether an upload may still take the place of its fetch."""
        if self.kind is not JobKind.SONG:
            raise ConflictError("This job fetches nothing that an upload could replace.")
        if self.is_live and self.is_cancelling:
            raise ConflictError("This job is being cancelled.", advice="Try again once it has stopped.")
        if self.status in {JobStatus.PROCESSING, JobStatus.FINALIZING, JobStatus.COMPLETED}:
            raise ConflictError("This job already has its audio.")

    @property
    def can_be_dismissed(self) -> bool:
        return not self.is_live

    @property
    def has_attempts_left(self) -> bool:
        return self.attempts < MOST_ATTEMPTS

    def moved_to(self, status: JobStatus) -> "Job":
        if status is not self.status and status not in _NEXT[self.status]:
            raise JobStepError(f"A job that is {self.status} cannot become {status}.")
        return replace(self, status=status)


def is_lasting(error: HarmonixError) -> bool:
    """Whether trying the same again cannot help."""
    hopeless = (
        AudioError,
        InvalidRequestError,
        NotFoundError,
        NotAllowedError,
        SignInRequiredError,
        EngineMissingError,
    )
    return isinstance(error, hopeless) or bool(error.facts.get("lasting"))


def pause_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait before trying again: 2, 4, 8 seconds and so on, up to a minute; `jitter` is 0 to 1."""
    return timedelta(seconds=min(60.0, 2.0**attempt) * (1.0 + 0.5 * jitter))
