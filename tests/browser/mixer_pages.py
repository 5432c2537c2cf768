"""A real browser on the mixer's small server: what every test of these pages begins with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import mixer_server


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("songs")
    mixer_server.write_songs(folder)
    with mixer_server.served(mixer_server.application(folder)) as served:
        yield served


def open_page(browser: Any, address: str, size: tuple[int, int], theme: str) -> Any:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=theme, locale="en")
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    page.locator("main h1:not(.only-heard)").wait_for()
    return page


def until(page: Any, condition: str, patience_ms: int = 20_000) -> None:
    """Wait for a condition in the page; Playwright's own wait needs an eval, which the content policy forbids."""
    for _ in range(patience_ms // 100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never came true: {condition}")
