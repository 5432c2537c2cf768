"""Idempotency-Key on routes that create: a request that was answered is not done again, only answered again.

What is kept is sealed with the key itself, which only the sender has: some answers hold secrets shown once.
"""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from anyio import to_thread
from cryptography.fernet import Fernet
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harmonix_splitter.api.error_responses import problem_of
from harmonix_splitter.api.gate.headers import all_headers, text
from harmonix_splitter.api.gate.passage import IDENTITY
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.errors import HarmonixError, InvalidRequestError
from harmonix_splitter.services.ports.idempotency import KeptAnswer

CREATES = frozenset(
    {
        "/api/songs",
        "/api/youtube/download",
        "/api/webhooks",
        "/api/account/keys",
        "/api/share/start",
        "/upload-url",
        "/batch-queue",
        "/api/rooms",
    }
)
LONGEST_KEY, LARGEST_KEPT = 255, 1_000_000


class Repeats:
    def __init__(self, app: ASGIApp, studio: Studio) -> None:
        self.app, self._studio = app, studio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not self._is_meant(scope):
            await self.app(scope, receive, send)
            return
        try:
            await self._once(scope, receive, send)
        except HarmonixError as refused:
            await problem_of(refused)(scope, receive, send)

    def _is_meant(self, scope: Scope) -> bool:
        given = all_headers(scope)
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        is_json = given.get(b"content-type", b"").startswith(b"application/json")
        creates = path in CREATES or path.endswith("/links")
        return b"idempotency-key" in given and creates and is_json and scope.get(IDENTITY) is not None

    async def _once(self, scope: Scope, receive: Receive, send: Send) -> None:
        word = text(all_headers(scope), b"idempotency-key").strip()
        if not 0 < len(word) <= LONGEST_KEY:
            raise InvalidRequestError(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
        body = await _whole(receive)
        if body is None:  # too large, or the sender left: whoever reads it says so
            await self.app(scope, receive, send)
            return
        owner, key = scope[IDENTITY].user.id, hashlib.sha256(f"key\x00{word}".encode()).hexdigest()
        about = f"{scope['path']}?{scope['query_string'].decode('latin-1')}\x00".encode() + body
        repeats, seal = self._studio.repeats, Seal.of(word)
        known = await to_thread.run_sync(repeats.begin, owner, key, hashlib.sha256(about).hexdigest())
        if known is not None:
            await _again(known, seal)(scope, receive, send)
            return
        heard = Overheard(send)
        try:
            await self.app(scope, _replayed(body, receive), heard)
        finally:
            if heard.is_worth_keeping:
                sealed = seal.closed(b"".join(heard.pieces))
                await to_thread.run_sync(repeats.finish, owner, key, heard.status, heard.media_type, sealed)
            else:
                await to_thread.run_sync(repeats.drop, owner, key)


@dataclass(frozen=True)
class Seal:
    _fernet: Fernet

    @classmethod
    def of(cls, word: str) -> "Seal":
        return cls(Fernet(urlsafe_b64encode(hashlib.sha256(f"seal\x00{word}".encode()).digest())))

    def closed(self, text: bytes) -> bytes:
        return self._fernet.encrypt(text)

    def opened(self, sealed: bytes) -> bytes:
        return self._fernet.decrypt(sealed)


@dataclass
class Overheard:
    """Passes an answer on and remembers it."""

    send: Send
    status: int = 500
    media_type: str = ""
    is_complete: bool = False
    pieces: list[bytes] = field(default_factory=list)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.media_type = dict(message.get("headers", ())).get(b"content-type", b"").decode("latin-1")
        elif message["type"] == "http.response.body":
            self.pieces.append(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)
        await self.send(message)

    @property
    def is_worth_keeping(self) -> bool:
        return self.is_complete and self.status < 300 and sum(map(len, self.pieces)) <= LARGEST_KEPT


async def _whole(receive: Receive) -> bytes | None:
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


def _replayed(body: bytes, rest: Receive) -> Receive:
    is_read = False

    async def receive() -> Message:
        nonlocal is_read
        if is_read:
            return await rest()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _again(known: KeptAnswer, seal: Seal) -> Response:
    assert known.status is not None
    headers = {"Idempotency-Replayed": "true"}
    body = seal.opened(known.body)
    return Response(body, known.status, headers, known.media_type or None)
