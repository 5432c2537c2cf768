"""The process a job runs in: reads jobs from stdin, does them one by one, tells its parent on stdout."""

import json
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from queue import Queue
from typing import IO, Any

from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.ports.events import Event
from harmonix_splitter.services.ports.jobs import Claim

logger = logging.getLogger(__name__)
BEAT_SECONDS = 5.0


class Work:
    """What a child can do, built from the first line its parent sends."""

    def __init__(self, jobs: JobsService, run: Callable[[Claim], None]) -> None:
        self.jobs = jobs
        self.run = run


Tell = Callable[[str, Event], None]


def main(build: Callable[[Mapping[str, Any], Tell], Work]) -> None:
    """Do jobs until stdin ends. Ends with its parent, and takes everything it started with it."""
    news = _own_stdout()
    told = threading.Lock()

    def say(message: Mapping[str, Any]) -> None:
        with told:
            news.write(json.dumps(message, default=str) + "\n")
            news.flush()

    lines: Queue[dict[str, Any]] = Queue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    greeting = lines.get()
    _limit_memory(int(greeting.get("memory_limit_mb") or 0))
    work = build(greeting, lambda topic, event: say({"topic": topic, "event": dict(event)}))
    say({"ready": os.getpid()})
    while True:
        message = lines.get()
        claim = Claim(message["job_id"], message["fence"], message["worker"])
        with _Heart(work.jobs, claim):
            work.run(claim)
        say({"done": claim.job_id})


class _Heart:
    """Beats while a job runs, on a thread of its own: a long quiet stage is not a dead worker."""

    def __init__(self, jobs: JobsService, claim: Claim) -> None:
        self._jobs, self._claim = jobs, claim
        self._still = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._still.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._still.wait(BEAT_SECONDS):
            try:
                self._jobs.beat(self._claim)
            except Exception:  # the record may be busy for a moment; the next beat will do
                logger.exception("a beat was missed", extra={"job": self._claim.job_id})


def _own_stdout() -> IO[str]:
    """Keep stdout for our messages; whatever libraries print goes to stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "w", encoding="utf-8")


def _read(lines: "Queue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        lines.put(json.loads(line))
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _limit_memory(megabytes: int) -> None:
    if megabytes:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _work_of(greeting: Mapping[str, Any], tell: Tell) -> Work:
    from harmonix_splitter.bootstrap.processing import child_work

    jobs, processing = child_work(greeting, tell)
    return Work(jobs, processing.run)


if __name__ == "__main__":
    main(_work_of)
