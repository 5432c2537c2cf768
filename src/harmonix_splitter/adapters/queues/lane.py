"""One job at a time in a child process: watched, stopped when nobody wants it, replaced when it dies or hangs."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from harmonix_splitter.adapters.queues.child_process import ChildProcess
from harmonix_splitter.domain.jobs import Job, Stage
from harmonix_splitter.services.ports.jobs import Claim, Desk, Standing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """Seconds. `hang` is how long a job may go without any progress before it counts as hung; `start` is how long
    a new process may take before it can begin, and every `beat` of that its lane is heard for it."""

    look: float = 0.5
    cancel: float = 5.0
    hang: float = 1800.0
    start: float = 300.0
    beat: float = 5.0
    jobs_per_child: int = 50


@dataclass
class Lane:
    desk: Desk
    child: ChildProcess
    patience: Patience = field(default_factory=Patience)
    jobs_done: int = 0
    past_fetch: Callable[[], object] = lambda: None
    """Called, maybe more than once, when the job of this lane is not being fetched any more."""

    def run(self, claim: Claim, stopping: "Stopping") -> None:
        """See the job through to a recorded end, whatever the child does."""
        try:
            self.child.start_job(claim)
            ending = self._watch(claim, stopping)
        except Exception as broken:
            self.child.kill()
            self.desk.crashed(claim, str(broken))
            raise
        if ending:
            logger.warning("worker stopped", extra={"job": claim.job_id, "why": ending})
        self.jobs_done += 1
        if self.jobs_done >= self.patience.jobs_per_child:
            self.child.kill()
            self.jobs_done = 0

    def _watch(self, claim: Claim, stopping: "Stopping") -> str:
        """Look in every so often; why the child had to be stopped, or "" when the job ended by itself."""
        watch = _Watch(self.patience)
        while not self.child.wait(self.patience.look):
            job = self.desk.job(claim.job_id)
            watch.look_at(job, is_ready=self.child.is_ready)
            if job.stage is not Stage.FETCH:
                self.past_fetch()
            if watch.should_beat(is_ready=self.child.is_ready):
                self.desk.beat(claim)
            if stopping():
                self.child.kill()
                self.desk.hand_back(claim)
                return "handed back at shutdown"
            if job.is_live and job.fence != claim.fence:
                self.child.kill()
                return "somebody else has the job now"
            if watch.ended_for > self.patience.cancel:
                self.child.kill()
                return "did not finish after the end of its job"
            if watch.unwanted_for > self.patience.cancel:
                self.child.kill()
                self.desk.stopped(claim)
                return "did not stop when asked"
            if watch.idle_for > watch.allowed:
                self.child.kill()
                self.desk.crashed(claim, f"no progress for {watch.allowed:.0f} seconds")
                return "hung"
        return self._after(claim)

    def _after(self, claim: Claim) -> str:
        """The child says it is done, or has died."""
        if self.desk.standing(claim) is Standing.LOST:
            return ""
        how = self.child.ended() or "it ended without a result"
        self.child.kill()
        self.desk.crashed(claim, how)
        return how


class Stopping:
    """Whether the whole process is on its way out."""

    def __init__(self) -> None:
        self.is_set = False

    def __call__(self) -> bool:
        return self.is_set


class _Watch:
    """How long nothing has moved, and how long nobody has wanted the job."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._seen: tuple[object, ...] = ()
        self._moved = time.monotonic()
        self._unwanted: float | None = None
        self._ended: float | None = None
        self._beat = time.monotonic()
        self.allowed = patience.start

    def look_at(self, job: Job, *, is_ready: bool) -> None:
        self.allowed = self._patience.hang if is_ready else self._patience.start
        seen = (job.progress, job.stage, is_ready)
        if seen != self._seen:
            self._seen, self._moved = seen, time.monotonic()
        if job.is_cancelling and job.is_live and self._unwanted is None:
            self._unwanted = time.monotonic()
        if not job.is_live and self._ended is None:
            self._ended = time.monotonic()

    def should_beat(self, *, is_ready: bool) -> bool:
        """A process that is still starting cannot say that it lives; on a busy machine that takes a while."""
        if is_ready or time.monotonic() - self._beat < self._patience.beat:
            return False
        self._beat = time.monotonic()
        return True

    @property
    def idle_for(self) -> float:
        return time.monotonic() - self._moved

    @property
    def unwanted_for(self) -> float:
        return 0.0 if self._unwanted is None else time.monotonic() - self._unwanted

    @property
    def ended_for(self) -> float:
        """The record says the job has ended; its child still tells everybody and tidies up."""
        return 0.0 if self._ended is None else time.monotonic() - self._ended
