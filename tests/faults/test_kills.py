"""Whatever is killed, and whenever: no song is lost, none is done twice, nothing half-done is left."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from harmonix_splitter.domain.jobs import MOST_ATTEMPTS, JobStatus
from harmonix_splitter.services.ports.library import ItemQuery
from tests.fakes.library_rig import Rig
from tests.faults.kills import Siege

KILLS = 4


@pytest.fixture
def siege(tmp_path: Path) -> Iterator[Siege]:
    made = Siege(Rig(tmp_path).create_tables())
    made.start()
    yield made
    made.kill_node()
    made.rig.close()


def test_killing_children_and_nodes_at_random_loses_and_doubles_nothing(siege: Siege) -> None:
    chance = random.Random(6)
    siege.ask(4)
    while len(siege.hits) < KILLS and not siege.is_over():
        siege.hit(chance)
    unlucky = siege.calm_down()

    assert {job.status for job in siege.jobs()} == {JobStatus.COMPLETED}
    assert all(job.attempts == MOST_ATTEMPTS for job in unlucky)
    found, _ = siege.rig.library.find(ItemQuery())
    assert sorted(item.source.id for item in found) == sorted(job.source.id for job in siege.jobs())
    assert all(item.usage == 1 for item in found)
    assert list(siege.rig.upkeep.verify()) == []
