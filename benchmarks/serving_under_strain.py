"""What others feel while strangers flood the door and somebody uploads 500 MB, and how the server's memory grows.

    python benchmarks/serving_under_strain.py [--seconds 10] [--megabytes 500]

The studio is a process of its own. Its patient asks for its own account fifty times a second, over one connection, in
peace and under strain; both are measured in the same run.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from serving import running

PACE = 0.02
FLOODERS = 16
PIECE = 1 << 20


async def patient(port: int, key: str, until: Callable[[], bool]) -> list[float]:
    """Seconds of each answer, asked at a steady pace whatever the last one took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET /api/auth/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    times, due = [], time.monotonic()
    while not until():
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        begun, due = time.monotonic(), due + PACE
        writer.write(request)
        await _answer(reader)
        times.append(time.monotonic() - begun)
    writer.close()
    return times


async def flooder(port: int, number: int, until: Callable[[], bool]) -> dict[int, int]:
    """Wrong passwords for names that do not exist, as fast as they are answered; how often each status came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    statuses: dict[int, int] = {}
    for attempt in range(10_000_000):
        if until():
            break
        body = json.dumps({"name": f"nobody{number}x{attempt}", "password": "wrong password"}).encode()
        head = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status = await _answer(reader)
        statuses[status] = statuses.get(status, 0) + 1
    writer.close()
    return statuses


async def uploader(port: int, key: str, megabytes: int) -> int:
    """One file as a form of one part."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    mark, noise = "----strain", os.urandom(PIECE)
    told = 'Content-Disposition: form-data; name="file"; filename="long.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    begin, end = f"--{mark}\r\n{told}".encode(), f"\r\n--{mark}--\r\n".encode()
    size = len(begin) + megabytes * PIECE + len(end)
    head = f"POST /upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
    kind = f"Content-Type: multipart/form-data; boundary={mark}\r\nContent-Length: {size}\r\n\r\n"
    writer.write((head + kind).encode() + begin)
    for _ in range(megabytes):
        writer.write(noise)
        await writer.drain()
    writer.write(end)
    status = await _answer(reader)
    writer.close()
    return status


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def most_memory(process: int, until: Callable[[], bool]) -> int:
    """Bytes, at its largest."""
    most = 0
    while not until():
        most = max(most, resident(process))
        await asyncio.sleep(0.05)
    return most


def resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def p99(times: list[float]) -> float:
    return round(1e3 * sorted(times)[int(len(times) * 0.99)], 2)


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


async def while_running(work: Awaitable[Any], port: int, process: int, key: str) -> tuple[Any, list[float], int]:
    """The patient's answers and the server's memory for as long as the work lasts."""
    task = asyncio.ensure_future(work)
    times, most, done = await asyncio.gather(patient(port, key, task.done), most_memory(process, task.done), task)
    return done, times, most


async def measured(port: int, process: int, key: str, seconds: float, megabytes: int) -> dict[str, Any]:
    await patient(port, key, after(1.0))
    calm = p99(await patient(port, key, after(seconds)))
    until = after(seconds)
    flood = asyncio.gather(*(flooder(port, number, until) for number in range(FLOODERS)))
    statuses, flooded, _ = await while_running(flood, port, process, key)
    await patient(port, key, after(2.0))
    before = resident(process)
    status, uploading, most = await while_running(uploader(port, key, megabytes), port, process, key)
    logins: dict[str, int] = {}
    for one in statuses:
        for code, count in one.items():
            logins[str(code)] = logins.get(str(code), 0) + count
    return {
        "p99_calm_milliseconds": calm,
        "p99_flooded_milliseconds": p99(flooded),
        "p99_flooded_times_calm": round(p99(flooded) / calm, 2),
        "logins": logins,
        "upload_status": status,
        "p99_uploading_milliseconds": p99(uploading),
        "memory_growth_megabytes": round((most - before) / 1e6, 1),
        "load_average": os.getloadavg()[0],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--megabytes", type=int, default=470)
    given = parser.parse_args()
    with running("ours") as (port, process, known):
        print(json.dumps(asyncio.run(measured(port, process, known["key"], given.seconds, given.megabytes)), indent=2))
