"""What every test in a browser needs, and how it gets it: Chromium, the built studio, axe."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harmonix_splitter.studio.static_files import STATIC

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"]
AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


def needs(seconds: int = 300) -> list[pytest.MarkDecorator]:
    """The marks of a file of browser tests, each of which may take so long."""
    return [
        pytest.mark.browser,
        pytest.mark.timeout(seconds),
        pytest.mark.skipif(CHROMIUM is None, reason="browser tests need chromium"),
        pytest.mark.skipif(not (STATIC / "index.html").exists(), reason="the studio is not built: make web"),
        pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in web/"),
    ]


@contextmanager
def launched(*flags: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        browser.close()


def violations(page: Any) -> list[str]:
    """What axe finds, after skeletons and toasts have gone."""
    page.wait_for_function("() => !document.querySelector('.skeleton')")
    # Playwright runs this beside the page's own policy, which would refuse it.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]
