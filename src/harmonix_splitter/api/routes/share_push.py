"""Live sessions by push: a WebSocket for listeners, one for sharers, server-sent events for titles."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import anyio
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.api.routes.sharing import may_share
from harmonix_splitter.api.share_frames import Codec, unpacked
from harmonix_splitter.api.share_hub import Listener, ShareHub, microseconds, said_of
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.sharing import SessionFacts, called
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.sharing import SharingService

router = APIRouter(prefix="/api/share", tags=["sharing"])
REFUSED, TOO_SLOW = 4404, 4008
_HERE = 4.0


def _hub(app: Any) -> ShareHub:
    """The server's one hub, made with the first listener."""
    if not hasattr(app.state, "share_hub"):
        studio: Studio = app.state.studio
        app.state.share_hub = ShareHub(studio.sharing, studio.new_share_encoder)
    hub: ShareHub = app.state.share_hub
    return hub


@router.websocket("/{session}/listen")
async def listen(socket: WebSocket, session: str) -> None:
    """Frames and events of a session. `codec=opus|float`, and `epoch`/`since` to go on after a cut."""
    hub, wish = _hub(socket.app), socket.query_params
    listener = Listener(Codec.OPUS if wish.get("codec", "opus") == "opus" else Codec.FLOAT32)
    identity = identity_of(socket)
    shown = identity.user.display_name or identity.user.name if identity else ""
    name = called(wish.get("listener") or uuid4().hex, shown)
    await socket.accept()
    try:
        await hub.join(session, listener)
        await _greet(socket, hub, session, listener, name)
        await _both_ways(socket, hub.sharing, session, listener, name)
    except HarmonixError as refused:
        with suppress(RuntimeError):
            await socket.close(REFUSED, refused.message[:120])
    finally:
        hub.leave(session, listener)


async def _greet(socket: WebSocket, hub: ShareHub, session: str, listener: Listener, name: str) -> None:
    """Say where the session stands, and replay what this listener missed: all of it, or none and say so."""
    sharing, wish = hub.sharing, socket.query_params
    address = socket.client.host if socket.client else ""
    since = int(wish["since"]) if wish.get("since", "").isdigit() else -1
    facts = await sharing.facts(session, address)
    served = await sharing.chunks(session, since if wish.get("epoch") == str(facts.epoch) else -1, address, name)
    recovered = since >= 0 and wish.get("epoch") == str(facts.epoch) and _goes_on(since, served.head, served.chunks)
    playing = await sharing.title(session)
    await socket.send_json(
        {
            "type": "hello",
            "epoch": served.epoch,
            "recovered": recovered,
            "head": served.head,
            "serverTime": microseconds(),
            "metadata": None,
            "listeners": facts.listeners,
            "together": bool(facts.item),
            **(said_of(playing, sharing.now()) if playing else {}),
        }
    )
    for chunk in served.chunks if recovered else served.chunks[-2:]:
        frame = await hub.frame_for(session, listener.codec, chunk, served.epoch)
        await socket.send_bytes(frame.packed(microseconds()))


def _goes_on(since: int, head: int, chunks: tuple[Any, ...]) -> bool:
    return since == head or (bool(chunks) and chunks[0].sequence == since + 1)


async def _both_ways(socket: WebSocket, sharing: SharingService, session: str, listener: Listener, name: str) -> None:
    """Send what comes and answer the listener's clock, until either side goes."""
    refusals: list[HarmonixError] = []
    async with anyio.create_task_group() as group:

        async def until_over(job: Awaitable[None]) -> None:
            try:
                await job
            except HarmonixError as refused:
                refusals.append(refused)
            except (WebSocketDisconnect, RuntimeError):
                pass  # the listener went while we were sending: that is how listening ends
            group.cancel_scope.cancel()

        for job in (_send(socket, listener), _answer(socket), _stay(sharing, session, name)):
            group.start_soon(until_over, job)
    if refusals:
        raise refusals[0]


async def _send(socket: WebSocket, listener: Listener) -> None:
    while True:
        message = await listener.waiting.get()
        if isinstance(message, bytes):
            await socket.send_bytes(message)
        else:
            await socket.send_text(message)
        if listener.is_too_slow:
            await socket.close(TOO_SLOW, "This connection is too slow for the sound.")
            return


async def _answer(socket: WebSocket) -> None:
    """The clock exchange: the listener's own time comes back with when we got it and when we answered."""
    while True:
        received = await socket.receive()
        if received["type"] == "websocket.disconnect":
            return
        said = _said(received.get("text"))
        if said.get("type") == "ping":
            await _pong(socket, said)


async def _pong(socket: WebSocket, said: dict[str, Any]) -> None:
    at = microseconds()
    await socket.send_json({"type": "pong", "id": said.get("id"), "received": at, "sent": microseconds()})


async def _stay(sharing: SharingService, session: str, name: str) -> None:
    while True:
        await asyncio.sleep(_HERE)
        await sharing.heard(session, name)


@router.websocket("/{session}/publish")
async def publish(socket: WebSocket, session: str) -> None:
    """Sound as binary frames, metadata as JSON. What is refused is answered, and the connection stays."""
    studio: Studio = socket.app.state.studio
    try:
        may_share(socket, studio)
    except HarmonixError as refused:
        await socket.close(4401, refused.message)
        return
    await socket.accept()
    token = socket.headers.get("x-share-publisher") or socket.query_params.get("publisher", "")
    decoder = studio.new_share_decoder()
    while True:
        received = await socket.receive()
        if received["type"] == "websocket.disconnect":
            return
        try:
            said = _said(received.get("text"))
            if said.get("type") == "ping":
                await _pong(socket, said)
                continue
            studio.sharing.pace(session)
            if received.get("bytes") is None:
                await studio.sharing.post_metadata(session, token, said, _age(said))
            else:
                await _publish_frame(studio.sharing, decoder, session, token, received["bytes"])
        except HarmonixError as refused:
            await socket.send_json({"type": "refused", "code": refused.code, "error": refused.message})


def _age(said: dict[str, Any]) -> float:
    """Milliseconds since the transport was true, when the sharer told its moment on our clock."""
    transport = said.get("transport")
    at = transport.get("at") if isinstance(transport, dict) else None
    return (microseconds() - at) / 1_000 if isinstance(at, int | float) and not isinstance(at, bool) else 0


async def _publish_frame(sharing: SharingService, decoder: Any, session: str, token: str, data: bytes) -> None:
    frame = unpacked(data, sharing.now())
    chunk = frame.chunk
    if frame.codec is Codec.OPUS:
        chunk = await asyncio.to_thread(decoder.decode, chunk)
    await sharing.post_chunk(session, token, chunk)


@router.get("/{session}/events", summary="What is playing, as server-sent events")
async def events(request: Request) -> StreamingResponse:
    session = str(request.path_params["session"])
    hub = _hub(request.app)
    playing = await hub.sharing.facts(session, request.client.host if request.client else "")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(hub, session, playing), media_type="text/event-stream", headers=headers)


async def _told(hub: ShareHub, session: str, playing: SessionFacts) -> AsyncIterator[str]:
    listener = Listener(Codec.FLOAT32)
    try:
        await hub.join(session, listener)
        title = await hub.sharing.title(session)
        said = said_of(title, hub.sharing.now()) if title else {"metadata": None}
        first = {"type": "hello", "epoch": playing.epoch, "together": bool(playing.item), **said}
        yield f"data: {json.dumps(first)}\n\n"
        while True:
            try:
                message = await asyncio.wait_for(listener.waiting.get(), 15)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if isinstance(message, str):
                yield f"data: {message}\n\n"
                if json.loads(message)["type"] == "ended":
                    return
    finally:
        hub.leave(session, listener)


def _said(text: str | None) -> dict[str, Any]:
    try:
        said = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
