"""Chunk posts and pushed listeners: ours against the documented design written plainly (Flask, naive redis-py).

    python benchmarks/sharing.py [posts] [pace] [listeners] [storm] [flood] [clients] [tiny]

Needs redis-server, flask and gunicorn.

posts      the same 235 kB posts to the peer and to ours, one after the other: CPU of the server per post
pace       500 posts a second on a fixed timetable, Redis store: late posts count from when they were due
listeners  500 WebSocket listeners, ten messages a second each: how many arrive, how late
storm      500 listeners cut at once and back at once: who missed nothing, after how long
flood      one session posts as fast as it can: what the others' posts take, alone and beside it
clients    50 sessions with 5 listeners each as the desktop client behaves (tests/share_client.py)
tiny       a load so small that it only shows that all of this works

Clients run on the same cores: look at CPU seconds and shares, not at requests per second.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.share_clients import TOKEN, Posted, flooding, kept_by, listening, post_chunks, start_sessions, storm
from tests.servers import free_port, redis_server, wait_for_port
from tests.share_client import crowd

TINY = "tiny" in sys.argv
SESSIONS, POSTS, SECONDS, PER_SECOND, EARS, CROWD_SECONDS = (
    (4, 80, 2, 20, 20, 8) if TINY else (50, 1_500, 10, 500, 500, 30)
)
PARTS = ("posts", "pace", "listeners", "storm", "flood", "clients")

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


def redis_seconds(url: str) -> float:
    told = subprocess.run(["redis-cli", "-u", url, "info", "cpu"], check=True, capture_output=True, text=True).stdout
    facts = dict(line.split(":") for line in told.split() if ":" in line)
    return float(facts["used_cpu_sys"]) + float(facts["used_cpu_user"])


@contextmanager
def peer(folder: Path, redis_url: str) -> Iterator[tuple[int, int]]:
    """The documented design; the answer is its process id and port."""
    port = free_port()
    (folder / "peer.py").write_text(PEER)
    how = ["-w", "2", "-k", "gthread", "--threads", "8", "--keep-alive", "75", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", *how, "-b", f"127.0.0.1:{port}", "--chdir", str(folder), "peer:app"]
    with running(command, port, REDIS_URL=redis_url) as process:
        yield process.pid, port


@contextmanager
def ours(folder: Path, redis_url: str = "") -> Iterator[tuple[int, int]]:
    port = free_port()
    environment = {"BEARER_TOKEN": TOKEN, "HARMONIX_DATA_DIR": str(folder), "HARMONIX_LOGGING_CONSOLE": "off"}
    if redis_url:
        subprocess.run(["redis-cli", "-u", redis_url, "flushall"], check=True, stdout=subprocess.DEVNULL)
        environment["HARMONIX_REDIS_URL"] = redis_url
    command = [sys.executable, "-m", "harmonix_splitter", "serve", "--port", str(port)]
    with running(command, port, **environment) as process:
        yield process.pid, port


def told(name: str, result: Posted, server: float, redis: float) -> None:
    count = len(result.seconds)
    spent = [round(seconds / count * 1e6) for seconds in (server, redis, result.client_cpu)]
    print(
        f"{name}: {count / result.wall:.0f} posts/s, {result.refused} refused, p50 {result.late(0.5):.1f} ms, ", end=""
    )
    print(f"p99 {result.late(0.99):.1f} ms; CPU us a post: server {spent[0]}, Redis {spent[1]}, client {spent[2]}")


def measured(name: str, pid: int, port: int, redis_url: str, posts: int, per_second: float = 0) -> tuple[float, float]:
    """CPU seconds a post: of the server, and of Redis."""
    start_sessions(port, SESSIONS)
    server, redis = cpu_seconds(pid), redis_seconds(redis_url)
    result = post_chunks(port, posts, sessions=SESSIONS, per_second=per_second)
    server, redis = cpu_seconds(pid) - server, redis_seconds(redis_url) - redis
    told(name, result, server, redis)
    if per_second:
        sender, served = kept_by(0.99, result.begun), kept_by(0.99, result.answered)
        print(f"{'':20} p99 of what the sender was late {sender:.1f} ms, of an answer once sent {served:.1f} ms")
    return server / posts, redis / posts


def posts(folder: Path, redis_url: str) -> None:
    with peer(folder, redis_url) as (pid, port):
        plain = measured("Flask, naive Redis", pid, port, redis_url, POSTS)
    for name, url in (("ours, Redis", redis_url), ("ours, in memory", "")):
        with ours(folder / name.replace(" ", ""), url) as (pid, port):
            found = measured(name, pid, port, redis_url, POSTS)
        print(
            f"{'':20} {found[0] / plain[0]:.2f} of the plain design's server, {sum(found) / sum(plain):.2f} with Redis"
        )


def pace(folder: Path, redis_url: str) -> None:
    with ours(folder / "pace", redis_url) as (pid, port):
        measured(f"{PER_SECOND} a second, Redis", pid, port, redis_url, PER_SECOND * SECONDS, PER_SECOND)


def listeners(folder: Path, _redis_url: str) -> None:
    with ours(folder / "listeners") as (pid, port):
        before = cpu_seconds(pid)
        heard = uvloop.run(listening(port, listeners=EARS, per_second=10, seconds=SECONDS))
        cpu = cpu_seconds(pid) - before
    arrived = f"{heard.share * 100:.2f} % of {heard.expected} messages"
    print(f"{EARS} listeners: {arrived}, p50 {heard.late(0.5):.1f} ms, ", end="")
    print(
        f"p99 {heard.late(0.99):.1f} ms; server {cpu / SECONDS:.2f} of a core, client {heard.client_cpu / SECONDS:.2f}"
    )


def back(folder: Path, _redis_url: str) -> None:
    with ours(folder / "storm") as (_pid, port):
        heard, seconds = uvloop.run(storm(port, EARS))
    print(
        f"{EARS} listeners back at once: {heard.recovered} missed nothing, the last after {seconds:.2f} s, "
        f"{len(heard.seconds)} heard the next chunk"
    )


def flood(folder: Path, redis_url: str) -> None:
    with ours(folder / "flood", redis_url) as (_pid, port):
        start_sessions(port, SESSIONS)
        slow = PER_SECOND / 10
        alone = post_chunks(port, round(slow * SECONDS), sessions=SESSIONS, per_second=slow)
        with flooding(port) as flooded:
            start_sessions(port, SESSIONS, again=True)
            beside = post_chunks(port, round(slow * SECONDS), sessions=SESSIONS, per_second=slow)
    print(
        f"{slow:.0f} posts/s: p99 {alone.late(0.99):.1f} ms alone, {beside.late(0.99):.1f} ms beside a flood of "
        f"{flooded.count / beside.wall:.0f} posts/s, {beside.refused} refused"
    )


def clients(folder: Path, redis_url: str) -> None:
    with ours(folder / "clients", redis_url) as (_pid, port):
        found = uvloop.run(
            crowd(f"http://127.0.0.1:{port}", TOKEN, sessions=SESSIONS, listeners=5, seconds=CROWD_SECONDS)
        )
    print(found.told())


def main() -> None:
    parts = dict(zip(PARTS, (posts, pace, listeners, back, flood, clients), strict=True))
    chosen = [name for name in PARTS if name in sys.argv[1:]] or PARTS
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as redis_url:
        for name in chosen:
            parts[name](Path(folder), redis_url)


if __name__ == "__main__":
    main()
