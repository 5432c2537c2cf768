"""The record under trouble: late workers, silent workers, clocks that jump, full disks, locks, everybody at once."""

import errno
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harmonix_splitter.domain.jobs import JobStatus, Stage
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import JobStepError
from harmonix_splitter.services.estimates import EstimateService
from harmonix_splitter.services.ports.jobs import Claim, Standing, Timing
from harmonix_splitter.services.sweeping import LEASE_SECONDS, Sweeper
from tests.fakes.library_rig import KARAOKE, Rig
from tests.fakes.stores import HeardQueue

PERFECT = "cNGjD0VG4R8"


@dataclass
class TwoClocks:
    """A wall clock that can be set, and a monotonic one that cannot."""

    wall: float = 1_800_000_000.0
    steady: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.wall, UTC)

    def monotonic(self) -> float:
        return self.steady


@pytest.fixture
def clock() -> TwoClocks:
    return TwoClocks()


@pytest.fixture
def rig(tmp_path: Path, clock: TwoClocks) -> Iterator[Rig]:
    made = Rig(tmp_path, clock=clock).create_tables()
    yield made
    made.close()


def ask(rig: Rig, user: str = "ann", video_id: str = PERFECT) -> str:
    asked = rig.songs.request(user, youtube(video_id), KARAOKE)
    assert asked.job is not None
    return asked.job.id


def claimed(rig: Rig) -> Claim:
    found = rig.jobs.claim("worker")
    assert found is not None
    return found[1]


def test_a_frozen_worker_that_wakes_up_late_changes_nothing(rig: Rig) -> None:
    job_id = ask(rig)
    frozen = claimed(rig)
    rig.jobs.crashed(frozen, "silent", rig.jobs.job(job_id).beats)
    rig.work()
    winner = rig.library.item(rig.jobs.job(job_id).item_id)

    assert rig.jobs.beat(frozen) is Standing.LOST
    assert rig.jobs.advance(frozen, Stage.PUBLISH, 0.5) is Standing.LOST
    with pytest.raises(JobStepError):
        rig.jobs.complete(frozen, winner)
    assert rig.jobs.job(job_id).status is JobStatus.COMPLETED
    assert rig.storage.faults(winner.place) == []


def test_a_silent_worker_loses_its_job_after_the_lease(rig: Rig, clock: TwoClocks) -> None:
    job_id = ask(rig)
    claim, sweeper = claimed(rig), Sweeper(rig.jobs)
    sweeper.sweep()
    clock.steady += LEASE_SECONDS - 1
    rig.jobs.beat(claim)
    assert sweeper.sweep() == []
    clock.steady += LEASE_SECONDS - 1
    assert sweeper.sweep() == []

    clock.steady += 2
    assert sweeper.sweep() == [job_id]

    assert rig.jobs.job(job_id).status is JobStatus.PENDING
    assert "silent" in rig.jobs.job(job_id).notes[0]


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_setting_the_clock_ends_no_lease_and_holds_no_job_back(rig: Rig, clock: TwoClocks, jump: float) -> None:
    job_id = ask(rig)
    claim, sweeper = claimed(rig), Sweeper(rig.jobs)
    sweeper.sweep()

    clock.wall += jump
    assert sweeper.sweep() == []
    rig.jobs.record.give_back(claim, clock.now() - timedelta(seconds=jump), "try again")

    assert rig.work() is not None
    assert rig.jobs.job(job_id).status is JobStatus.COMPLETED


def test_a_hint_nobody_heard_is_said_again(rig: Rig, clock: TwoClocks) -> None:
    job_id = ask(rig)
    assert isinstance(rig.queue, HeardQueue)
    rig.queue.woken.clear()
    clock.wall += 60

    Sweeper(rig.jobs).sweep()

    assert rig.queue.woken == [job_id]


def test_whoever_asks_while_a_job_is_being_cancelled_gets_a_new_one(rig: Rig) -> None:
    first = ask(rig)
    claim = claimed(rig)
    rig.jobs.cancel(first, "ann")

    second = ask(rig, "bob")

    assert second != first
    rig.jobs.stopped(claim)
    rig.work()
    assert rig.jobs.job(first).status is JobStatus.CANCELLED
    assert rig.jobs.job(second).status is JobStatus.COMPLETED


def test_a_result_that_comes_after_the_cancellation_is_not_used(rig: Rig) -> None:
    job_id = ask(rig)

    def too_late(name: str) -> None:
        if name == "published":
            rig.jobs.cancel(job_id, "ann")

    rig.checkpoint = too_late
    rig.work()

    assert rig.jobs.job(job_id).status is JobStatus.CANCELLED
    assert rig.library.record.item_of(f"youtube:{PERFECT}", KARAOKE.key) is None


def test_the_job_goes_on_until_its_last_asker_leaves(rig: Rig) -> None:
    job_id = ask(rig, "ann")
    assert ask(rig, "bob") == job_id

    rig.jobs.cancel(job_id, "ann")
    assert rig.jobs.job(job_id).status is JobStatus.PENDING
    assert rig.jobs.record.askers(job_id) == ["bob"]

    rig.jobs.cancel(job_id, "bob")
    assert rig.jobs.job(job_id).status is JobStatus.CANCELLED


def test_users_take_turns_however_much_one_of_them_asks_for(rig: Rig, clock: TwoClocks) -> None:
    for number in range(5):
        ask(rig, "greedy", f"{number:011d}")
        clock.wall += 1
    ask(rig, "modest", "m" * 11)

    order = [rig.jobs.job(claimed(rig).job_id).user_id for _ in range(4)]

    assert order == ["greedy", "modest", "greedy", "greedy"]


@pytest.mark.parametrize("point", ["files", "manifest", "renamed", "replaced"])
@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_at_any_step_leaves_nothing_half_and_the_next_try_succeeds(
    tmp_path: Path, point: str, trouble: int
) -> None:
    failing = [point]

    def fail(name: str) -> None:
        if name in failing:
            failing.remove(name)
            raise OSError(trouble, "the test says so")

    rig = Rig(tmp_path, checkpoint=fail).create_tables()
    job_id = ask(rig)
    rig.work()
    first = rig.jobs.job(job_id)
    visible = [rig.storage.faults(place) for place in rig.storage.places()]
    rig.work()

    assert first.status is JobStatus.PENDING
    assert ("full" in first.notes[0]) is (trouble == errno.ENOSPC)
    assert all(faults == [] for faults in visible)
    assert rig.jobs.job(job_id).status is JobStatus.COMPLETED
    assert list(rig.upkeep.verify()) == []
    rig.close()


def test_a_database_locked_by_somebody_else_makes_people_wait_not_fail(rig: Rig) -> None:
    holder = sqlite3.connect(rig.folder / "harmonix.sqlite3", isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    released = threading.Timer(1.0, lambda: holder.execute("COMMIT"))
    released.start()

    job_id = ask(rig)

    released.join()
    holder.close()
    assert rig.jobs.job(job_id).status is JobStatus.PENDING


def test_an_estimate_is_a_range_from_this_machines_own_past_or_nothing(rig: Rig) -> None:
    estimates = EstimateService(rig.jobs.record)
    job = rig.jobs.job(ask(rig))
    assert estimates.remaining(job) is None

    paces = [0.5, 0.6, 0.7]
    rig.jobs.record.remember(
        [Timing(Stage.SEPARATE, KARAOKE.key, 100.0, 100.0 * pace) for pace in paces], rig.clock.now()
    )

    left = estimates.remaining(job)
    assert left is not None
    assert (left.least, left.most) == (120.0, 168.0)


def test_what_waits_is_promised_after_what_goes_before_it(rig: Rig, clock: TwoClocks) -> None:
    paces = [0.5, 0.6, 0.7]
    rig.jobs.record.remember(
        [Timing(Stage.SEPARATE, KARAOKE.key, 100.0, 100.0 * pace) for pace in paces], rig.clock.now()
    )
    jobs = []
    for user, letter in (("greedy", "a"), ("greedy", "b"), ("greedy", "c"), ("modest", "d")):
        jobs.append(ask(rig, user, letter * 11))
        clock.wall += 1
    running = claimed(rig)
    rig.jobs.advance(running, Stage.SEPARATE, 0.4)  # half of it is done
    estimates = EstimateService(rig.jobs.record)

    def promised(separations: int) -> list[tuple[float, float]]:
        left = estimates.outlook([rig.jobs.job(job) for job in jobs], separations, clock.now())
        return [(round(left[job].least), round(left[job].most)) for job in jobs]

    assert promised(1) == [(60, 84), (300, 420), (420, 588), (180, 252)]
    assert promised(2) == [(60, 84), (180, 252), (240, 336), (120, 168)]


def test_while_the_queue_is_held_nothing_is_promised_to_those_who_wait(rig: Rig) -> None:
    rig.jobs.record.remember([Timing(Stage.SEPARATE, KARAOKE.key, 100.0, 50.0)] * 3, rig.clock.now())
    waiting = rig.jobs.job(ask(rig))
    estimates = EstimateService(rig.jobs.record)
    assert waiting.id in estimates.outlook([waiting], 1, rig.clock.now())

    rig.jobs.hold("root")

    assert estimates.outlook([waiting], 1, rig.clock.now()) == {}
