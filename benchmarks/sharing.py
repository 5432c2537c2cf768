"""Chunk posts and pushed listeners: ours against the documented design written plainly (Flask, naive redis-py).

    python benchmarks/sharing.py            needs redis-server, flask and gunicorn

Both servers get the same 235 kB posts from the same client on the same machine, one after the other. The client
pays for JSON and sockets on the same cores, so look at CPU seconds of the server per post, not at requests per second.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers import free_port, redis_server, wait_for_port

TOKEN = "tiger"
POSTS, SESSIONS, AT_ONCE = 2_000, 50, 16
CHUNK = base64.b64encode(b"\0" * 176_400).decode()

PEER = """
import base64, json, os, time
from flask import Flask, jsonify, request
import redis
app, store = Flask(__name__), redis.Redis.from_url(os.environ["REDIS_URL"])

@app.post("/api/share/start")
def start():
    key = "session:" + request.json["sessionId"]
    if store.exists(key):
        return jsonify(success=False), 409
    store.hset(key, mapping={"active": "true", "startTime": int(time.time() * 1000)})
    store.expire(key, 900)
    return jsonify(success=True)

@app.post("/api/share/<session>/audio")
def audio(session):
    key = "session:" + session
    if not store.exists(key):
        return jsonify(error="Session not found"), 404
    chunk = request.json
    store.zadd(key + ":audio", {json.dumps(chunk): chunk["sequenceNumber"]})
    store.zremrangebyrank(key + ":audio", 0, -51)
    store.expire(key + ":audio", 10)
    store.hset(key, "lastActivity", int(time.time() * 1000))
    store.expire(key, 900)
    return jsonify(success=True, buffered=True)
"""


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def cpu_seconds(pid: int) -> float:
    """Of the process and its children, by the kernel's count."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(status.parent.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


async def posting(base: str) -> list[float]:
    """Every post's seconds."""
    headers = {"Authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    taken: list[float] = []
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
        for number in range(SESSIONS):
            await client.post("/api/share/start", json={"sessionId": f"{200_000 + number}"})
        gate = asyncio.Semaphore(AT_ONCE)

        async def post(number: int) -> None:
            body = json.dumps({"data": CHUNK, "sequenceNumber": number // SESSIONS, "sampleRate": 44100, "channels": 2})
            async with gate:
                begin = time.perf_counter()
                answer = await client.post(f"/api/share/{200_000 + number % SESSIONS}/audio", content=body)
                taken.append(time.perf_counter() - begin)
                assert answer.status_code == 200, answer.text

        await asyncio.gather(*(post(number) for number in range(POSTS)))
    return sorted(taken)


def measured(name: str, process: subprocess.Popen[bytes], base: str) -> float:
    before, begin = cpu_seconds(process.pid), time.perf_counter()
    taken = asyncio.run(posting(base))
    wall, cpu = time.perf_counter() - begin, cpu_seconds(process.pid) - before
    middle, late = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    print(
        f"{name:24} {POSTS / wall:7.0f} posts/s  p50 {middle * 1000:6.1f} ms  p99 {late * 1000:6.1f} ms  "
        f"{cpu / POSTS * 1e6:6.0f} us CPU a post"
    )
    return cpu / POSTS


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as redis_url:
        port = free_port()
        (Path(folder) / "peer.py").write_text(PEER)
        gunicorn = [
            sys.executable,
            "-m",
            "gunicorn",
            "-w",
            "2",
            "-k",
            "gthread",
            "--threads",
            "8",
            "--keep-alive",
            "75",
            "-b",
        ]
        with running(
            [*gunicorn, f"127.0.0.1:{port}", "--chdir", folder, "peer:app"], port, REDIS_URL=redis_url
        ) as process:
            peer = measured("Flask, naive Redis", process, f"http://127.0.0.1:{port}")
        for name, more in (("ours, Redis (Lua)", {"HARMONIX_REDIS_URL": redis_url}), ("ours, in memory", {})):
            subprocess.run(["redis-cli", "-u", redis_url, "flushall"], check=True, stdout=subprocess.DEVNULL)
            data = Path(folder) / name.replace(" ", "-")
            environment = {"BEARER_TOKEN": TOKEN, "HARMONIX_DATA_DIR": str(data), **more}
            port = free_port()
            command = [sys.executable, "-m", "harmonix_splitter", "serve", "--port", str(port)]
            with running(command, port, **environment) as process:
                ours = measured(name, process, f"http://127.0.0.1:{port}")
            print(f"{'':24} CPU a post: {ours / peer:.2f} of the plain design's")


if __name__ == "__main__":
    main()
