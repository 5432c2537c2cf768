"""Live updates: everybody hears what is theirs, nobody hears more, and nothing is lost on the way."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from harmonix_splitter.api.live_updates import KEPT, Feed, Feeds
from harmonix_splitter.api.routes import live
from harmonix_splitter.domain.accounts import Role, User
from tests.studios import key_of, person, served

WS = "ws://studio.test/ws"


@dataclass
class Bus:
    """A bus in this process; `listeners` shows who is still on it."""

    listeners: list[tuple[tuple[str, ...], Callable[[str, Mapping[str, Any]], None]]] = field(default_factory=list)

    def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        for topics, heard in list(self.listeners):
            if topic in topics:
                heard(topic, event)

    def subscribe(self, _topics: Iterable[str]) -> Any:
        raise NotImplementedError

    def listen(self, topics: Iterable[str], heard: Callable[[str, Mapping[str, Any]], None]) -> Callable[[], None]:
        entry = (tuple(topics), heard)
        self.listeners.append(entry)
        return lambda: self.listeners.remove(entry)


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def studio(tmp_path: Path, bus: Bus) -> Iterator[TestClient]:
    with served(tmp_path) as client:
        client.app.state.feeds = Feeds(lambda: bus)
        yield client


@pytest.fixture
def anna(studio: TestClient) -> TestClient:
    return person(studio, "anna")


def _hear(socket: Any) -> dict[str, Any]:
    return dict(json.loads(socket.receive_text()))


def test_everybody_hears_what_is_theirs_and_nothing_else(studio: TestClient, anna: TestClient, bus: Bus) -> None:
    person(studio, "bob")
    with anna, anna.websocket_connect(WS) as socket:
        hello = _hear(socket)
        bus.publish("user:somebody", {"type": "secret"})
        bus.publish("jobs", {"type": "job_created"})
        bus.publish("library", {"type": "library_changed"})
        bus.publish(f"user:{hello['user']}", {"type": "job_updated", "progress": 30})

        assert hello["type"] == "hello"
        assert _hear(socket)["type"] == "library_changed"
        mine = _hear(socket)
        assert (mine["type"], mine["topic"], mine["progress"]) == ("job_updated", f"user:{hello['user']}", 30)


def test_administrators_hear_every_job(studio: TestClient, bus: Bus) -> None:
    root = person(studio, "root", Role.ADMIN)
    with root, root.websocket_connect(WS) as socket:
        _hear(socket)
        bus.publish("jobs", {"type": "job_created"})

        assert _hear(socket)["type"] == "job_created"


def test_of_everybodys_jobs_an_administrator_hears_their_own_song_where_they_have_one(
    studio: TestClient, bus: Bus
) -> None:
    root = person(studio, "root", Role.ADMIN)
    with root, root.websocket_connect(WS) as socket:
        me = _hear(socket)["user"]
        for asked in ({"bob": "his", me: "mine"}, {"bob": "his"}):
            bus.publish("jobs", {"type": "job_updated", "job": {"songId": "his"}, "songs": asked})

        shared, others = _hear(socket), _hear(socket)
        assert (shared["job"]["songId"], others["job"]["songId"]) == ("mine", "his")
        assert "songs" not in shared and "songs" not in others


def test_a_program_introduces_itself_in_its_first_message(studio: TestClient, anna: TestClient) -> None:
    key = key_of(anna, "read")["authorization"].removeprefix("Bearer ")
    with studio.websocket_connect(WS) as socket:
        socket.send_text(json.dumps({"type": "auth", "key": key}))

        assert _hear(socket)["type"] == "hello"


@pytest.mark.parametrize(
    "said", ["{}", "[", '{"type": "auth", "key": "hx_a_b"}', '{"type": "auth", "key": 7}', "[" * 9000]
)
def test_strangers_are_sent_away(studio: TestClient, said: str) -> None:
    with studio.websocket_connect(WS) as socket:
        socket.send_text(said)

        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code in {live.NOT_SIGNED_IN, live.TOO_LONG}


def test_a_key_that_may_not_read_hears_nothing(studio: TestClient, anna: TestClient) -> None:
    with studio.websocket_connect(WS, headers=key_of(anna, "write")) as socket:
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code == live.NOT_SIGNED_IN


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://studio.test.evil.example"])
def test_another_site_cannot_open_a_socket_with_somebodys_cookie(anna: TestClient, origin: str) -> None:
    with pytest.raises(WebSocketDenialResponse) as refused, anna.websocket_connect(WS, headers={"origin": origin}):
        pass
    assert refused.value.status_code == 403


def test_signing_out_closes_the_socket(anna: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CHECK_EVERY", 0.05)
    with anna, anna.websocket_connect(WS) as socket:
        _hear(socket)
        anna.post("/api/auth/logout")

        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code == live.NOT_SIGNED_IN


def test_one_user_holds_only_so_many_connections(anna: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CONNECTIONS_EACH", 1)
    with anna, anna.websocket_connect(WS) as first:
        _hear(first)
        with anna.websocket_connect(WS) as second:
            with pytest.raises(WebSocketDisconnect) as ended:
                second.receive_text()
            assert ended.value.code == live.TOO_MANY
        assert anna.get("/api/events").status_code == 429


def test_strangers_get_no_events(studio: TestClient) -> None:
    assert studio.get("/api/events").status_code == 401


def test_whoever_was_away_for_a_moment_goes_on_where_they_were() -> None:
    async def scene() -> None:
        bus = Bus()
        feed = Feed(bus, ("library",))
        for number in range(5):
            bus.publish("library", {"n": number})
        await asyncio.sleep(0)

        position = feed.position_of(f"{feed.epoch}-3")
        assert position == 3
        entries, is_lossy = await feed.after(position, 1)
        assert ([entry.event["n"] for entry in entries], is_lossy) == ([3, 4], False)
        assert await feed.after(5, 0.01) == ([], False)
        assert feed.position_of("other-3") is None
        assert feed.position_of(f"{feed.epoch}-99") is None
        assert feed.position_of("\x00") is None

    asyncio.run(scene())


def test_whoever_was_away_too_long_is_told_so_and_costs_no_memory() -> None:
    async def scene() -> None:
        bus = Bus()
        feed = Feed(bus, ("library",))
        for number in range(KEPT + 10):
            bus.publish("library", {"n": number})
        await asyncio.sleep(0)

        entries, is_lossy = await feed.after(0, 1)
        assert (len(entries), is_lossy) == (KEPT, True)
        assert feed.position_of(f"{feed.epoch}-3") is None

    asyncio.run(scene())


def test_a_feed_outlives_a_short_absence_and_then_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harmonix_splitter.api.live_updates.LINGERS", 0.0)

    async def scene() -> None:
        bus, user = Bus(), User("u", "u")
        feeds = Feeds(lambda: bus)
        feed = feeds.join(user)
        assert feeds.join(user) is feed
        assert feeds.open_by(user) == 2
        feeds.leave(user, feed)
        feeds.leave(user, feed)
        assert (feeds.open_by(user), len(bus.listeners)) == (0, 1)
        await asyncio.sleep(0.01)
        assert bus.listeners == []

    asyncio.run(scene())
