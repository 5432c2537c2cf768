"""A second start on one folder, and SIGTERM under load: whoever was let in is served, jobs are handed back."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.faults.workers import wait_until
from tests.makers_media import tone, write
from tests.servers import free_port, wait_for_port
from tests.studios import PASSWORD

ASKERS = 6
SECONDS = 25


@dataclass
class Loaded:
    """A real server, people who ask it all the time, one who listens to its news, and a song it works on."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    answers: list[int] = field(default_factory=list)
    cut_off: list[tuple[float, str]] = field(default_factory=list)
    """When somebody began to ask who got no answer, and what they saw instead."""
    threads: list[threading.Thread] = field(default_factory=list)

    def browser(self) -> httpx.Client:
        origin = f"http://127.0.0.1:{self.port}"
        return httpx.Client(base_url=origin, headers={"origin": origin}, timeout=60)

    def ask(self, cookies: httpx.Cookies) -> None:
        with self.browser() as client:
            client.cookies = cookies
            while True:
                begun = time.monotonic()
                try:
                    self.answers.append(client.get("/api/songs", headers={"connection": "close"}).status_code)
                except httpx.ConnectError:  # the door is closed: nobody is let in any more
                    return
                except httpx.HTTPError as broken:
                    self.cut_off.append((begun, repr(broken)))
                    return

    def listen(self, cookies: httpx.Cookies) -> None:
        with self.browser() as client, client.stream("GET", "/api/events", cookies=dict(cookies)) as news:
            try:
                for _ in news.iter_bytes():
                    pass
            except httpx.HTTPError:  # it would never end by itself
                return

    def begin(self, work: object, *about: object) -> None:
        thread = threading.Thread(target=work, args=about, daemon=True)  # type: ignore[arg-type]
        self.threads.append(thread)
        thread.start()

    def job(self) -> tuple[str, str, int]:
        with sqlite3.connect(f"file:{self.folder / 'harmonix.sqlite3'}?mode=ro", uri=True) as raw:
            row = raw.execute("SELECT status, stage, attempts FROM jobs").fetchone()
        return row or ("", "", 0)


def serve(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "harmonix_splitter", "serve", "--port", str(port), "--data-dir", str(folder)]


def marked(port: int) -> dict[str, str]:
    """What a server and all it starts can be known by."""
    quiet = {"HARMONIX_SOURCES_LRCLIB": "false", "HARMONIX_SOURCES_ITUNES": "false"}
    return {**os.environ, **quiet, "MARK": str(port)}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder, port = tmp_path_factory.mktemp("studio") / "data", free_port()
    process = subprocess.Popen(serve(folder, port), env=marked(port), stderr=subprocess.DEVNULL)
    wait_for_port(port, process)
    yield Loaded(folder, port, process)
    if process.poll() is None:
        process.kill()
    process.wait()


def living(port: int) -> list[str]:
    """Whatever was started for this server and still runs."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"MARK={port}".encode() in environment.read_bytes().split(b"\0"):
                found.append(environment.parent.name)
        except OSError:  # gone meanwhile
            continue
    return found


def test_a_second_server_on_the_same_folder_says_so_and_ends_at_once(loaded: Loaded) -> None:
    command = serve(loaded.folder, free_port())
    second = subprocess.run(command, env=marked(loaded.port), capture_output=True, text=True, timeout=60, check=False)

    assert second.returncode != 0
    assert "Another Harmonix already serves" in second.stderr
    assert "Traceback" not in second.stderr
    with loaded.browser() as anybody:
        assert anybody.get("/health").status_code == 200


@pytest.mark.timeout(180)
def test_a_loaded_server_ends_well_when_it_is_told_to(loaded: Loaded, tmp_path: Path) -> None:
    song = write(tmp_path / "song.flac", tone(120.0))
    with loaded.browser() as owner:
        owner.post("/api/setup", json={"name": "mika", "password": PASSWORD}).raise_for_status()
        owner.post("/upload", files={"file": ("song.flac", song.read_bytes())}).raise_for_status()
        cookies = owner.cookies
    for _ in range(ASKERS):
        loaded.begin(loaded.ask, cookies)
    loaded.begin(loaded.listen, cookies)
    wait_until(lambda: loaded.job()[1] == "separate", 60)
    asked = len(loaded.answers)

    told = time.monotonic()
    loaded.process.send_signal(signal.SIGTERM)
    ended = loaded.process.wait(timeout=SECONDS)
    for thread in loaded.threads:
        thread.join(20)

    assert ended == 0
    assert asked > ASKERS
    assert set(loaded.answers) == {200}
    assert [seen for begun, seen in loaded.cut_off if begun < told] == []
    assert loaded.job() == ("pending", "waiting", 0)
    assert living(loaded.port) == []
