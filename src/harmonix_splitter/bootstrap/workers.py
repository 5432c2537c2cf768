"""Whoever does the jobs: children of this process, a sweeper, and what is done at a start."""

import itertools
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harmonix_splitter.adapters.queues.child_process import ChildProcess
from harmonix_splitter.adapters.queues.local import Doorbell, LocalWorkers
from harmonix_splitter.bootstrap.jobs import jobs
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.settings import settings
from harmonix_splitter.bootstrap.upgrades import idle_upgrades
from harmonix_splitter.bootstrap.upkeep import arrivals, backup_round, cleanup_rule, upkeep, watcher
from harmonix_splitter.bootstrap.uploads import uploads
from harmonix_splitter.config.sections import SECTIONS
from harmonix_splitter.services.arrivals import ArrivalsService
from harmonix_splitter.services.sweeping import Sweeper

if TYPE_CHECKING:
    from harmonix_splitter.adapters.queues.celery import CeleryHints

logger = logging.getLogger(__name__)
SWEEP_SECONDS = 5.0
ROUNDS_BETWEEN_CHORES = 720
LONGEST_GOODBYE_SECONDS = 10.0


@dataclass
class SweepThread:
    """Sweeps every few seconds until told to stop; a round that fails is the next one's business."""

    sweeper: Sweeper
    at_start: Callable[[], object]
    now_and_then: Callable[[], object]
    each_round: Callable[[], object]
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._run, name="sweeper", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        chore: Callable[[], object] = self.at_start
        for number in itertools.count(1):
            try:
                chore()
                self.each_round()
            except Exception:  # the record may be away for a while
                logger.exception("a sweep failed")
            chore = self.sweeper.sweep if number % ROUNDS_BETWEEN_CHORES else self.now_and_then
            if self._stop.wait(SWEEP_SECONDS):
                return


@dataclass
class Newcomers:
    """Brings in what was put into the library's folder by hand, beside everything else: listening takes its time."""

    arrivals: ArrivalsService
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        thread = threading.Thread(target=self._run, name="newcomers", daemon=True)
        thread.start()
        self._thread = thread  # not before it runs: the house may be closing

    def stop(self) -> None:
        """The song that is coming in may finish; the others wait for the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LONGEST_GOODBYE_SECONDS)

    def _run(self) -> None:
        try:
            came = sum(arrival.is_in for arrival in self.arrivals.bring_in_all(self._stop.is_set))
        except Exception:  # the record may be away; the next start looks again
            logger.exception("songs put there by hand were not brought in")
        else:
            logger.info("library looked through for songs put there by hand", extra={"brought_in": came})


def node_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def new_child(parts: Parts) -> ChildProcess:
    return ChildProcess(
        [sys.executable, "-m", "harmonix_splitter.worker.child"], _greeting(parts), parts.events.publish
    )


def _greeting(parts: Parts) -> dict[str, Any]:
    return {"flags": _flags(parts), "memory_limit_mb": parts.settings.queue.memory_limit_mb}


def _lanes(parts: Parts) -> int:
    """One for each separation, whatever is being fetched: an upload begins at once, and no device waits for a download.
    A process takes some 60 MB where it only fetched; what else it holds, it gives back when idle."""
    queue = parts.settings.queue
    return queue.separations_at_once + queue.fetches_at_once


def local_workers(parts: Parts) -> LocalWorkers:
    bell = parts.queue if isinstance(parts.queue, Doorbell) else Doorbell()
    crew = LocalWorkers(jobs(parts), bell, lambda: new_child(parts), node_name(), _lanes(parts))
    crew.fetches = parts.settings.queue.fetches_at_once
    crew.is_current = lambda child: child.greeting == _greeting(parts)
    return crew


def tidy(parts: Parts) -> None:
    """The chores of every hour: what was abandoned goes, and what the settings let the library forget."""
    keeper, rule = upkeep(parts), cleanup_rule(parts)
    keeper.gather_garbage()
    uploads(parts).gather_garbage()
    if rule is not None:
        keeper.library.clean_up(rule)


@contextmanager
def working(parts: Parts) -> Iterator[None]:
    """A crew and a sweeper run inside this block; leaving it hands running jobs back."""
    sweeper = Sweeper(jobs(parts))
    keeper, watched = upkeep(parts), watcher(parts)
    look = watched.look if watched is not None else list
    in_idle_time = idle_upgrades(parts)
    newcomers = Newcomers(arrivals(parts))

    def at_start() -> None:
        sweeper.take_back_from(is_dead)
        found = keeper.rescan()
        logger.info("library scanned", extra={"appeared": len(found.appeared), "vanished": len(found.vanished)})
        newcomers.start()

    choices = settings(parts)

    def each_round() -> None:
        choices.refresh()
        look()
        in_idle_time.look()
        backups = backup_round(parts)
        if backups.is_due():
            parts.chores.soon("backup", backups.look)

    crew, sweeps = local_workers(parts), SweepThread(sweeper, at_start, lambda: tidy(parts), each_round)
    hints = _hints(parts, crew)

    def resized() -> None:
        crew.resize(_lanes(parts), parts.settings.queue.fetches_at_once)

    crew.start()
    parts.current.heard.append(resized)
    sweeps.start()
    try:
        yield
    finally:
        parts.current.heard.remove(resized)
        if hints is not None:
            hints.stop()
        sweeps.stop()
        newcomers.stop()
        crew.stop()


def _hints(parts: Parts, crew: LocalWorkers) -> "CeleryHints | None":
    """With Celery, its messages ring this crew's bell too."""
    if parts.settings.queue_kind != "celery":
        return None
    from harmonix_splitter.adapters.queues.celery import CeleryHints

    hints = CeleryHints(parts.settings.queue.broker_url, crew.bell.wake)
    hints.start()
    return hints


def is_dead(worker: str) -> bool:
    """Whether a worker of this machine is certainly gone. A number in use again only means waiting for the lease."""
    host, _, process = worker.partition("/")[0].rpartition(":")
    return host == socket.gethostname() and process.isdigit() and not Path(f"/proc/{process}").exists()


def _flags(parts: Parts) -> dict[str, Any]:
    """This process's settings, whole, so that its children work with the same."""
    found: dict[str, Any] = {}
    for section in SECTIONS:
        values = getattr(parts.settings, section).model_dump(mode="json")
        found |= {f"{section}.{key}": value for key, value in values.items() if value is not None}
    return found
