"""Batches: many videos asked for at once by an administrator, and how far they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from harmonix_splitter.domain.jobs import RUNNING, Job, JobStatus

LINES = 20


@dataclass(frozen=True)
class Entry:
    """One video of a batch. Without a job it was in the library already."""

    video_id: str
    title: str
    job_id: str = ""


@dataclass(frozen=True)
class Batch:
    """`skipped` were in the library and are not asked for again, `refused` are no videos."""

    id: str
    user_id: str
    started_at: datetime
    entries: tuple[Entry, ...]
    skipped: int = 0
    refused: tuple[str, ...] = ()
    playlist_url: str = ""
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Headway:
    """How far a batch is: how many are done, failed, stopped and left, what is worked on, and the last lines."""

    batch: Batch
    done: int
    failed: int
    stopped: int
    current: str
    lines: tuple[str, ...]

    @property
    def left(self) -> int:
        return len(self.batch.entries) - self.done - self.failed - self.stopped

    @property
    def is_running(self) -> bool:
        return self.left > 0


def headway_of(batch: Batch, jobs: Mapping[str, Job]) -> Headway:
    """A job nobody knows any more counts as stopped."""
    states = [(entry, _state(entry, jobs)) for entry in batch.entries]
    counted = [state for _, state in states]
    ended = sorted(
        (job.completed_at, f"{entry.title}: {state}")
        for entry, state in states
        if (job := jobs.get(entry.job_id)) is not None and job.completed_at is not None
    )
    ready = [f"{entry.title}: in the library already" for entry, _ in states if not entry.job_id]
    return Headway(
        batch,
        done=counted.count(JobStatus.COMPLETED),
        failed=counted.count(JobStatus.FAILED),
        stopped=counted.count(JobStatus.CANCELLED),
        current=next((entry.title for entry, state in states if state in RUNNING), ""),
        lines=(*ready, *(line for _, line in ended))[-LINES:],
    )


def _state(entry: Entry, jobs: Mapping[str, Job]) -> JobStatus:
    if not entry.job_id:
        return JobStatus.COMPLETED
    job = jobs.get(entry.job_id)
    return JobStatus.CANCELLED if job is None else job.status
