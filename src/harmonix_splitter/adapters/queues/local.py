"""The queue that needs no server: threads that take the next job from the record and give it to a child process."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from harmonix_splitter.adapters.queues.child_process import ChildProcess
from harmonix_splitter.adapters.queues.lane import Lane, Patience, Stopping
from harmonix_splitter.services.ports.jobs import Claim, Desk

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
class Fetching:
    """Which lanes have a job that is being fetched, or are about to take one. All others are for what is here already,
    so that no separation waits for somebody's download."""

    _lanes: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, lane: int, most: int) -> bool:
        with self._lock:
            if len(self._lanes) < most:
                self._lanes.add(lane)
            return lane in self._lanes

    def leave(self, lane: int) -> bool:
        """Whether it was one of them."""
        with self._lock:
            was_in = lane in self._lanes
            self._lanes.discard(lane)
            return was_in


def _always(_child: ChildProcess) -> bool:
    return True


@dataclass
class LocalWorkers:
    """`lanes` children at most, `fetches` of them (None: all) with a job that is being fetched; each is started with
    the first job it gets. One that is not `is_current` any more is replaced before its next job."""

    desk: Desk
    bell: Doorbell
    new_child: Callable[[], ChildProcess]
    name: str
    lanes: int = 2
    patience: Patience = field(default_factory=Patience)
    look_again: float = 5.0
    is_current: Callable[[ChildProcess], bool] = _always
    fetches: int | None = None
    _threads: dict[int, threading.Thread] = field(default_factory=dict)
    _fetching: Fetching = field(default_factory=Fetching)
    _stopping: Stopping = field(default_factory=Stopping)

    def start(self) -> None:
        for number in range(self.lanes):
            known = self._threads.get(number)
            if known is None or not known.is_alive():
                thread = threading.Thread(target=self._work, args=(number,), name=f"lane-{number}", daemon=True)
                self._threads[number] = thread
                thread.start()

    def resize(self, lanes: int, fetches: int | None = None) -> None:
        """More begin at once; those too many end with the job they have."""
        self.lanes, self.fetches = lanes, fetches
        self.bell.wake("")
        self.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Running jobs are handed back and their children killed; nothing is lost."""
        self._stopping.is_set = True
        self.bell.wake("")
        for thread in self._threads.values():
            thread.join(seconds)

    def _work(self, number: int) -> None:
        lane = self._lane(number)
        heard = 0
        while not self._stopping() and number < self.lanes:
            try:
                claim = self._claim(number)
                if claim is not None:
                    if not self.is_current(lane.child):
                        lane.child.kill()
                        lane = self._lane(number)
                    self._run(lane, number, claim)
                    continue
            except Exception:  # the record may be busy or away; the lane must outlive that
                logger.exception("a lane failed", extra={"lane": number})
            heard = self.bell.wait(heard, self.look_again)
        lane.child.kill()

    def _lane(self, number: int) -> Lane:
        return Lane(self.desk, self.new_child(), self.patience, past_fetch=lambda: self._past_fetch(number))

    def _claim(self, number: int) -> Claim | None:
        may_fetch = self._fetching.enter(number, self.lanes if self.fetches is None else self.fetches)
        claimed = None
        try:
            claimed = self.desk.claim(f"{self.name}/{number}", may_fetch=may_fetch)
        finally:
            if claimed is None:
                self._fetching.leave(number)
        if claimed is None:
            return None
        if not claimed[0].needs_fetch:
            self._past_fetch(number)
        return claimed[1]

    def _run(self, lane: Lane, number: int, claim: Claim) -> None:
        try:
            lane.run(claim, self._stopping)
        finally:
            self._past_fetch(number)

    def _past_fetch(self, number: int) -> None:
        """Another lane may fetch now: it may have left a job for that."""
        if self._fetching.leave(number):
            self.bell.wake("")
