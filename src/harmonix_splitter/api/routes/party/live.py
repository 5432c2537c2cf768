"""News of one room over its own WebSocket: the whole room at once, then whenever it changes."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio import to_thread
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from harmonix_splitter.api.routes.party.people import room_by_code
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.errors import HarmonixError, InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.events import Event, EventBus

router = APIRouter()
UNKNOWN_ROOM, TRY_AGAIN = 4404, 1013
WAITING = 32
News = asyncio.Queue[str]


@dataclass
class RoomNews:
    """Each room is listened to once, and each of its events written down once, for however many screens."""

    events: EventBus
    _screens: dict[str, set[News]] = field(default_factory=dict)
    _stops: dict[str, Callable[[], None]] = field(default_factory=dict)

    def join(self, room_id: str) -> News:
        news: News = asyncio.Queue(WAITING)
        self._screens.setdefault(room_id, set()).add(news)
        if room_id not in self._stops:
            loop = asyncio.get_running_loop()
            self._stops[room_id] = self.events.listen(
                [f"room:{room_id}"], lambda _topic, event: self._hand_over(loop, room_id, event)
            )
        return news

    def leave(self, room_id: str, news: News) -> None:
        screens = self._screens.get(room_id, set())
        screens.discard(news)
        if not screens and room_id in self._stops:
            self._stops.pop(room_id)()
            self._screens.pop(room_id, None)

    def _hand_over(self, loop: asyncio.AbstractEventLoop, room_id: str, event: Event) -> None:
        """From the bus's thread. Each event is the whole room, so a full queue may lose its oldest."""
        text = json.dumps(dict(event), ensure_ascii=False, separators=(",", ":"))

        def put() -> None:
            for news in self._screens.get(room_id, ()):
                if news.full():
                    news.get_nowait()
                news.put_nowait(text)

        if not loop.is_closed():
            loop.call_soon_threadsafe(put)


def _news_of(socket: WebSocket) -> RoomNews:
    state = socket.app.state
    if not hasattr(state, "room_news"):
        state.room_news = RoomNews(state.studio.parts.events)
    found = state.room_news
    assert isinstance(found, RoomNews)
    return found


@router.websocket("/api/rooms/{code}/live")
async def live(socket: WebSocket, code: str) -> None:
    studio: Studio = socket.app.state.studio
    await socket.accept()
    try:
        room = await to_thread.run_sync(room_by_code, socket, code)
    except HarmonixError as refused:
        is_missing = isinstance(refused, NotFoundError | InvalidRequestError)
        await socket.close(UNKNOWN_ROOM if is_missing else TRY_AGAIN, refused.message[:120])
        return
    hub = _news_of(socket)
    news = hub.join(room.id)
    try:
        view = await to_thread.run_sync(lambda: studio.party.view(studio.party.room(code)))
        await socket.send_json({"type": "room_changed", "room": view})
        await _both_ways(socket, news, studio)
    finally:
        hub.leave(room.id, news)


async def _both_ways(socket: WebSocket, news: News, studio: Studio) -> None:
    async with anyio.create_task_group() as group:

        async def send() -> None:
            while True:
                await socket.send_text(await news.get())

        async def receive() -> None:
            while True:
                said = await socket.receive_json()
                if isinstance(said, dict) and said.get("type") == "ping":
                    await socket.send_json({"type": "pong", "id": said.get("id"), "serverTime": studio.party.now()})

        async def until_over(job: Any) -> None:
            with suppress(WebSocketDisconnect, RuntimeError, ValueError, KeyError):
                await job()
            group.cancel_scope.cancel()

        group.start_soon(until_over, send)
        group.start_soon(until_over, receive)
