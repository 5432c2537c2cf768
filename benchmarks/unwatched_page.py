"""A page in a browser of its own that nobody inspects, for counting its memory.

Playwright listens to the network of its pages, for which the browser keeps up to 200 MB of answers inside each page's
own process; here only expressions are evaluated.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.servers import free_port, wait_for_port
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 60.0


class UnwatchedPage:
    def __init__(self, page: ClientConnection, browser: ClientConnection) -> None:
        self.page, self.browser, self.asked = page, browser, 0

    def tell(self, expression: str) -> Any:
        """What an expression, or its promise, gives in the page."""
        wish = {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True}
        return self._ask(self.page, "Runtime.evaluate", wish)["result"].get("value")

    def until(self, condition: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self.tell(condition):
            if time.monotonic() > deadline:
                raise TimeoutError(f"never came true: {condition}")
            time.sleep(0.1)

    def go(self, address: str) -> None:
        self._ask(self.page, "Page.navigate", {"url": address})
        self.until("document.readyState === 'complete' && !!document.querySelector('h1')")

    def megabytes(self) -> float:
        """What only the page's own process holds, after a collection."""
        self.tell("window.gc()")
        processes = self._ask(self.browser, "SystemInfo.getProcessInfo", {})["processInfo"]
        return max(private_dirty(one["id"]) for one in processes if one["type"] == "renderer") / 1000

    def _ask(self, line: ClientConnection, method: str, params: dict[str, Any]) -> Any:
        self.asked += 1
        line.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while (answer := json.loads(line.recv(PATIENCE_S))).get("id") != self.asked:
            pass
        return answer["result"]


@contextmanager
def unwatched_page() -> Iterator[UnwatchedPage]:
    port, folder = free_port(), tempfile.mkdtemp()
    flags = [*FLAGS, "--headless=new", "--js-flags=--expose-gc", "--window-size=1366,860", "--no-first-run"]
    flags += [f"--remote-debugging-port={port}", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen([str(CHROMIUM), *flags], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        about = f"http://127.0.0.1:{port}/json"
        page = next(one for one in httpx.get(f"{about}/list").json() if one["type"] == "page")
        browser = httpx.get(f"{about}/version").json()
        lines = [one["webSocketDebuggerUrl"] for one in (page, browser)]
        with connect(lines[0], max_size=None) as first, connect(lines[1], max_size=None) as second:
            yield UnwatchedPage(first, second)
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def private_dirty(process: int) -> float:
    """Kilobytes, as the kernel counts them."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return float(line.split()[1]) * 1.024
    raise ValueError(f"process {process} does not say")
