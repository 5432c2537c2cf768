"""Sharing without sound: everybody plays the library item, and only the transport travels."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.domain.sources import youtube
from tests.studios import person, served

ROOM = "/api/share/123456"
TRANSPORT = {"position": 12.5, "playing": True, "tempo": 0.8, "pitch": -2, "levels": {"bass": 0.5}, "mutes": ["drums"]}
CHUNK = {"data": base64.b64encode(b"\0" * 800).decode(), "sequenceNumber": 0}


def put_in_library(client: TestClient) -> LibraryItem:
    studio = client.app.state.studio  # type: ignore[attr-defined]
    recipe, source = Recipe(Mode.KARAOKE), youtube("cNGjD0VG4R8")
    place = place_of(source.folder, recipe)
    studio.library.record.put_recording(Recording(source.folder, source, "Lanterns", "Ada", 30.0))
    stems, now = ("vocals", "instrumental"), studio.parts.clock.now()
    item = LibraryItem(item_id_of(place), source.folder, source, recipe, place, stems, 10, now, "Lanterns", "Ada", 30.0)
    return studio.library.record.put(item)  # type: ignore[no-any-return]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, sharing__bearer_token="tiger") as client:
        yield client


def _linked(browser: TestClient, item: LibraryItem) -> str:
    return str(browser.post(f"/api/library/{item.id}/link").json()["id"])


def _begun(browser: TestClient, song: str) -> dict[str, str]:
    answer = browser.post("/api/share/start", json={"sessionId": "123456", "together": True, "songId": song})
    assert answer.status_code == 200, answer.text
    return {"X-Share-Publisher": answer.json()["publisherToken"]}


def test_listeners_are_told_the_transport_on_the_clock_they_measure(studio: TestClient) -> None:
    anna = person(studio, "anna")
    mine = _begun(anna, _linked(anna, put_in_library(studio)))
    # One client for both ends, so that they share its event loop; only the sharer shows the cookie.
    mine["cookie"] = "; ".join(f"{name}={value}" for name, value in anna.cookies.items())

    with studio.websocket_connect(f"ws://studio.test{ROOM}/listen") as ear:
        hello = ear.receive_json()
        ear.send_json({"type": "ping", "id": 1})
        before = ear.receive_json()["sent"]
        posted = studio.post(f"{ROOM}/metadata", json={"title": "Lanterns", "transport": TRANSPORT}, headers=mine)
        news = ear.receive_json()
        ear.send_json({"type": "ping", "id": 2})
        after = ear.receive_json()["received"]
    with studio.websocket_connect(f"ws://studio.test{ROOM}/listen") as late:
        greeting = late.receive_json()

    assert posted.status_code == 200, posted.text
    assert hello["together"] is True
    assert {**news["metadata"]["transport"], "at": None} == {**TRANSPORT, "at": None}
    # The server's date has milliseconds, and its rounding is half of one each way.
    assert before - 2_000 <= news["at"] <= after + 2_000
    assert abs(greeting["at"] - news["at"]) <= 2_000


def test_no_sound_is_taken(studio: TestClient) -> None:
    anna = person(studio, "anna")
    mine = _begun(anna, _linked(anna, put_in_library(studio)))

    refused = anna.post(f"{ROOM}/audio", json=CHUNK, headers=mine)

    assert refused.status_code == 409
    assert "takes no sound" in refused.json()["error"]
    assert anna.post(f"{ROOM}/stop", headers=mine).json()["bytesTransferred"] == 0


def test_a_session_with_sound_still_takes_it_and_offers_no_song(studio: TestClient) -> None:
    anna = person(studio, "anna")
    begun = anna.post("/api/share/start", json={"sessionId": "123456"}).json()

    posted = anna.post(f"{ROOM}/audio", json=CHUNK, headers={"X-Share-Publisher": begun["publisherToken"]})

    assert posted.status_code == 200
    assert anna.get(f"{ROOM}/song").status_code == 404


def test_everybody_plays_a_song_of_their_own(studio: TestClient) -> None:
    anna, bob = person(studio, "anna"), person(studio, "bob")
    item = put_in_library(studio)
    hers = _linked(anna, item)
    _begun(anna, hers)

    before = bob.get(f"{ROOM}/song").json()
    his = _linked(bob, item)

    assert before == {"itemId": item.id, "songId": None}
    assert bob.get(f"{ROOM}/song").json() == {"itemId": item.id, "songId": his}
    assert anna.get(f"{ROOM}/song").json()["songId"] == hers
    assert studio.get(f"{ROOM}/song").status_code == 401


def test_only_a_ready_song_of_ones_own_is_played_together(studio: TestClient) -> None:
    anna, bob = person(studio, "anna"), person(studio, "bob")
    hers = _linked(anna, put_in_library(studio))
    card = bob.post("/api/songs", json={"title": "Soon", "artist": "Ada", "videoId": "dQw4w9WgXcQ"}).json()["id"]
    wish = {"sessionId": "123456", "together": True}
    token = {"Authorization": "Bearer tiger"}

    assert studio.post("/api/share/start", json={**wish, "songId": hers}, headers=token).status_code == 401
    assert bob.post("/api/share/start", json={**wish, "songId": hers}).status_code in {403, 404}
    assert bob.post("/api/share/start", json={**wish, "songId": card}).status_code == 409
    assert anna.post("/api/share/start", json={**wish, "songId": hers, "record": True}).status_code == 400
    assert anna.get(f"{ROOM}/status").status_code == 404


def test_people_are_known_by_name_where_they_are_signed_in_and_nowhere_else(studio: TestClient) -> None:
    anna, bob = person(studio, "anna"), person(studio, "bob")
    _begun(anna, _linked(anna, put_in_library(studio)))
    cookie = "; ".join(f"{name}={value}" for name, value in bob.cookies.items())

    # One client for all, so that they share its event loop.
    with (
        studio.websocket_connect(f"ws://studio.test{ROOM}/listen", headers={"cookie": cookie}) as named,
        studio.websocket_connect(f"ws://studio.test{ROOM}/listen?listener=x%09boss") as nameless,
    ):
        named.receive_json(), nameless.receive_json()
        told = studio.get(f"{ROOM}/people", headers={"cookie": cookie}).json()

    assert told == {"listeners": 2, "names": ["bob"]}
    assert studio.get(f"{ROOM}/people").status_code == 401


def test_a_sharer_that_knows_the_clock_says_when_its_place_was_true(studio: TestClient) -> None:
    anna = person(studio, "anna")
    token = _begun(anna, _linked(anna, put_in_library(studio)))["X-Share-Publisher"]
    cookie = "; ".join(f"{name}={value}" for name, value in anna.cookies.items())

    with (
        studio.websocket_connect(f"ws://studio.test{ROOM}/listen") as ear,
        studio.websocket_connect(
            f"ws://studio.test{ROOM}/publish?publisher={token}", headers={"cookie": cookie}
        ) as mouth,
    ):
        ear.receive_json()
        mouth.send_json({"type": "ping", "id": 1})
        now = mouth.receive_json()["sent"]
        mouth.send_json({"title": "Lanterns", "transport": {**TRANSPORT, "at": now - 1_000_000}})
        sent = ear.receive_json()["at"]

    assert abs(sent - (now - 1_000_000)) <= 2_000
