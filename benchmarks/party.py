"""A room with a hundred phones: how long an action takes to reach every screen, and what idle phones cost.

    python benchmarks/party.py [--phones 100] [--actions 60]

A real server on loopback; the phones are raw sockets that read frames, so that they cost little on the same cores, and
ask for the time as often as the page does.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers import free_port, wait_for_port

HOST = {"name": "host", "email": "host@example.org", "password": "correct horse battery staple"}
IDLE_SECONDS, SETTLE_SECONDS, BETWEEN_PINGS = 30.0, 3.0, 15.0
Figures = dict[str, float]
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    environment = {**os.environ, "HARMONIX_DATA_DIR": str(folder), "HARMONIX_SERVER_WORKER_HERE": "false"}
    command = [sys.executable, "-m", "harmonix_splitter", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Phone:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: dict[int, float] = field(default_factory=dict)
    """Room version -> when it arrived."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def joined(cls, port: int, code: str) -> "Phone":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"GET /api/rooms/{code}/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in answer, answer
        return cls(reader, writer)

    async def ask(self) -> None:
        """The page's small question, masked by zeros as a browser masks it by chance."""
        body = json.dumps({"type": "ping", "id": time.time()}).encode()
        while True:
            self.writer.write(bytes([0x81, 0x80 | len(body), 0, 0, 0, 0]) + body)
            await asyncio.sleep(BETWEEN_PINGS)

    async def listen(self) -> None:
        while True:
            first, second = await self.reader.readexactly(2)
            length = second & 127
            if length > 125:
                length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8))
            body = await self.reader.readexactly(length)
            if first & 15 == 1 and b'"version":' in body:
                at = body.rfind(b'"version":')
                version = int(body[at + 10 : at + 20].split(b",")[0])
                self.heard.setdefault(version, time.perf_counter())
                self.news.set()

    async def hears(self, version: int) -> float:
        while version not in self.heard:
            await self.news.wait()
            self.news.clear()
        return self.heard[version]


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def idle_share(pid: int) -> float:
    before = processor_seconds(pid)
    await asyncio.sleep(IDLE_SECONDS)
    return (processor_seconds(pid) - before) / IDLE_SECONDS


async def measured(port: int, pid: int, code: str, client: httpx.AsyncClient, wishes: argparse.Namespace) -> Figures:
    empty = await idle_share(pid)
    phones = [await Phone.joined(port, code) for _ in range(wishes.phones)]
    at_work = [asyncio.create_task(job) for phone in phones for job in (phone.listen(), phone.ask())]
    await asyncio.sleep(SETTLE_SECONDS)
    idle = await idle_share(pid)
    late: list[float] = []
    begun = processor_seconds(pid)
    for number in range(wishes.actions):
        asked = time.perf_counter()
        answer = await client.patch(f"/api/rooms/{code}/stage", json={"guide": (number % 10) / 10 + 0.05})
        version = answer.raise_for_status().json()["version"]
        async with asyncio.timeout(10):
            late += [await phone.hears(version) - asked for phone in phones]
        await asyncio.sleep(0.05)
    spent = (processor_seconds(pid) - begun) / wishes.actions
    for task in at_work:
        task.cancel()
    late.sort()
    return {
        "median_ms": statistics.median(late) * 1000,
        "p95_ms": late[int(len(late) * 0.95)] * 1000,
        "worst_ms": late[-1] * 1000,
        "processor_ms_per_action": spent * 1000,
        "idle_percent_of_a_core": idle * 100,
        "idle_percent_without_phones": empty * 100,
        "idle_percent_a_phone": (idle - empty) * 100 / wishes.phones,
    }


async def main(wishes: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (port, process):
        home = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=home, headers={"origin": home}, timeout=30) as client:
            (await client.post("/api/setup", json=HOST)).raise_for_status()
            code = (await client.post("/api/rooms", json={"name": "Friday"})).json()["code"]
            for number in range(20):
                (await client.post(f"/api/rooms/{code}/join", json={"name": f"Singer {number}"})).raise_for_status()
            found = await measured(port, process.pid, code, client, wishes)
    print(json.dumps({name: round(value, 3) for name, value in found.items()} | {"load": os.getloadavg()[0]}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=100)
    parser.add_argument("--actions", type=int, default=60)
    asyncio.run(main(parser.parse_args()))
