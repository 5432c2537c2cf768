"""Serving sound and JSON: our way against the stock way, in one run, by CPU time: a busy machine still tells.

    python benchmarks/serving.py [--seconds 5]

Each server is a process of its own; requests come over keep-alive connections from this one. What counts is requests
per second of CPU that the server's process used.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

RANGE = 64 * 1024
WHOLE = 64 * 1024 * 1024
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    path: str
    headers: str = ""
    connections: int = 8


@dataclass(frozen=True)
class Measured:
    requests: int
    received: int
    cpu: float
    wall: float
    slowest: float

    @property
    def per_cpu_second(self) -> float:
        return self.requests / self.cpu

    def to_document(self) -> dict[str, float]:
        return {
            "requests_per_cpu_second": round(self.per_cpu_second),
            "cpu_microseconds_per_request": round(1e6 * self.cpu / self.requests),
            "requests_per_second": round(self.requests / self.wall),
            "megabytes_per_cpu_second": round(self.received / self.cpu / 1e6),
            "megabytes_per_second": round(self.received / self.wall / 1e6),
            "p99_milliseconds": round(self.slowest * 1e3, 1),
        }


def stock_server(folder: str) -> None:
    """FastAPI and Starlette's FileResponse, as any tutorial has it."""
    import uvicorn
    from fastapi import FastAPI
    from fastapi.responses import FileResponse

    app = FastAPI()

    @app.get("/file")
    def file() -> FileResponse:
        return FileResponse(Path(folder) / "sound.flac", media_type="audio/flac")

    _serve(uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)), folder)


def our_server(folder: str) -> None:
    """The whole studio as it is shipped: gate, session, ownership, ranges."""
    from harmonix_splitter.adapters.database.base import metadata
    from harmonix_splitter.bootstrap import studio
    from harmonix_splitter.cli.serve import server_of
    from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
    from harmonix_splitter.domain.separation import Recipe
    from harmonix_splitter.domain.sources import youtube

    house = studio({"data.dir": Path(folder) / "data", "server.worker_here": False})
    house.prepare()
    metadata.create_all(house.parts.database.engine)
    people = house.accounts.people
    user = people.create(people.new_user("bench"), "a short sentence")
    _, key = house.accounts.keys.make(user, "bench", ["read", "write"], None)
    source, recipe, now = youtube("cNGjD0VG4R8"), Recipe(), house.parts.clock.now()
    work = house.library.storage.workspace("bench")
    for name in ("original", "bass"):
        (work / f"{name}.flac").write_bytes((Path(folder) / "sound.flac").read_bytes())
    house.library.publish_recording(Recording(source.id, source, "T", "A"), {"original": work / "original.flac"}, ())
    place = place_of(source.id, recipe)
    item = LibraryItem(item_id_of(place), source.id, source, recipe, place, ("bass",), 1, now, "T", "A", 1.0)
    house.library.publish(item, {"bass": work / "bass.flac"}, {})
    house.library.record.put(item)
    song = house.songs.request(user.id, source, recipe).song
    (Path(folder) / "known.json").write_text(json.dumps({"song": song.id, "key": key}))
    _serve(server_of(house), folder)


def _serve(server: "uvicorn.Server", folder: str) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    (Path(folder) / "port").write_text(str(listener.getsockname()[1]))
    server.run(sockets=[listener])


@contextmanager
def running(which: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    """A server process: its port, its process id, what it told us."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sound.flac").write_bytes(os.urandom(WHOLE))
        process = subprocess.Popen([sys.executable, __file__, "--serve", which, folder])
        try:
            port = _port(Path(folder), process)
            known = Path(folder) / "known.json"
            yield port, process.pid, json.loads(known.read_text()) if known.exists() else {}
        finally:
            process.terminate()
            process.wait(20)


def _port(folder: Path, process: "subprocess.Popen[bytes]") -> int:
    for _ in range(1200):
        time.sleep(0.05)
        if process.poll() is not None:
            raise SystemExit("the server did not start")
        text = (folder / "port").read_text() if (folder / "port").exists() else ""
        with socket.socket() as probe:
            if text and probe.connect_ex(("127.0.0.1", int(text))) == 0:
                return int(text)
    raise SystemExit("the server did not answer in a minute")


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def one_connection(port: int, load: Load, until: float, times: list[float]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    request = f"GET {load.path} HTTP/1.1\r\nHost: localhost\r\n{load.headers}\r\n".encode()
    received = 0
    while time.monotonic() < until:
        begun = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 206")):
            raise SystemExit(head.decode())
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        received += length
        while length > 0:
            length -= len(await reader.read(min(length, 2**20)))
        times.append(time.monotonic() - begun)
    writer.close()
    return received


def measure(port: int, process: int, load: Load, seconds: float) -> Measured:
    async def all_of_them() -> tuple[int, list[float]]:
        times: list[float] = []
        until = time.monotonic() + seconds
        done = await asyncio.gather(*(one_connection(port, load, until, times) for _ in range(load.connections)))
        return sum(done), sorted(times)

    # What is loaded and looked up once is not counted.
    asyncio.run(one_connection(port, load, time.monotonic() + 0.5, []))
    before, begun = cpu_seconds(process), time.monotonic()
    received, times = asyncio.run(all_of_them())
    wall = time.monotonic() - begun
    slowest = times[int(len(times) * 0.99)] if times else 0.0
    return Measured(len(times), received, cpu_seconds(process) - before, wall, slowest)


def main(seconds: float) -> None:
    part = f"Range: bytes=1000000-{1000000 + RANGE - 1}\r\n"
    found: dict[str, object] = {"load_average": os.getloadavg()[0], "cores": os.cpu_count()}
    with running("stock") as (port, process, _):
        stock = measure(port, process, Load("/file", part), seconds)
        stock_whole = measure(port, process, Load("/file", connections=2), seconds)
    with running("ours") as (port, process, known):
        sign = f"Authorization: Bearer {known['key']}\r\n"
        audio = f"/api/songs/{known['song']}/audio/bass"
        ours = measure(port, process, Load(audio, part + sign), seconds)
        ours_whole = measure(port, process, Load(audio, sign, connections=2), seconds)
        reads = measure(port, process, Load("/api/auth/me", sign), seconds)
    found |= {"64 KiB ranges, stock": stock.to_document(), "64 KiB ranges, ours": ours.to_document()}
    found |= {"whole file, stock": stock_whole.to_document(), "whole file, ours": ours_whole.to_document()}
    found |= {"authenticated JSON reads, ours": reads.to_document()}
    found |= {"ranges: times the stock requests per CPU-second": round(ours.per_cpu_second / stock.per_cpu_second, 1)}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--serve", nargs=2)
    given = parser.parse_args()
    if given.serve:
        {"stock": stock_server, "ours": our_server}[given.serve[0]](given.serve[1])
    else:
        main(given.seconds)
