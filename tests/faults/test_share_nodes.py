"""Two servers on one Redis: the session belongs to neither, so killing one ends nothing."""

import base64
import json
import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from websockets.sync.client import connect

from harmonix_splitter.api.share_frames import unpacked
from tests.servers import running_studio

pytestmark = pytest.mark.redis
HEADERS = {"Authorization": "Bearer tiger"}
SOUND = base64.b64encode(b"\0" * 176_400).decode()


def _post(base: str, number: int) -> None:
    body = {"data": SOUND, "sequenceNumber": number}
    httpx.post(f"{base}/api/share/123456/audio", json=body, headers=HEADERS, timeout=60).raise_for_status()


def _next_frame(ear: Any) -> int:
    while True:
        message = ear.recv(timeout=60)
        if isinstance(message, bytes):
            return unpacked(message, 0).chunk.sequence


def test_a_killed_server_ends_no_session_and_no_listening_elsewhere(tmp_path: Path, redis_url: str) -> None:
    redis.Redis.from_url(redis_url).flushall()
    shared = {"BEARER_TOKEN": "tiger", "HARMONIX_REDIS_URL": redis_url, "HARMONIX_SERVER_WORKER_HERE": "false"}
    with running_studio(tmp_path / "b", **shared) as other, ExitStack() as open_sockets:
        with running_studio(tmp_path / "a", **shared) as one:
            begun = httpx.post(f"{one.base}/api/share/start", json={"sessionId": "123456"}, headers=HEADERS, timeout=60)
            epoch = begun.raise_for_status().json()["epoch"]
            address = f"ws://127.0.0.1:{other.port}/api/share/123456/listen?codec=float"
            ear = open_sockets.enter_context(connect(address, open_timeout=60))
            hello = json.loads(ear.recv(timeout=60))
            _post(one.base, 0)
            heard = [_next_frame(ear)]
            os.kill(one.process.pid, signal.SIGKILL)
            one.process.wait()
        _post(other.base, 1)
        _post(other.base, 2)
        heard += [_next_frame(ear), _next_frame(ear)]
        status = httpx.get(f"{other.base}/api/share/123456/status", headers=HEADERS, timeout=60).json()

    assert heard == [0, 1, 2]
    assert status["isActive"] is True
    assert status["epoch"] == hello["epoch"] == epoch
