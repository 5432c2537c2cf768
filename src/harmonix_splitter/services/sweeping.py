"""Finding what was lost: hints nobody heard, and jobs whose worker went silent."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from harmonix_splitter.domain.jobs import MOST_ATTEMPTS, Job
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.ports.jobs import Claim

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
UNHEARD_SECONDS = 10.0


@dataclass
class Sweeper:
    """Watches every running job's beats on its own monotonic clock: setting the wall clock ends nobody's lease."""

    jobs: JobsService
    lease: float = LEASE_SECONDS
    _seen: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def sweep(self) -> list[str]:
        """One round; the ids of the jobs taken back from silent workers."""
        self._say_again()
        lost = [job for job in self.jobs.record.running() if self._is_silent(job)]
        for job in lost:
            self._take_back(job, "its worker went silent")
        return [job.id for job in lost]

    def take_back_from(self, is_dead: Callable[[str], bool]) -> list[str]:
        """Take back at once what workers had that are known to be dead; for a start."""
        lost = [job for job in self.jobs.record.running() if is_dead(job.worker)]
        for job in lost:
            self._take_back(job, "the studio was stopped")
        return [job.id for job in lost]

    def _say_again(self) -> None:
        for job_id in self.jobs.record.unclaimed(self.jobs.clock.now() - timedelta(seconds=UNHEARD_SECONDS)):
            self.jobs.queue.wake(job_id)

    def _is_silent(self, job: Job) -> bool:
        now = self.jobs.clock.monotonic()
        fence, beats, since = self._seen.get(job.id, (job.fence, -1, now))
        if (fence, beats) != (job.fence, job.beats):
            self._seen[job.id] = (job.fence, job.beats, now)
            return False
        return now - since >= self.lease

    def _take_back(self, job: Job, reason: str) -> None:
        self._seen.pop(job.id, None)
        logger.warning("job taken back", extra={"job": job.id, "worker": job.worker, "attempts": job.attempts})
        self.jobs.crashed(Claim(job.id, job.fence, job.worker), reason, job.beats)
        if job.attempts < MOST_ATTEMPTS:
            self.jobs.queue.wake(job.id)
