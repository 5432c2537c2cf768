"""A worker that is frozen beyond its lease, and wakes up when somebody else has done its job."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harmonix_splitter.adapters.queues.local import Doorbell
from harmonix_splitter.adapters.queues.slots import FileSlots
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.sweeping import Sweeper
from tests.fakes.library_rig import KARAOKE, Rig
from tests.faults.workers import child, wait_until

LEASE = 0.3


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, queue=Doorbell()).create_tables()
    yield made
    made.close()


def is_frozen(process: int) -> bool:
    state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] if process else ""
    return state == "T"


def test_a_process_that_wakes_up_late_leaves_the_winners_work_alone(rig: Rig) -> None:
    asked = rig.songs.request("ann", youtube("cNGjD0VG4R8"), KARAOKE)
    taken = rig.jobs.claim("frozen")
    assert asked.job is not None
    assert taken is not None
    frozen, sweeper = child(rig, trouble="freezes"), Sweeper(rig.jobs, lease=LEASE)
    rig.__dict__["slots"] = FileSlots(rig.folder / "another-machine")
    try:
        frozen.start_job(taken[1])
        wait_until(lambda: is_frozen(frozen.pid))
        sweeper.sweep()
        time.sleep(LEASE)
        lost = sweeper.sweep()
        rig.work()
        winner = rig.library.item(rig.jobs.job(asked.job.id).item_id)
        published = rig.library.open_stem(winner.id, "vocals").path.stat()

        os.killpg(frozen.pid, signal.SIGCONT)
        wait_until(lambda: frozen.wait(0.1))
    finally:
        frozen.kill()

    job = rig.jobs.job(asked.job.id)
    assert lost == [job.id]
    assert (job.status, job.fence) == (JobStatus.COMPLETED, taken[1].fence + 2)
    assert rig.library.open_stem(winner.id, "vocals").path.stat() == published
    assert list(rig.upkeep.verify()) == []
    assert list((rig.folder / "library" / ".work").iterdir()) == []
