"""One real server for the tests that only look on: somebody lives there, and the demo song is in the library."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser import furnished, real_studio
from tests.browser.chromium import launched


@dataclass(frozen=True)
class House:
    address: str
    songs: list[str]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    songs = furnished.furnish(folder, furnished.hostile())
    # Nobody works here: what is added waits, which is all these tests need.
    with real_studio.serving(folder, HARMONIX_SERVER_WORKER_HERE="false") as address:
        yield House(address, [song.id for song in songs])


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as browser:
        yield browser


@pytest.fixture
def visitor(house: House, browser: Any) -> Iterator[Any]:
    """The front page of the house in a profile of its own; anything a page throws fails the test."""
    context = browser.new_context(viewport={"width": 1366, "height": 860}, locale="en", service_workers="block")
    page = context.new_page()
    page.set_default_timeout(60_000)
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.goto(house.address)
    yield page
    context.close()
    assert thrown == []
