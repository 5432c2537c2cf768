"""Live updates over WebSocket (`/ws`) and server-sent events (`/api/events`)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any

from anyio import create_task_group
from fastapi import APIRouter, Header, Request, WebSocket
from fastapi.responses import StreamingResponse
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect

from harmonix_splitter.api.dependencies import CurrentUser
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.api.gate.headers import all_headers
from harmonix_splitter.api.gate.identities import Shown, shown_by
from harmonix_splitter.api.gate.passage import gate_of
from harmonix_splitter.api.live_updates import Feed, Feeds, reset
from harmonix_splitter.domain.accounts import Identity, Role, Scope, User
from harmonix_splitter.errors import NotAllowedError, TooManyRequestsError

router = APIRouter(tags=["live"], responses=PROBLEMS)
# Somebody who signed out, or lost the account, hears nothing more after this long.
CHECK_EVERY = 3.0
SIGN_IN_WITHIN = 5.0
SEND_WITHIN = 10.0
HEARTBEAT = 15.0
CONNECTIONS_EACH = 20
LONGEST_MESSAGE = 4096
NOT_SIGNED_IN, TOO_MANY, TOO_LONG = 4401, 4429, 1009


class _HangUpError(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@router.websocket("/ws")
async def updates(socket: WebSocket) -> None:
    """Events as JSON. Who has no cookie sends `{"type": "auth", "key": "hx_…"}` first."""
    await socket.accept()
    try:
        shown, identity = await _introduced(socket)
        await _serve(socket, shown, identity.user)
    except _HangUpError as ended:
        await socket.close(ended.code, ended.reason)
    except (WebSocketDisconnect, TimeoutError):
        return


async def _introduced(socket: WebSocket) -> tuple[Shown, Identity]:
    """Who is at the other end, by cookie, header or first message."""
    shown, identity = shown_by(all_headers(socket.scope)), identity_of(socket)
    if identity is None:
        shown = Shown(key_text=await _first_word(socket))
        identity = await gate_of(socket).identities.of(shown, time.monotonic())
    if identity is None or not _may_listen(identity):
        raise _HangUpError(NOT_SIGNED_IN, "Sign in first.")
    return shown, identity


async def _first_word(socket: WebSocket) -> str:
    try:
        async with asyncio.timeout(SIGN_IN_WITHIN):
            said = _message(await socket.receive_text())
    except TimeoutError:
        raise _HangUpError(NOT_SIGNED_IN, "Sign in first.") from None
    key = said.get("key")
    return key if said.get("type") == "auth" and isinstance(key, str) else ""


def _message(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_MESSAGE:
        raise _HangUpError(TOO_LONG, "That message is too long.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


async def _serve(socket: WebSocket, shown: Shown, user: User) -> None:
    feeds = feeds_of(socket)
    if feeds.open_by(user) >= CONNECTIONS_EACH:
        raise _HangUpError(TOO_MANY, "You have too many connections open.")
    feed = feeds.join(user)
    try:
        await _send(socket, {"type": "hello", "id": f"{feed.epoch}-{feed.position}", "user": user.id})
        await _until_one_ends(_listen(socket), _tell(socket, shown, feed))
    finally:
        feeds.leave(user, feed)


async def _until_one_ends(*both: Coroutine[Any, Any, None]) -> None:
    """Run both; when one ends, end the other and raise what it ended with."""
    endings: list[Exception] = []

    async def run(one: Coroutine[Any, Any, None]) -> None:
        try:
            await one
        except (_HangUpError, WebSocketDisconnect, TimeoutError) as ended:
            endings.append(ended)
        group.cancel_scope.cancel()

    async with create_task_group() as group:
        for one in both:
            group.start_soon(run, one)
    if endings:
        raise endings[0]


async def _listen(socket: WebSocket) -> None:
    """Answer pings; anything else needs no answer. Ends by WebSocketDisconnect."""
    while True:
        said = _message(await socket.receive_text())
        if said.get("type") == "ping":
            await _send(socket, {"type": "pong"})


async def _tell(socket: WebSocket, shown: Shown, feed: Feed) -> None:
    position, checked = feed.position, time.monotonic()
    while True:
        entries, is_lossy = await feed.after(position, CHECK_EVERY)
        if time.monotonic() - checked >= CHECK_EVERY:
            checked = time.monotonic()
            await _check(socket, shown)
        if is_lossy:
            await _send(socket, reset(feed))
        for entry in entries:
            await _send(socket, entry.to_document(feed.epoch))
            position = entry.number


async def _check(connection: HTTPConnection, shown: Shown) -> None:
    identity = await gate_of(connection).identities.of(shown, time.monotonic())
    if identity is None or not _may_listen(identity):
        raise _HangUpError(NOT_SIGNED_IN, "You have been signed out.")


async def _send(socket: WebSocket, document: Any) -> None:
    async with asyncio.timeout(SEND_WITHIN):
        await socket.send_text(json.dumps(document, default=str))


@router.get("/api/events", response_class=StreamingResponse, summary="Live updates as server-sent events")
async def events(
    request: Request, user: CurrentUser, last_event_id: Annotated[str, Header(max_length=64)] = ""
) -> StreamingResponse:
    feeds = feeds_of(request)
    if feeds.open_by(user) >= CONNECTIONS_EACH:
        raise TooManyRequestsError("You have too many connections open.", retry_after=HEARTBEAT)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(request, feeds, user, last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(request: Request, feeds: Feeds, user: User, last_event_id: str) -> AsyncIterator[str]:
    feed = feeds.join(user)
    try:
        position = feed.position_of(last_event_id) if last_event_id else feed.position
        if position is None:
            position = feed.position
            yield _sse(reset(feed))
        yield "retry: 2000\n\n"
        spoke = time.monotonic()
        while True:
            entries, is_lossy = await feed.after(position, CHECK_EVERY)
            if not entries:
                if await _has_left(request):
                    return
                if time.monotonic() - spoke > HEARTBEAT:
                    spoke = time.monotonic()
                    yield ": still here\n\n"
                continue
            if is_lossy:
                yield _sse(reset(feed))
            for entry in entries:
                yield _sse(entry.to_document(feed.epoch))
            position, spoke = entries[-1].number, time.monotonic()
    finally:
        feeds.leave(user, feed)


async def _has_left(request: Request) -> bool:
    try:
        await _check(request, shown_by(all_headers(request.scope)))
    except _HangUpError:
        return True
    return False


def _sse(document: Any) -> str:
    return f"id: {document['id']}\ndata: {json.dumps(document, default=str)}\n\n"


def _may_listen(identity: Identity) -> bool:
    try:
        identity.require(Role.GUEST, Scope.READ)
    except NotAllowedError:
        return False
    return True


def feeds_of(connection: HTTPConnection) -> Feeds:
    state = connection.app.state
    if not hasattr(state, "feeds"):
        state.feeds = Feeds(lambda: state.studio.parts.events)
    found = state.feeds
    assert isinstance(found, Feeds)
    return found
