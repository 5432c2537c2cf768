"""News of one room over its own WebSocket: the whole room at once, then whenever it changes."""

import asyncio
from contextlib import suppress
from typing import Any

import anyio
from anyio import to_thread
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from harmonix_splitter.api.routes.party.people import room_by_code
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.party_view import room_view
from harmonix_splitter.services.ports.events import Event

router = APIRouter()
UNKNOWN_ROOM = 4404
WAITING = 32


@router.websocket("/api/rooms/{code}/live")
async def live(socket: WebSocket, code: str) -> None:
    studio = socket.app.state.studio
    await socket.accept()
    try:
        room = await to_thread.run_sync(room_by_code, socket, code)
    except HarmonixError as refused:
        await socket.close(UNKNOWN_ROOM, refused.message[:120])
        return
    news: asyncio.Queue[Event] = asyncio.Queue(WAITING)
    loop = asyncio.get_running_loop()
    stop = studio.parts.events.listen([f"room:{room.id}"], lambda _topic, event: _hand_over(loop, news, event))
    try:
        await socket.send_json({"type": "room_changed", "room": room_view(room, studio.party.now())})
        await _both_ways(socket, news, studio)
    finally:
        stop()


def _hand_over(loop: asyncio.AbstractEventLoop, news: "asyncio.Queue[Event]", event: Event) -> None:
    """From the bus's thread. Each event is the whole room, so a full queue may lose its oldest."""

    def put() -> None:
        if news.full():
            news.get_nowait()
        news.put_nowait(event)

    if not loop.is_closed():
        loop.call_soon_threadsafe(put)


async def _both_ways(socket: WebSocket, news: "asyncio.Queue[Event]", studio: Any) -> None:
    async with anyio.create_task_group() as group:

        async def send() -> None:
            while True:
                await socket.send_json(dict(await news.get()))

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
