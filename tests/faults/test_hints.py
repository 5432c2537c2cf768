"""Brokers that lose and double their messages: the record decides, so the same songs are done, each once."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from harmonix_splitter.adapters.clock import SystemClock
from harmonix_splitter.adapters.queues.local import Doorbell, LocalWorkers
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.sweeping import Sweeper
from tests.fakes.library_rig import KARAOKE, Rig
from tests.faults.workers import QUICK, child, wait_until

NEVER = 600.0


@dataclass
class UnreliablePost:
    """Loses three hints in ten and delivers the others twice."""

    bell: Doorbell
    chance: random.Random
    lost: int = 0

    def wake(self, job_id: str) -> None:
        if self.chance.random() < 0.3:
            self.lost += 1
            return
        self.bell.wake(job_id)
        self.bell.wake(job_id)


class Later(SystemClock):
    """A minute ahead, so that no hint is too young to be said again."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=1)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path).create_tables()
    yield made
    made.close()


def ask(rig: Rig, number: int) -> str:
    asked = rig.songs.request("ann", youtube(f"{number:011d}"), KARAOKE)
    assert asked.job is not None
    return asked.job.id


def all_done_once(rig: Rig, job_ids: list[str]) -> bool:
    jobs = [rig.jobs.job(job_id) for job_id in job_ids]
    return {job.status for job in jobs} == {JobStatus.COMPLETED} and {job.attempts for job in jobs} == {1}


def test_lost_and_doubled_hints_change_nothing(rig: Rig) -> None:
    bell = Doorbell()
    rig.queue = post = UnreliablePost(bell, random.Random(2))
    sweeper = Sweeper(replace(rig.jobs, clock=Later()))
    crew = LocalWorkers(rig.jobs, bell, lambda: child(rig), "tests", 1, QUICK, look_again=NEVER)
    crew.start()
    job_ids = [ask(rig, number) for number in range(8)]

    wait_until(lambda: bool(sweeper.sweep()) or not any(rig.jobs.job(job_id).is_live for job_id in job_ids))
    crew.stop()

    assert post.lost > 0
    assert all_done_once(rig, job_ids)
    assert rig.library.numbers().items == 8
