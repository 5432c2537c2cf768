"""Light clients for the sharing benchmark: a client must cost less than what it measures."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pybase64
import uvloop
from tests.light_lines import Lines

TOKEN = "tiger"
FIRST_SESSION = 200_000
SOUND = (0.3 * np.sin(np.arange(44_100) / 20)).astype("<f4").tobytes()
_BEFORE = (
    b'{"data":"' + pybase64.b64encode(SOUND) + b'","sampleRate":44100,"channels":2,"timestamp":0,"sequenceNumber":'
)


def head_of(method: str, path: str, length: int) -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@dataclass
class Wire(threading.local):
    """One kept-alive connection per thread."""

    port: int
    line: socket.socket | None = None

    def ask(self, method: str, path: str, parts: Iterable[bytes] = ()) -> tuple[int, bytes]:
        if self.line is None:
            self.line = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        body = list(parts)
        self.line.sendall(head_of(method, path, sum(map(len, body))) + b"".join(body))
        return self._answer(self.line)

    @staticmethod
    def _answer(wire: socket.socket) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += wire.recv(65_536)
        top, _, body = got.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in top.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        while len(body) < length:
            body += wire.recv(1 << 20)
        return int(top[9:12]), body


@dataclass
class Posted:
    wall: float
    client_cpu: float
    seconds: list[float] = field(default_factory=list)
    """From when each was due to its answer."""
    begun: list[float] = field(default_factory=list)
    """From when each was due to when it was sent: what the sender itself was late."""
    answered: list[float] = field(default_factory=list)
    """From when it was sent to its answer."""
    refused: int = 0

    def late(self, share: float) -> float:
        """The latency that this share of posts kept, in milliseconds."""
        return kept_by(share, self.seconds)


def kept_by(share: float, seconds: list[float]) -> float:
    """What this share of them kept, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


WARM = 2


def start_sessions(port: int, count: int, *, again: bool = False) -> None:
    """Start them and post twice in each, so that nothing is built, loaded or compiled while we measure."""
    wire = Wire(port)
    for number in range(count):
        if again:
            wire.ask("POST", f"/api/share/{FIRST_SESSION + number}/stop")
        status, body = wire.ask("POST", "/api/share/start", [b'{"sessionId":"%d"}' % (FIRST_SESSION + number)])
        assert status == 200, body
        for sequence in range(WARM):
            wire.ask("POST", f"/api/share/{FIRST_SESSION + number}/audio", [_BEFORE, b"%d}" % sequence])


def post_chunks(port: int, posts: int, *, sessions: int = 50, at_once: int = 16, per_second: float = 0) -> Posted:
    """Post chunks round the sessions; with `per_second` on a fixed timetable, each timed from when it was due."""
    return uvloop.run(_posted(Lines(f"http://127.0.0.1:{port}", TOKEN), posts, sessions, at_once, per_second))


async def _posted(lines: Lines, posts: int, sessions: int, at_once: int, per_second: float) -> Posted:
    result, room = Posted(0, 0), asyncio.Semaphore(at_once)
    cpu, begin = time.process_time(), time.perf_counter()

    async def post(number: int) -> None:
        if per_second:
            await asyncio.sleep(begin + number / per_second - time.perf_counter())
        async with room:
            sent = time.perf_counter()
            due = begin + number / per_second if per_second else sent
            path = f"/api/share/{FIRST_SESSION + number % sessions}/audio"
            answer = await lines.ask("POST", path, _BEFORE, b"%d}" % (number // sessions + WARM))
        now = time.perf_counter()
        result.seconds.append(now - due)
        result.begun.append(sent - due)
        result.answered.append(now - sent)
        result.refused += answer.status != 200

    await asyncio.gather(*(post(number) for number in range(posts)))
    result.wall, result.client_cpu = time.perf_counter() - begin, time.process_time() - cpu
    lines.close()
    return result


@dataclass
class Flood:
    count: int = 0
    is_over: bool = False


@contextmanager
def flooding(port: int) -> Iterator[Flood]:
    """One session's sharer posts as fast as the answers come, whatever they say."""
    flood, wire = Flood(), Wire(port)

    def pour() -> None:
        wire.ask("POST", "/api/share/start", [b'{"sessionId":"999999"}'])
        while not flood.is_over:
            wire.ask("POST", "/api/share/999999/audio", [_BEFORE, b"%d}" % flood.count])
            flood.count += 1

    with ThreadPoolExecutor(1) as pool:
        poured = pool.submit(pour)
        yield flood
        flood.is_over = True
        poured.result()


@dataclass
class Heard:
    """What came to a crowd of pushed listeners; seconds from just before the post to the arrival of each frame."""

    sent: int = 0
    expected: int = 0
    seconds: list[float] = field(default_factory=list)
    posted: dict[int, float] = field(default_factory=dict)
    client_cpu: float = 0
    recovered: int = 0
    """Greeted as somebody who missed nothing."""

    @property
    def share(self) -> float:
        return len(self.seconds) / self.expected

    def late(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Ear(asyncio.Protocol):
    """A WebSocket listener that only looks at each frame's number: no library could cost less."""

    def __init__(self, heard: Heard, number: int, place: str = "") -> None:
        self.heard, self.number, self.place = heard, number, place
        self.rest = b""
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.wire = cast(asyncio.Transport, transport)
        self.wire.write(
            f"GET /api/share/{FIRST_SESSION}/listen?codec=opus&listener=ear{self.number}{self.place} HTTP/1.1\r\n"
            "Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        at = 0
        if not self.is_open.done():
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self.rest = data
                return
            assert data.startswith(b"HTTP/1.1 101"), data
            self.is_open.set_result(None)
        while (begin := payload_at(data, at)) and begin[1] <= len(data):
            self._hear(data[at] & 15, data, begin[0])
            at = begin[1]
        self.rest = data[at:]

    def _hear(self, kind: int, data: bytes, begin: int) -> None:
        if kind == 1:
            self.heard.recovered += b'"recovered":true' in data[begin : begin + 200]
        elif kind == 2:
            (sequence,) = struct.unpack_from("<Q", data, begin + 16)
            if sequence in self.heard.posted:
                self.heard.seconds.append(time.perf_counter() - self.heard.posted[sequence])
        elif kind == 9:
            self.wire.write(b"\x8a\x80\0\0\0\0")


def payload_at(data: bytes, at: int) -> tuple[int, int] | None:
    """Where a server's frame has its payload, begin and end; None when even that is not there yet."""
    if len(data) < at + 2:
        return None
    length, begin = data[at + 1], at + 2
    if length == 126:
        if len(data) < at + 4:
            return None
        (length,), begin = struct.unpack_from(">H", data, at + 2), at + 4
    elif length == 127:
        if len(data) < at + 10:
            return None
        (length,), begin = struct.unpack_from(">Q", data, at + 2), at + 10
    return begin, begin + length


async def join(port: int, ears: Sequence[Ear], at_once: int = 50) -> None:
    loop = asyncio.get_running_loop()

    async def one(ear: Ear) -> None:
        await loop.create_connection(lambda: ear, "127.0.0.1", port)
        await ear.is_open

    for first in range(0, len(ears), at_once):
        await asyncio.gather(*(one(ear) for ear in ears[first : first + at_once]))


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(6_000):
        if happened():
            return
        await asyncio.sleep(0.02)


async def storm(port: int, crowd: int) -> tuple[Heard, float]:
    """All listeners are cut in one moment and come back in the next: who missed nothing, and after how many seconds."""
    heard, wire = Heard(), Wire(port)
    start_sessions(port, 1)
    _, told = wire.ask("GET", f"/api/share/{FIRST_SESSION}/status")
    ears = [Ear(heard, number) for number in range(crowd)]
    await join(port, ears)
    for ear in ears:
        ear.wire.abort()
    place = f"&epoch={json.loads(told)['epoch']}&since={WARM - 1}"
    back, begin = [Ear(heard, number, place) for number in range(crowd)], time.perf_counter()
    await join(port, back, crowd)
    await until(lambda: heard.recovered == crowd)
    seconds = time.perf_counter() - begin
    heard.posted[WARM] = time.perf_counter()
    status, _ = await asyncio.to_thread(wire.ask, "POST", f"/api/share/{FIRST_SESSION}/audio", [_BEFORE, b"%d}" % WARM])
    await until(lambda: len(heard.seconds) == crowd)
    heard.sent, heard.expected = int(status == 200), crowd
    for ear in back:
        ear.wire.abort()
    return heard, seconds


async def listening(port: int, *, listeners: int, per_second: int, seconds: int) -> Heard:
    """One sharer's pieces of a tenth of a second (say), heard by many."""
    loop, heard, wire = asyncio.get_running_loop(), Heard(), Wire(port)
    start_sessions(port, 1)
    ears = [Ear(heard, number) for number in range(listeners)]
    await join(port, ears)
    await asyncio.sleep(1)
    piece = pybase64.b64encode(SOUND[: 44_100 // per_second * 8])
    cpu, begin = time.process_time(), loop.time()
    for sequence in range(WARM, WARM + per_second * seconds):
        await asyncio.sleep(begin + (sequence - WARM) / per_second - loop.time())
        body = b'{"data":"' + piece + b'","sequenceNumber":%d}' % sequence
        heard.posted[sequence] = time.perf_counter()
        status, _ = await asyncio.to_thread(wire.ask, "POST", f"/api/share/{FIRST_SESSION}/audio", [body])
        heard.sent += status == 200
    await asyncio.sleep(2)
    heard.client_cpu, heard.expected = time.process_time() - cpu, heard.sent * listeners
    for ear in ears:
        ear.wire.abort()
    return heard
