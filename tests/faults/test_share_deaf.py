"""Listeners who never read, or went without a word: little memory each, gone in time, and nobody else is held up."""

import base64
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.sync.client import connect

from harmonix_splitter.api.main import create_app
from harmonix_splitter.api.share_frames import unpacked
from harmonix_splitter.cli.listening_sockets import PatientSocket
from tests.servers import RunningStudio, running_studio
from tests.studios import fresh_studio

DEAF, CHUNKS = 24, 40
SOUND = base64.b64encode(b"\1\0\0\0" * 44_100)
HEAD = "{} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer tiger\r\nContent-Length: {}\r\n\r\n"


def _ask(port: int, what: str, body: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(HEAD.format(f"POST /api/share/{what}", len(body)).encode() + body)
        return line.recv(65_536)


def _post(port: int, number: int) -> None:
    """Whatever a session may post in a moment is more than a test posts, mostly."""
    answer = _ask(port, "123456/audio", b'{"data":"%b","sequenceNumber":%d}' % (SOUND, number))
    if b" 429 " in answer[:20]:
        time.sleep(1)
        _post(port, number)
    else:
        assert b" 200 " in answer[:20], answer


def _deaf(port: int) -> socket.socket:
    """A listener whose window is as small as may be, and who never looks at it."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.connect(("127.0.0.1", port))
    line.sendall(
        b"GET /api/share/123456/listen?codec=float HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    assert b" 101 " in line.recv(14, socket.MSG_PEEK)
    return line


def _heard(ear: Any, count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        message = ear.recv(timeout=60)
        if isinstance(message, bytes):
            found.append(unpacked(message, 0).chunk.sequence)
    return found


def _memory(process: int) -> int:
    """Bytes in real memory."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4_096


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[RunningStudio]:
    with running_studio(tmp_path, BEARER_TOKEN="tiger", HARMONIX_SERVER_WORKER_HERE="false") as studio:
        _ask(studio.port, "start", b'{"sessionId":"123456"}')
        yield studio


def test_listeners_who_never_read_hold_less_than_a_megabyte_each_and_nobody_up(studio: RunningStudio) -> None:
    with connect(f"ws://127.0.0.1:{studio.port}/api/share/123456/listen?codec=float", max_size=None) as ear:
        for number in range(14):  # what the session itself may hold
            _post(studio.port, number)
        heard, before = _heard(ear, 14), _memory(studio.process.pid)
        deaf = [_deaf(studio.port) for _ in range(DEAF)]
        for number in range(14, 14 + CHUNKS):
            _post(studio.port, number)
            heard += _heard(ear, 1)
        grown = _memory(studio.process.pid) - before
        for line in deaf:
            line.close()

    assert heard == list(range(14 + CHUNKS))
    assert grown < DEAF * 1_000_000, f"{grown / DEAF:.0f} bytes each, of {CHUNKS * 176_400} sent"


class Hasty(PatientSocket):
    patience_ms = 500


@pytest.fixture
def here(tmp_path: Path) -> Iterator[tuple[Any, int]]:
    """The application and its port, on sockets that give up soon."""
    app = create_app(fresh_studio(tmp_path, sharing__bearer_token="tiger", logging__console="off"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws=Hasty, ws_ping_interval=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield app, server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux gives up a connection in time")
def test_a_listener_who_stopped_reading_is_gone_in_time(here: tuple[Any, int]) -> None:
    app, port = here
    _ask(port, "start", b'{"sessionId":"123456"}')
    deaf = _deaf(port)
    heard_here = app.state.share_hub._pumps
    assert "123456" in heard_here

    for number in range(12):
        _post(port, number)
    for _ in range(3_000):
        if not heard_here:
            break
        time.sleep(0.02)

    assert heard_here == {}
    deaf.close()
