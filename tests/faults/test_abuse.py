"""People who mean harm: bodies without end, rights taken away, secrets that must not be written down."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from harmonix_splitter.api.routes import live
from harmonix_splitter.config import logging as logs
from harmonix_splitter.domain.accounts import Role
from tests.songs_on_file import finished_song
from tests.studios import ORIGIN, PASSWORD, key_of, person, served

CANARY = "canary7f3a9c51"
PART = b"A" * 65_536


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, sharing__bearer_token=f"{CANARY}-bearer") as client:
        yield client


class Endless:
    """A body of a hundred megabytes, sent as long as somebody takes it."""

    def __init__(self, size: int = 100_000_000) -> None:
        self.left, self.taken = size, 0

    async def __call__(self) -> dict[str, Any]:
        self.left -= len(PART)
        self.taken += len(PART)
        return {"type": "http.request", "body": PART, "more_body": self.left > 0}


async def answer_to(client: TestClient, path: str, body: Endless, headers: dict[str, str]) -> int:
    """The status of a POST whose body comes in pieces, without a word about its length."""
    named = {"host": "studio.test", "origin": ORIGIN, "transfer-encoding": "chunked", **headers}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("studio.test", 80), "headers": [(n.encode(), v.encode()) for n, v in named.items()],
    }  # fmt: skip
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await client.app(scope, body, send)  # type: ignore[arg-type]
    return statuses[0]


@pytest.mark.parametrize("path", ["/api/share/123456/audio", "/api/share/123456/metadata", "/api/songs"])
def test_a_body_without_end_is_refused_before_it_is_read(studio: TestClient, path: str) -> None:
    token = {"authorization": f"Bearer {CANARY}-bearer", "content-type": "application/json"}
    studio.post("/api/share/start", json={"sessionId": "123456"}, headers=token).raise_for_status()
    anna = key_of(person(studio, "anna"), "read", "write")
    body = Endless()

    status = anyio.run(answer_to, studio, path, body, token | (anna if path == "/api/songs" else {}))

    assert status == 413
    assert body.taken < 4_000_000


def test_the_last_of_two_equal_keys_counts_and_deep_json_is_a_bad_request(studio: TestClient) -> None:
    anna = person(studio, "anna")
    as_json = {"content-type": "application/json"}

    made = anna.post("/api/songs", content=b'{"title": "one", "title": "two"}', headers=as_json)
    deep = anna.post("/api/songs", content=b'{"title":' + b"[" * 50_000, headers=as_json)
    bent = anna.post("/api/songs", content=b'{"title": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", headers=as_json)

    assert (made.status_code, made.json()["title"]) == (201, "two")
    assert [deep.status_code, bent.status_code] == [400, 400]


def revoke_key(root: TestClient, anna: TestClient) -> None:
    for key in anna.get("/api/account/keys").json():
        anna.delete(f"/api/account/keys/{key['id']}").raise_for_status()


def switch_off(root: TestClient, anna: TestClient) -> None:
    user_id = anna.get("/api/auth/me").json()["id"]
    root.patch(f"/api/admin/users/{user_id}", json={"isActive": False}).raise_for_status()


@pytest.mark.parametrize("take_away", [revoke_key, switch_off])
def test_whoever_loses_the_right_while_listening_hears_no_more(
    studio: TestClient, take_away: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 0.05)
    root, anna = person(studio, "root", Role.ADMIN), person(studio, "anna")
    key = key_of(anna, "read")
    assert studio.get("/api/songs", headers=key).status_code == 200

    with studio.websocket_connect("ws://studio.test/ws", headers=key) as socket:
        take_away(root, anna)
        with pytest.raises(WebSocketDisconnect) as ended:
            while True:
                socket.receive_text()

    assert ended.value.code == live.NOT_SIGNED_IN
    assert studio.get("/api/songs", headers=key).status_code == 401


@pytest.mark.parametrize("token", ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.", "hx_" + "A" * 43, "hx_", "null", "root"])
def test_made_up_tokens_are_nobodys(studio: TestClient, token: str) -> None:
    person(studio, "root", Role.ADMIN)

    answers = [
        studio.get("/api/auth/me", headers={"authorization": f"Bearer {token}"}),
        studio.get("/api/auth/me", headers={"x-api-key": token}),
        studio.get("/api/auth/me", headers={"cookie": f"harmonix={token}; __Host-harmonix={token}"}),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3


def test_no_secret_is_ever_written_down(tmp_path: Path) -> None:
    """Everything that is secret carries the canary; it is asked for rightly, wrongly and into a crash."""
    before = list(logging.getLogger().handlers)
    told = {"sharing__bearer_token": f"{CANARY}-bearer", "logging__level": "debug", "logging__browser_errors": True}
    with served(tmp_path, **told) as client:
        house = client.app.state.studio  # type: ignore[attr-defined]
        logs.start(house.settings)
        root = person(client, "root", Role.ADMIN)
        finished_song(client, "root")
        secrets = [f"{CANARY}-bearer", *_secrets_of(root)]
        answers = _walk(client, root, secrets)
    for handler in [each for each in logging.getLogger().handlers if each not in before]:
        logging.getLogger().removeHandler(handler)
        handler.close()

    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "secret.key"}
    assert any(path.suffix == ".log" and content for path, content in kept.items())
    leaks = [
        f"{path.name}: {secret[:24]}"
        for path, content in kept.items()
        for secret in secrets
        if secret.encode() in content
    ]
    leaks += [f"answer: {secret[:24]}" for answer in answers for secret in secrets if secret in answer]
    assert leaks == []


def _secrets_of(root: TestClient) -> list[str]:
    """A password, a key, an invite, a session and a signed link, as their owner got them."""
    change = {"currentPassword": PASSWORD, "newPassword": f"{CANARY}-password"}
    root.put("/api/account/password", json=change).raise_for_status()
    key = key_of(root, "read", "write", "admin")["authorization"].removeprefix("Bearer ")
    song_id = root.get("/api/songs").json()[0]["id"]
    link = root.post(f"/api/songs/{song_id}/links", json={"note": "x"}).json()["url"].rpartition("/")[2]
    return [f"{CANARY}-password", key, link, *root.cookies.values()]


def _walk(client: TestClient, root: TestClient, secrets: list[str]) -> list[str]:
    """Requests that carry the secrets to where they belong and to where they do not."""
    strict = TestClient(client.app, base_url=ORIGIN, raise_server_exceptions=False)
    strict.headers["origin"] = ORIGIN
    answers = []
    for secret in secrets:
        bearer = {"authorization": f"Bearer {secret}", "cookie": f"harmonix={secret}"}
        answers += [
            strict.get("/api/auth/me", headers=bearer),
            strict.get("/api/nothing-there", params={"token": secret}, headers=bearer),
            strict.post("/api/auth/login", json={"name": "root", "password": secret}),
            strict.post("/api/auth/login", content=b"{" + secret.encode(), headers=bearer),
            strict.get(f"/api/listen/{secret}/audio/none"),
            strict.post("/api/share/123456/audio", content=b"[]", headers=bearer),
        ]
    answers += [root.get("/api/admin/settings"), root.get("/api/admin/logs")]
    return [answer.text + json.dumps(dict(answer.headers)) for answer in answers if "set-cookie" not in answer.headers]
