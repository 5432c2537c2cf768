"""One job at a time in a child process: watched, stopped when nobody wants it, replaced when it dies or hangs."""

import logging
import time
from dataclasses import dataclass

from harmonix_splitter.adapters.queues.child_process import ChildProcess
from harmonix_splitter.services.ports.jobs import Claim, Desk, Standing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """Seconds. `hang` is how long a job may go without any progress before it counts as hung."""

    look: float = 0.5
    cancel: float = 5.0
    hang: float = 1800.0
    jobs_per_child: int = 50


@dataclass
class Lane:
    desk: Desk
    child: ChildProcess
    patience: Patience = Patience()
    jobs_done: int = 0

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
        progress, since, unwanted_since = -1.0, time.monotonic(), 0.0
        while not self.child.wait(self.patience.look):
            job = self.desk.job(claim.job_id)
            if job.progress != progress:
                progress, since = job.progress, time.monotonic()
            now = time.monotonic()
            if stopping():
                self.child.kill()
                self.desk.hand_back(claim)
                return "handed back at shutdown"
            if self.desk.standing(claim) is Standing.LOST:
                self.child.kill()
                return "somebody else has the job now"
            if job.is_cancelling:
                unwanted_since = unwanted_since or now
                if now - unwanted_since > self.patience.cancel:
                    self.child.kill()
                    self.desk.stopped(claim)
                    return "did not stop when asked; killed"
            if now - since > self.patience.hang:
                self.child.kill()
                self.desk.crashed(claim, f"no progress for {self.patience.hang:.0f} seconds")
                return "hung; killed"
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
