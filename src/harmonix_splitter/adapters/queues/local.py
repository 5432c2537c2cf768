"""The queue that needs no server: threads that take the next job from the record and give it to a child process."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from harmonix_splitter.adapters.queues.child_process import ChildProcess
from harmonix_splitter.adapters.queues.lane import Lane, Patience, Stopping
from harmonix_splitter.services.ports.jobs import Desk

logger = logging.getLogger(__name__)


@dataclass
class Doorbell:
    """Rung when there may be something to do; remembers a ring that nobody was there to hear."""

    _bell: threading.Condition = field(default_factory=threading.Condition)
    _rings: int = 0

    def wake(self, _job_id: str) -> None:
        with self._bell:
            self._rings += 1
            self._bell.notify_all()

    def wait(self, heard: int, seconds: float) -> int:
        """Wait for a ring after the `heard`-th; the number of rings so far."""
        with self._bell:
            self._bell.wait_for(lambda: self._rings > heard, timeout=seconds)
            return self._rings


@dataclass
class LocalWorkers:
    """`lanes` children at most; each is started with the first job it gets."""

    desk: Desk
    bell: Doorbell
    new_child: Callable[[], ChildProcess]
    name: str
    lanes: int = 2
    patience: Patience = field(default_factory=Patience)
    look_again: float = 5.0
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopping: Stopping = field(default_factory=Stopping)

    def start(self) -> None:
        for number in range(self.lanes):
            thread = threading.Thread(target=self._work, args=(number,), name=f"lane-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 10.0) -> None:
        """Running jobs are handed back and their children killed; nothing is lost."""
        self._stopping.is_set = True
        self.bell.wake("")
        for thread in self._threads:
            thread.join(seconds)

    def _work(self, number: int) -> None:
        lane = Lane(self.desk, self.new_child(), self.patience)
        heard = 0
        while not self._stopping():
            try:
                claimed = self.desk.claim(f"{self.name}/{number}")
                if claimed is not None:
                    lane.run(claimed[1], self._stopping)
                    continue
            except Exception:  # the record may be busy or away; the lane must outlive that
                logger.exception("a lane failed", extra={"lane": number})
            heard = self.bell.wait(heard, self.look_again)
        lane.child.kill()
