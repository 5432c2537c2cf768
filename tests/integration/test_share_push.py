"""Listening and sharing by push: frames, titles, resuming, the end."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from harmonix_splitter.adapters.media.share_codecs import OpusChunkDecoder, OpusChunkEncoder
from harmonix_splitter.api.main import create_app
from harmonix_splitter.api.share_frames import GAP, HEADER, Codec, Frame, unpacked
from harmonix_splitter.api.share_hub import WAITING, Listener
from harmonix_splitter.bootstrap import studio
from harmonix_splitter.domain.sharing import Chunk

TOKEN = "tiger"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def tone(number: int, seconds: float = 0.5) -> bytes:
    moments = (np.arange(round(44_100 * seconds)) + round(number * 44_100 * seconds)) / 44_100
    wave = 0.3 * np.sin(2 * np.pi * 440 * moments)
    return np.stack([wave, wave], axis=1).astype("<f4").tobytes()


@pytest.fixture(params=["in_memory", pytest.param("redis", marks=pytest.mark.redis)])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestClient]:
    flags: dict[str, Any] = {"data.dir": tmp_path, "sharing.bearer_token": TOKEN, "logging.console": "off"}
    if request.param == "redis":
        import redis

        flags["queue.redis_url"] = request.getfixturevalue("redis_url")
        redis.Redis.from_url(flags["queue.redis_url"]).flushall()
    with TestClient(create_app(studio(flags)), headers=BEARER) as client:
        client.post("/api/share/start", json={"sessionId": "123456"})
        yield client


def _post(client: TestClient, number: int) -> None:
    data = base64.b64encode(tone(number)).decode()
    client.post("/api/share/123456/audio", json={"data": data, "sequenceNumber": number}).raise_for_status()


def _frames(socket: Any, count: int) -> list[Frame]:
    found: list[Frame] = []
    while len(found) < count:
        message = socket.receive()
        if message.get("bytes"):
            found.append(unpacked(message["bytes"], 0))
    return found


def test_a_listener_hears_what_is_posted_as_it_was_posted(client: TestClient) -> None:
    with client.websocket_connect("/api/share/123456/listen?codec=float") as socket:
        hello = socket.receive_json()
        _post(client, 0)
        client.post("/api/share/123456/metadata", json={"title": "Now"})
        frame = _frames(socket, 1)[0]
        title = socket.receive_json()
        client.post("/api/share/123456/stop")
        end = socket.receive_json()

    assert hello["type"] == "hello"
    assert hello["recovered"] is False
    assert frame.chunk.payload == tone(0)
    assert frame.epoch == hello["epoch"]
    assert title["metadata"]["title"] == "Now"
    assert end["type"] == "ended"


def test_opus_sounds_the_same_at_a_twentieth_of_the_size(client: TestClient) -> None:
    with client.websocket_connect("/api/share/123456/listen?codec=opus") as socket:
        socket.receive_json()
        for number in range(4):
            _post(client, number)
        frames = _frames(socket, 4)

    decoder = OpusChunkDecoder()
    sound = np.concatenate([np.frombuffer(decoder.decode(frame.chunk).payload, "<f4") for frame in frames])[::2]
    loudest = np.argmax(np.abs(np.fft.rfft(sound[:48_000])))
    assert loudest == 440
    assert sound[4_800:].std() == pytest.approx(0.3 / np.sqrt(2), rel=0.05)
    assert sum(len(frame.chunk.payload) for frame in frames) * 15 < 4 * len(tone(0))


def test_a_cut_listener_goes_on_where_it_was(client: TestClient) -> None:
    for number in range(6):
        _post(client, number)
    epoch = client.get("/api/share/123456/status").json()["epoch"]

    with client.websocket_connect(f"/api/share/123456/listen?codec=float&epoch={epoch}&since=2") as socket:
        hello = socket.receive_json()
        frames = _frames(socket, 3)

    assert hello["recovered"] is True
    assert [frame.chunk.sequence for frame in frames] == [3, 4, 5]


def test_a_listener_of_a_former_life_is_told_so(client: TestClient) -> None:
    for number in range(4):
        _post(client, number)

    with client.websocket_connect("/api/share/123456/listen?codec=float&epoch=1&since=2") as socket:
        hello = socket.receive_json()
        frames = _frames(socket, 2)

    assert hello["recovered"] is False
    assert [frame.chunk.sequence for frame in frames] == [2, 3]


def test_the_clock_exchange_answers_with_both_moments(client: TestClient) -> None:
    with client.websocket_connect("/api/share/123456/listen") as socket:
        socket.receive_json()
        socket.send_json({"type": "ping", "id": 7})
        pong = socket.receive_json()

    assert pong["type"] == "pong"
    assert pong["id"] == 7
    assert pong["received"] <= pong["sent"]


def test_an_unknown_session_closes_with_its_reason(client: TestClient) -> None:
    with client.websocket_connect("/api/share/999999/listen") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()

    assert closed.value.code == 4404


def test_a_sharer_may_send_opus_frames(client: TestClient) -> None:
    encoder = OpusChunkEncoder()
    with client.websocket_connect("/api/share/123456/publish", headers=BEARER) as socket:
        for number in range(2):
            coded = encoder.encode(Chunk(number, tone(number)))
            socket.send_bytes(Frame(Codec.OPUS, coded, 0).packed(0))
        socket.send_json({"title": "Pushed"})
        socket.send_bytes(b"rubbish")
        refused = socket.receive_json()

    assert refused["type"] == "refused"
    heard = client.get("/api/share/123456/audio?since=-1").json()
    assert [chunk["sampleRate"] for chunk in heard] == [48_000, 48_000]
    assert client.get("/api/share/123456/metadata").json()["title"] == "Pushed"


def test_publishing_wants_the_token(client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/api/share/123456/publish", headers={"Authorization": "no"}),
    ):
        pass


def test_titles_come_as_server_sent_events(client: TestClient) -> None:
    client.post("/api/share/123456/metadata", json={"title": "First"})
    client.post("/api/share/123456/stop")

    assert client.get("/api/share/999999/events").status_code == 404


async def test_a_slow_listener_is_moved_to_the_live_edge_and_told() -> None:
    listener = Listener(Codec.FLOAT32)
    for number in range(WAITING + 1):
        listener.offer(Frame(Codec.FLOAT32, Chunk(number, b"\0" * 8), 1).packed(0))

    message = listener.waiting.get_nowait()

    assert isinstance(message, bytes)
    assert unpacked(message, 0).chunk.sequence == WAITING
    assert unpacked(message, 0).flags & GAP
    assert listener.waiting.empty()


async def test_a_listener_that_never_reads_is_given_up_and_holds_little() -> None:
    listener = Listener(Codec.FLOAT32)
    for number in range(WAITING * 6):
        listener.offer(Frame(Codec.FLOAT32, Chunk(number, b"\0" * 8), 1).packed(0))

    assert listener.is_too_slow
    assert listener.waiting.qsize() <= WAITING


def test_a_frame_reads_back_as_it_was_packed() -> None:
    frame = Frame(Codec.FLOAT32, Chunk(9, b"\1" * 16, 48_000, 2, timestamp=5, received=7), epoch=3, flags=GAP)

    assert unpacked(frame.packed(11), 7) == frame
    assert HEADER.size == 40
