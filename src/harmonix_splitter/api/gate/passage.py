"""The way of one request through the gate."""

import time
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import State
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harmonix_splitter.api.error_responses import problem_of
from harmonix_splitter.api.gate import headers as head
from harmonix_splitter.api.gate.bodies import FORM_BYTES, CountedBody, carries_files, declared_length, too_large
from harmonix_splitter.api.gate.identities import Identities, Shown
from harmonix_splitter.api.gate.origins import SAFE_METHODS, Asked, Origins
from harmonix_splitter.api.gate.rates import Rate, Rates
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Identity
from harmonix_splitter.domain.accounts.keys import KEY_PREFIX
from harmonix_splitter.errors import HarmonixError, SignInRequiredError

IDENTITY = "harmonix.identity"
CUSTOM_HEADERS = (b"x-requested-with", b"x-harmonix")
UNCOUNTED = ("/share", "/api/share")
"""Paths that count for themselves: a live session's listeners sit behind one address."""


@dataclass(frozen=True)
class House:
    """The rules of this server, as plain values."""

    origins: Origins
    upload_bytes: int
    anonymous: Rate
    writing: Rate
    prefix: str = ""

    @classmethod
    def of(cls, studio: Studio) -> "House":
        server, limits = studio.settings.server, studio.settings.limits
        return cls(
            origins=Origins(server.allowed_hosts, server.public_url),
            # A form needs a little room around the file it carries.
            upload_bytes=limits.upload_mb * 1_000_000 + FORM_BYTES,
            anonymous=Rate(limits.anonymous_per_second, limits.anonymous_per_second * 4),
            writing=Rate(limits.writes_per_second, limits.writes_per_second * 4),
            prefix=server.prefix.rstrip("/"),
        )


class Gate:
    def __init__(self, app: ASGIApp, studio: Studio) -> None:
        self.app, self.house = app, House.of(studio)
        self.identities, self.rates = Identities(studio.accounts), Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        given = head.all_headers(scope)
        scope["root_path"] = self.house.prefix
        send = send if scope["type"] == "websocket" else self._dressing(scope, send)
        try:
            identity = await self._admit(scope, given)
            limit = self._limit(scope, given, identity)
        except HarmonixError as refused:
            await problem_of(refused)(scope, receive, send)
            return
        scope[IDENTITY] = identity
        scope.setdefault("state", {})["gate"] = self
        await self._pass_on(scope, CountedBody(receive, limit) if scope["type"] == "http" else receive, send)

    async def _admit(self, scope: Scope, given: dict[bytes, bytes]) -> Identity | None:
        """Who this is. Raises what the request is refused with."""
        host, now = head.text(given, b"host"), time.monotonic()
        self.house.origins.check_host(host)
        shown = shown_by(given)
        identity = await self.identities.of(shown, now) if shown else None
        is_write = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if is_write and b"authorization" not in given and b"x-api-key" not in given:
            self.house.origins.check_sender(_asked(given, host, shown))
        self._count(scope, identity, is_write, now)
        return identity

    def _count(self, scope: Scope, identity: Identity | None, is_write: bool, now: float) -> None:
        if self._path(scope).startswith(UNCOUNTED):
            return
        if identity is None:
            self.rates.take(f"address:{address_of(scope)}", self.house.anonymous, now)
        elif is_write:
            self.rates.take(f"user:{identity.user.id}", self.house.writing, now)

    def _limit(self, scope: Scope, given: dict[bytes, bytes], identity: Identity | None) -> int:
        """How many bytes this request may carry. Strangers upload nothing."""
        declared, has_files = declared_length(given), carries_files(given)
        if has_files and identity is None and declared > FORM_BYTES and not self._path(scope).startswith(UNCOUNTED):
            raise SignInRequiredError("Sign in to upload.")
        limit = self.house.upload_bytes if has_files and identity is not None else FORM_BYTES
        if declared > limit:
            raise too_large(limit)
        return limit

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request in; if its body turns out too large, that is the answer, whatever came of it inside."""
        has_started = False

        async def watched(message: Message) -> None:
            nonlocal has_started
            if isinstance(receive, CountedBody) and receive.is_too_large and not has_started:
                return
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if not isinstance(receive, CountedBody) or not receive.is_too_large:
                raise
        if isinstance(receive, CountedBody) and receive.is_too_large and not has_started:
            await problem_of(too_large(self.house.upload_bytes))(scope, receive, send)

    def _dressing(self, scope: Scope, send: Send) -> Send:
        is_tls = scope.get("scheme") in {"https", "wss"}
        is_api = self._path(scope).startswith("/api")

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = head.dressed(message.get("headers", ()), is_tls=is_tls, is_api=is_api)
            await send(message)

        return dressed

    def _path(self, scope: Scope) -> str:
        return str(scope["path"]).removeprefix(self.house.prefix)


def shown_by(given: dict[bytes, bytes]) -> Shown:
    """A key in `Authorization: Bearer hx_…` or `X-API-Key`, else the session's cookie."""
    scheme, _, word = head.text(given, b"authorization").partition(" ")
    key = word.strip() if scheme.lower() == "bearer" and word.strip().startswith(f"{KEY_PREFIX}_") else ""
    jar = head.cookies(given)
    token = jar.get(session_cookie(is_tls=True)) or jar.get(session_cookie(is_tls=False), "")
    return Shown(token, key or head.text(given, b"x-api-key"))


def session_cookie(*, is_tls: bool) -> str:
    """Over TLS the name itself forbids anybody but this very host to set it."""
    return "__Host-harmonix" if is_tls else "harmonix"


def identity_of(connection: HTTPConnection) -> Identity | None:
    found: Any = connection.scope.get(IDENTITY)
    return found if isinstance(found, Identity) else None


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def gate_of(connection: HTTPConnection) -> Gate:
    found = State(connection.scope["state"]).gate
    assert isinstance(found, Gate)
    return found


def _asked(given: dict[bytes, bytes], host: str, shown: Shown) -> Asked:
    return Asked(
        host=host,
        origin=head.text(given, b"origin"),
        fetch_site=head.text(given, b"sec-fetch-site"),
        custom_header="".join(head.text(given, name) for name in CUSTOM_HEADERS),
        has_cookie=bool(shown),
    )
