"""Real worker processes for the fault tests."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.queues.child_process import ChildProcess
from harmonix_splitter.adapters.queues.lane import Patience
from harmonix_splitter.adapters.queues.local import Doorbell, LocalWorkers
from tests.fakes.library_rig import Rig

ROOT = Path(__file__).parents[2]
QUICK = Patience(look=0.05, cancel=0.5, hang=2.0, beat=0.2)


def child(rig: Rig, **trouble: Any) -> ChildProcess:
    return ChildProcess(
        [sys.executable, "-m", "tests.faults.child"],
        {"folder": str(rig.folder), "url": rig.url, **trouble},
        rig.events.publish,
        {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )


def workers(rig: Rig, lanes: int = 1, patience: Patience = QUICK, **trouble: Any) -> LocalWorkers:
    bell = rig.queue
    assert isinstance(bell, Doorbell)
    return LocalWorkers(rig.jobs, bell, lambda: child(rig, **trouble), "tests", lanes, patience, look_again=0.1)


def wait_until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Poll a condition that another process will make true; fails loudly when it never does."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "this never happened"
        time.sleep(0.02)
