"""How much one person may have made, and that what is there already is never refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harmonix_splitter.domain.allowance import Allowance, Use
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import BodyTooLargeError, TooManyRequestsError
from tests.fakes.library_rig import KARAOKE, Rig

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path).create_tables()
    yield made
    made.close()


def test_without_limits_everything_may_be_asked_for() -> None:
    Allowance().check(Use(10**15, (NOON,) * 9999), NOON)


def test_the_next_song_is_free_a_day_after_the_oldest_that_counts() -> None:
    use = Use(0, (NOON - timedelta(hours=20), NOON - timedelta(hours=5)))

    with pytest.raises(TooManyRequestsError, match="2 songs") as refused:
        Allowance(most_jobs=2).check(use, NOON)

    assert refused.value.retry_after == 4 * 3600


def test_a_full_space_says_how_full(rig: Rig) -> None:
    rig.make("a" * 11)

    with pytest.raises(BodyTooLargeError, match="you may have"):
        replace(rig.songs, allowed=lambda: Allowance(most_bytes=1)).request("ann", youtube("b" * 11), KARAOKE)


def test_the_library_is_open_to_those_who_had_enough_made(tmp_path: Path) -> None:
    rig = Rig(tmp_path, allowance=Allowance(most_jobs=1)).create_tables()
    rig.make("a" * 11, user="ann")
    rig.make("b" * 11, user="bob")

    assert rig.songs.request("ann", youtube("b" * 11), KARAOKE).song.is_instant
    with pytest.raises(TooManyRequestsError):
        rig.songs.request("ann", youtube("c" * 11), KARAOKE)
    rig.close()
