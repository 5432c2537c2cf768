"""The seven documented endpoints, as the known client calls them, on both stores."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.api.main import create_app
from harmonix_splitter.bootstrap import Studio, studio

TOKEN = "tiger"
SOUND = base64.b64encode(b"\0" * 176_400).decode()
METADATA = {
    "title": "Song Title",
    "artist": "Artist Name",
    "lyrics": "[00:12.50]Line 1",
    "hasSyncedLyrics": True,
    "elapsedSeconds": 45.2,
    "totalSeconds": 180.5,
    "thumbnailData": "aGVsbG8=",
    "timestamp": 1234567890123,
}


@pytest.fixture(params=["in_memory", pytest.param("redis", marks=pytest.mark.redis)])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestClient]:
    flags: dict[str, Any] = {"data.dir": tmp_path, "sharing.bearer_token": TOKEN, "logging.console": "off"}
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        flags["queue.redis_url"] = url
        import redis

        redis.Redis.from_url(url).flushall()
    made: Studio = studio(flags)
    with TestClient(create_app(made), headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def _chunk(number: int, data: str = SOUND) -> dict[str, Any]:
    return {"data": data, "sampleRate": 44100, "channels": 2, "timestamp": 1234567890123, "sequenceNumber": number}


def _start(client: TestClient, session: str = "123456") -> None:
    assert client.post("/api/share/start", json={"sessionId": session}).status_code == 200


def test_a_session_from_start_to_stop(client: TestClient) -> None:
    begun = client.post("/api/share/start", json={"sessionId": "123456"})
    assert begun.status_code == 200
    assert begun.json()["success"] is True
    assert begun.json()["sessionId"] == "123456"
    assert "publisherToken" not in begun.json()

    assert client.post("/api/share/123456/metadata", json=METADATA).json() == {"success": True, "listenersNotified": 0}
    assert client.post("/api/share/123456/audio", json=_chunk(0)).json()["buffered"] is True

    heard = client.get("/api/share/123456/audio?since=-1")
    assert heard.status_code == 200
    assert heard.json() == [_chunk(0)]
    assert client.get("/api/share/123456/audio?since=0").status_code == 204
    assert client.get("/api/share/123456/metadata").json() == METADATA
    status = client.get("/api/share/123456/status").json()
    assert status["isActive"] is True
    assert status["listenerCount"] == 1
    assert status["currentMetadata"] == {"title": "Song Title", "artist": "Artist Name"}

    stopped = client.post("/api/share/123456/stop")
    assert stopped.status_code == 200
    assert stopped.json()["bytesTransferred"] == stopped.json()["stats"]["bytesTransferred"] == 176_400
    assert client.get("/api/share/123456/audio").status_code == 404
    assert client.get("/api/share/123456/metadata").json()["error"]
    assert client.get("/api/share/123456/status").json()["isActive"] is False


def test_an_id_in_use_answers_409_in_the_documented_shape(client: TestClient) -> None:
    _start(client)

    again = client.post("/api/share/start", json={"sessionId": "123456"})

    assert again.status_code == 409
    assert again.json()["success"] is False
    assert again.json()["error"] == "Session ID already in use"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/share/start"),
        ("POST", "/api/share/123456/metadata"),
        ("POST", "/api/share/123456/audio"),
        ("POST", "/api/share/123456/stop"),
        ("GET", "/api/share/123456/status"),
        ("GET", "/api/share/123456/metadata"),
        ("GET", "/api/share/123456/audio"),
    ],
)
@pytest.mark.parametrize("given", ["", "Bearer lion", "Basic dGlnZXI="])
def test_every_endpoint_wants_the_token(client: TestClient, method: str, path: str, given: str) -> None:
    assert client.request(method, path, headers={"Authorization": given}).status_code == 401


def test_the_token_may_come_as_the_desktop_client_sends_it(client: TestClient) -> None:
    answer = client.post("/api/share/start", json={"sessionId": "654321"}, headers={"Authorization": TOKEN})

    assert answer.status_code == 200


def test_the_fifty_first_session_is_told_to_come_back(client: TestClient) -> None:
    for number in range(50):
        _start(client, f"{200_000 + number}")

    refused = client.post("/api/share/start", json={"sessionId": "300000"})

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0


def test_a_protected_session_belongs_to_its_publisher(client: TestClient) -> None:
    token = client.post("/api/share/start", json={"sessionId": "123456", "protect": True}).json()["publisherToken"]

    assert client.post("/api/share/123456/audio", json=_chunk(0)).status_code == 403
    assert client.post("/api/share/123456/stop").status_code == 403
    mine = {"X-Share-Publisher": token}
    assert client.post("/api/share/123456/audio", json=_chunk(0), headers=mine).status_code == 200
    assert client.post("/api/share/123456/stop", headers=mine).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (_chunk(-1), 422),
        (_chunk(2**53), 422),
        (_chunk(0, data="not base64!"), 422),
        (_chunk(0, data="AAAA"), 422),
        ({**_chunk(0), "sampleRate": 7}, 422),
        ({**_chunk(0), "channels": 255}, 422),
        ({**_chunk(0), "sequenceNumber": True}, 400),
        ({**_chunk(0), "sequenceNumber": 1.5}, 400),
        ({"data": SOUND}, 400),
        ([], 400),
        (_chunk(0, data="A" * 3_000_000), 413),
    ],
)
def test_hostile_chunks_are_refused_and_leave_nothing(client: TestClient, body: Any, status: int) -> None:
    _start(client)

    answer = client.post("/api/share/123456/audio", json=body)

    assert answer.status_code == status, answer.text
    assert answer.json()["error"]
    assert client.get("/api/share/123456/audio?since=-1").status_code == 204


def test_a_flood_is_slowed_and_another_session_is_not(client: TestClient) -> None:
    _start(client)
    _start(client, "222222")
    # A machine so slow that it cannot flood must not change what we find.
    client.app.state.studio.sharing.posts.per_second = 0.001  # type: ignore[attr-defined]
    tiny = base64.b64encode(b"\0" * 80).decode()

    answers = [client.post("/api/share/123456/audio", json=_chunk(n, data=tiny)) for n in range(80)]

    assert answers[0].status_code == 200
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in slowed)
    assert client.post("/api/share/222222/audio", json=_chunk(0)).status_code == 200


def test_guessing_ids_is_throttled(client: TestClient) -> None:
    codes = [client.get(f"/api/share/{400_000 + number}/status").status_code for number in range(40)]

    assert codes[0] == 404
    assert codes[-1] == 429


def test_deep_json_is_refused(client: TestClient) -> None:
    _start(client)

    answer = client.post("/api/share/123456/metadata", content=b"[" * 100_000)

    assert answer.status_code == 400
