"""Leaving and joining at every step of a job: what was cancelled is never shown, and whoever still waits is served."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harmonix_splitter.domain.job_news import job_document
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import JobStepError
from harmonix_splitter.services.ports.songs import Asked
from tests.fakes.library_rig import KARAOKE, Rig

PERFECT = "cNGjD0VG4R8"
BEFORE_THE_END = ["waiting", "recorded", "files", "manifest", "renamed", "replaced", "published"]


@dataclass
class Steps:
    """What is to be done when a job first comes by a step."""

    deeds: dict[str, Callable[[], object]] = field(default_factory=dict)

    def __call__(self, name: str, /) -> None:
        self.deeds.pop(name, lambda: None)()


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def rig(tmp_path: Path, steps: Steps) -> Iterator[Rig]:
    made = Rig(tmp_path, checkpoint=steps).create_tables()
    yield made
    made.close()


def ask(rig: Rig, user: str) -> Asked:
    return rig.songs.request(user, youtube(PERFECT), KARAOKE)


def worked_with(rig: Rig, point: str, deed: Callable[[], object]) -> None:
    """Do all the work there is, and the deed at that step."""
    assert isinstance(rig.checkpoint, Steps)
    rig.checkpoint.deeds[point] = deed
    rig.checkpoint("waiting")
    while rig.work():
        pass
    assert rig.checkpoint.deeds == {}


@pytest.mark.parametrize("point", BEFORE_THE_END)
def test_what_was_cancelled_before_its_end_is_never_shown(rig: Rig, point: str) -> None:
    job = ask(rig, "ann").job
    assert job is not None

    worked_with(rig, point, lambda: rig.jobs.cancel(job.id, "ann"))

    assert rig.jobs.job(job.id).status is JobStatus.CANCELLED
    assert rig.library.numbers().items == 0
    with pytest.raises(JobStepError):
        rig.jobs.cancel(job.id, "ann")


@pytest.mark.parametrize("point", BEFORE_THE_END)
def test_whoever_asks_after_the_cancellation_gets_a_job_of_their_own(rig: Rig, point: str) -> None:
    first = ask(rig, "ann").job
    assert first is not None
    second: list[Asked] = []

    def leave_and_come() -> None:
        rig.jobs.cancel(first.id, "ann")
        second.append(ask(rig, "bob"))

    worked_with(rig, point, leave_and_come)

    (asked,) = second
    assert asked.job is not None
    assert asked.job.id != first.id
    assert rig.songs.song(asked.song.id).is_playable
    assert rig.library.numbers().items == 1
    assert list(rig.upkeep.verify()) == []


@pytest.mark.parametrize("point", BEFORE_THE_END)
def test_a_job_somebody_joined_goes_on_without_its_first_asker(rig: Rig, point: str) -> None:
    first = ask(rig, "ann").job
    assert first is not None
    second: list[Asked] = []

    def come_and_leave() -> None:
        second.append(ask(rig, "bob"))
        rig.jobs.cancel(first.id, "ann")

    worked_with(rig, point, come_and_leave)

    assert second[0].job is not None
    assert second[0].job.id == first.id
    assert rig.songs.song(second[0].song.id).is_playable
    assert [song.is_playable for song in rig.songs.record.links_of("ann")] == []


def test_whoever_asks_when_it_has_just_ended_is_linked_at_once(rig: Rig) -> None:
    first = ask(rig, "ann").job
    assert first is not None
    second: list[Asked] = []

    def too_late() -> None:
        second.append(ask(rig, "bob"))
        with pytest.raises(JobStepError):
            rig.jobs.cancel(first.id, "ann")

    worked_with(rig, "completed", too_late)

    assert second[0].song.is_instant
    assert len(rig.songs.record.linked(rig.jobs.job(first.id).item_id)) == 2


def test_a_job_that_is_told_to_stop_keeps_a_documented_status_until_it_has(rig: Rig) -> None:
    job = ask(rig, "ann").job
    assert job is not None
    claimed = rig.jobs.claim("worker")
    assert claimed is not None

    stopping = job_document(rig.jobs.cancel(job.id, "ann"))
    rig.jobs.stopped(claimed[1])

    stopped = job_document(rig.jobs.job(job.id))
    assert (stopping["status"], stopping["isCancelling"]) == ("downloading", True)
    assert (stopped["status"], stopped["isCancelling"]) == ("cancelled", False)
