"""How many jobs a crew works on, and how many of them are being fetched."""

from pathlib import Path

from harmonix_splitter.bootstrap.workers import local_workers
from tests.studios import fresh_studio


def test_a_lane_is_left_for_each_separation_whatever_is_fetched(tmp_path: Path) -> None:
    modest = local_workers(fresh_studio(tmp_path).parts)
    busy = local_workers(fresh_studio(tmp_path, queue__fetches_at_once=5, queue__separations_at_once=2).parts)

    assert (modest.lanes, modest.fetches) == (4, 3)
    assert (busy.lanes, busy.fetches) == (7, 5)
