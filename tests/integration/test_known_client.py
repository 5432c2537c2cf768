"""The known desktop client against a real server: overlapping posts, lost chunks, polls and a ten-chunk buffer."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import running_studio
from tests.share_client import crowd

STALLED = 2.0
"""Seconds: a title is told every third of a second and read every half."""


@pytest.fixture(params=["in_memory", pytest.param("redis", marks=pytest.mark.redis)])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    more = {"HARMONIX_REDIS_URL": request.getfixturevalue("redis_url")} if request.param == "redis" else {}
    with running_studio(tmp_path, BEARER_TOKEN="tiger", **more) as studio:
        yield studio.base


def test_three_sharers_are_heard_in_order_and_without_a_hole(base: str) -> None:
    found = asyncio.run(crowd(base, "tiger", sessions=3, listeners=2, seconds=8))

    assert found.errors == 0, found.answers
    assert found.disordered == 0
    # Where the machine itself stalls for seconds, the server rightly stops waiting for what comes late.
    assert found.missing == 0 or found.oldest_title > STALLED, found.told()
    assert sum(ear.overflows for ear in found.ears) == 0
