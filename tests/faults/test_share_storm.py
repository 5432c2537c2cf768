"""Every listener of a session is cut at once and comes back in the same moment, to a real server."""

import asyncio
import time
from pathlib import Path

from benchmarks.share_clients import FIRST_SESSION, TOKEN, WARM, Ear, Heard, Wire, start_sessions

from tests.servers import running_studio

CROWD = 150
PIECE = b'{"data":"' + b"A" * 4_800 + b'","sequenceNumber":%d}'


async def _join(port: int, heard: Heard) -> list[Ear]:
    """All at once."""
    loop = asyncio.get_running_loop()
    ears = [Ear(heard, number) for number in range(CROWD)]

    async def join(ear: Ear) -> None:
        await loop.create_connection(lambda: ear, "127.0.0.1", port)
        await ear.is_open

    await asyncio.gather(*(join(ear) for ear in ears))
    return ears


async def _storm(port: int) -> tuple[int, int]:
    """How the piece after the storm was answered, and how many of the crowd heard it."""
    heard, wire = Heard(), Wire(port)
    for ear in await _join(port, heard):
        ear.wire.abort()
    ears = await _join(port, heard)
    heard.posted[WARM] = time.perf_counter()
    status, _ = await asyncio.to_thread(wire.ask, "POST", f"/api/share/{FIRST_SESSION}/audio", [PIECE % WARM])
    for _ in range(600):
        if len(heard.seconds) == CROWD:
            break
        await asyncio.sleep(0.1)
    for ear in ears:
        ear.wire.abort()
    return status, len(heard.seconds)


def test_a_crowd_that_comes_back_all_at_once_hears_what_follows(tmp_path: Path) -> None:
    settings = {"BEARER_TOKEN": TOKEN, "HARMONIX_SERVER_WORKER_HERE": "false"}
    with running_studio(tmp_path, **settings) as studio:
        start_sessions(studio.port, 1)

        assert asyncio.run(_storm(studio.port)) == (200, CROWD)
