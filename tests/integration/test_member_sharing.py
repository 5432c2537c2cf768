"""Members share from the studio with their own sign-in: no token, and nobody else speaks into their session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from harmonix_splitter.domain.accounts import Role
from tests.studios import key_of, person, served

SOCKETS = "ws://studio.test/api/share/123456"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, sharing__bearer_token="tiger") as client:
        yield client


def _started(browser: TestClient, session: str = "123456") -> str:
    begun = browser.post("/api/share/start", json={"sessionId": session})
    assert begun.status_code == 200, begun.text
    return str(begun.json()["publisherToken"])


def test_a_members_session_is_the_members_own(studio: TestClient) -> None:
    anna, bob = person(studio, "anna"), person(studio, "bob")
    mine = {"X-Share-Publisher": _started(anna)}

    assert bob.post("/api/share/123456/metadata", json={"title": "No"}).status_code == 403
    assert bob.post("/api/share/123456/stop").status_code == 403
    assert anna.post("/api/share/123456/metadata", json={"title": "Yes"}, headers=mine).status_code == 200
    assert anna.post("/api/share/123456/stop", headers=mine).status_code == 200


def test_a_member_publishes_by_socket_and_anybody_hears_it(studio: TestClient) -> None:
    anna = person(studio, "anna")
    token = _started(anna)

    # One client for both ends, so that they share its event loop; only the sharer shows the cookie.
    cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in anna.cookies.items())}
    with (
        studio.websocket_connect(f"{SOCKETS}/listen?codec=float") as ear,
        studio.websocket_connect(f"{SOCKETS}/publish?publisher={token}", headers=cookie) as mouth,
    ):
        assert ear.receive_json()["type"] == "hello"
        mouth.send_json({"title": "From the studio"})
        assert ear.receive_json()["metadata"]["title"] == "From the studio"


def test_guests_strangers_and_reading_keys_start_nothing(studio: TestClient) -> None:
    guest, reader = person(studio, "gus", Role.GUEST), key_of(person(studio, "anna"), "read")
    wish = {"sessionId": "123456"}

    assert guest.post("/api/share/start", json=wish).status_code == 403
    assert studio.post("/api/share/start", json=wish, headers=reader).status_code == 403
    assert studio.post("/api/share/start", json=wish).status_code == 401
    with pytest.raises(WebSocketDisconnect) as closed, studio.websocket_connect(f"{SOCKETS}/publish"):
        pass
    assert closed.value.code == 4401


def test_the_way_to_listen_is_a_picture(studio: TestClient) -> None:
    anna = person(studio, "anna")

    picture = anna.get("/api/share/123456/qr.svg")

    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.content.lstrip().startswith(b"<?xml")
    assert anna.get("/api/share/12345/qr.svg").status_code == 400
    assert studio.get("/api/share/123456/qr.svg").status_code == 401
