"""Hints over a real Redis: heard from the first moment, whatever begins at once, and whatever a hint breaks."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from harmonix_splitter.adapters.queues.celery import CeleryHints, CeleryQueue
from tests.faults.workers import ROOT, wait_until
from tests.servers import redis_server

pytestmark = pytest.mark.redis
HERE = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}

ALL_AT_ONCE = """
import sys, threading, time
from harmonix_splitter.adapters.queues.celery import CeleryHints, CeleryQueue

broken, heard, go = [], set(), threading.Event()
threading.excepthook = lambda told: broken.append(repr(told.exc_value))
queue, hints = CeleryQueue(sys.argv[1]), CeleryHints(sys.argv[1], heard.add)

def begin(task):
    threading.Thread(target=lambda: (go.wait(), task())).start()

for number in range(4):
    begin(lambda number=number: queue.wake(f"job{number}"))
begin(hints.start)
go.set()
for _ in range(600):
    if broken or len(heard) == 4:
        break
    time.sleep(0.05)
hints.stop()
sys.exit("; ".join(broken) or (0 if len(heard) == 4 else f"only {sorted(heard)} were heard"))
"""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


def test_threads_that_use_the_queue_for_the_first_time_at_once_are_all_heard(broker: str) -> None:
    for _ in range(3):
        command = [sys.executable, "-c", ALL_AT_ONCE, broker]
        ran = subprocess.run(command, env=HERE, capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 0, ran.stderr[-2000:]


def test_a_hint_that_breaks_its_hearer_is_the_last_thing_missed(broker: str, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    once = threading.Event()

    def hear(job_id: str) -> None:
        if not once.is_set():
            once.set()
            raise RuntimeError("no ears")
        heard.append(job_id)

    hints, queue = CeleryHints(broker, hear), CeleryQueue(broker)
    hints.start()
    queue.wake("first")
    wait_until(once.is_set)
    queue.wake("second")
    wait_until(lambda: heard == ["second"])
    hints.stop()

    assert "hearing hints failed" in caplog.text
