"""The way of one request through the gate."""

import time
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import State
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harmonix_splitter.api.error_responses import problem_of
from harmonix_splitter.api.gate import headers as head
from harmonix_splitter.api.gate.bodies import (
    FORM_BYTES,
    CountedBody,
    carries_files,
    declared_length,
    may_carry_a_body,
    too_large,
)
from harmonix_splitter.api.gate.file_proxy import FILE_PROXY, FileProxy
from harmonix_splitter.api.gate.identities import Identities, shown_by
from harmonix_splitter.api.gate.origins import SAFE_METHODS, Asked, Origins
from harmonix_splitter.api.gate.plain_text import check_address, looked_through
from harmonix_splitter.api.gate.rates import Rate, Rates
from harmonix_splitter.api.request_log import note, request_id
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Identity
from harmonix_splitter.errors import HarmonixError, InvalidRequestError, SignInRequiredError

IDENTITY = "harmonix.identity"
CUSTOM_HEADERS = (b"x-requested-with", b"x-harmonix")
UNCOUNTED = ("/share", "/api/share")
"""Paths that count for themselves: a live session's listeners sit behind one address."""
_MOST_HOSTS = 256


@dataclass(frozen=True)
class House:
    """The rules of this server, as plain values."""

    origins: Origins
    upload_bytes: int
    anonymous: Rate
    writing: Rate
    prefix: str = ""
    proxy: FileProxy | None = None

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
            proxy=None if server.send_files == "here" else FileProxy(server.send_files, studio.settings.data_dir),
        )


class Gate:
    def __init__(self, app: ASGIApp, studio: Studio) -> None:
        self.app, self._studio, self._settings, self.house = app, studio, studio.settings, House.of(studio)
        self.identities, self.rates = Identities(studio.accounts), Rates()
        self._clothes = {
            (is_tls, is_api): head.clothes(is_tls=is_tls, is_api=is_api)
            for is_tls in (False, True)
            for is_api in (False, True)
        }
        self._good_hosts: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._let_in(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, dress its answer, and note what came of it."""
        began, status = time.perf_counter(), 500
        name = request_id(head.all_headers(scope))
        is_api = self._path(scope).startswith("/api")
        ours = self._clothes[scope.get("scheme") == "https", is_api]

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                pairs = head.dressed(message.get("headers", ()), ours)
                pairs.append((b"x-request-id", name))
                message["headers"] = pairs
            await send(message)

        try:
            await self._let_in(scope, receive, dressed)
        finally:
            note(scope, status, time.perf_counter() - began, name)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._settings is not self._studio.settings:  # somebody changed them
            self._settings, self.house = self._studio.settings, House.of(self._studio)
        given = head.all_headers(scope)
        scope["root_path"] = self.house.prefix
        try:
            identity = await self._admit(scope, given)
            body = self._body(scope, receive, identity)
        except HarmonixError as refused:
            await problem_of(refused)(scope, receive, send)
            return
        scope[IDENTITY] = identity
        scope.setdefault("state", {})["gate"] = self
        if self.house.proxy is not None:
            scope[FILE_PROXY] = self.house.proxy
        if body is None:
            await self.app(scope, receive, send)
        else:
            await self._pass_on(scope, body, send)

    async def _admit(self, scope: Scope, given: dict[bytes, bytes]) -> Identity | None:
        """Who this is. Raises what the request is refused with."""
        host, now = head.text(given, b"host"), time.monotonic()
        self._check_host(host)
        check_address(scope["path"], scope["query_string"])
        identity = await self.identities.behind(given, now)
        is_write = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if is_write and b"authorization" not in given and b"x-api-key" not in given:
            self.house.origins.check_sender(_asked(given, host))
        if identity is None or is_write:
            self._count(scope, identity, now)
        return identity

    def _check_host(self, host: str) -> None:
        if host in self._good_hosts:
            return
        self.house.origins.check_host(host)
        if len(self._good_hosts) < _MOST_HOSTS:
            self._good_hosts.add(host)

    def _count(self, scope: Scope, identity: Identity | None, now: float) -> None:
        if self._path(scope).startswith(UNCOUNTED):
            return
        if identity is None:
            self.rates.take(f"address:{address_of(scope)}", self.house.anonymous, now)
        else:
            self.rates.take(f"user:{identity.user.id}", self.house.writing, now)

    def _body(self, scope: Scope, receive: Receive, identity: Identity | None) -> CountedBody | None:
        """The request's body with a limit on it, or None when it can have none. Strangers upload nothing."""
        given = head.all_headers(scope)
        if scope["type"] != "http" or not may_carry_a_body(given, scope["http_version"]):
            return None
        declared, has_files = declared_length(given), carries_files(given)
        if has_files and identity is None and declared > FORM_BYTES and not self._path(scope).startswith(UNCOUNTED):
            raise SignInRequiredError("Sign in to upload.")
        limit = self.house.upload_bytes if has_files and identity is not None else FORM_BYTES
        if declared > limit:
            raise too_large(limit)
        return CountedBody(receive, limit)

    async def _pass_on(self, scope: Scope, body: CountedBody, send: Send) -> None:
        """Hand the request in; if its body turns out too large, that is the answer, whatever came of it inside."""
        has_started = False

        async def watched(message: Message) -> None:
            nonlocal has_started
            if body.is_too_large and not has_started:
                return
            has_started = True
            await send(message)

        try:
            await self.app(scope, await self._looked_through(scope, body), watched)
        except InvalidRequestError as refused:
            await problem_of(refused)(scope, body, watched)
        except Exception:
            if not body.is_too_large:
                raise
        if body.is_too_large and not has_started:
            await problem_of(too_large(self.house.upload_bytes))(scope, body, send)

    async def _looked_through(self, scope: Scope, body: CountedBody) -> Receive:
        """Live sessions judge their bodies themselves, in the words their client knows."""
        if self._path(scope).startswith(UNCOUNTED):
            return body
        return await looked_through(body, head.all_headers(scope).get(b"content-type", b""))

    def _path(self, scope: Scope) -> str:
        path: str = scope["path"]
        return path.removeprefix(self.house.prefix)


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


def _asked(given: dict[bytes, bytes], host: str) -> Asked:
    return Asked(
        host=host,
        origin=head.text(given, b"origin"),
        fetch_site=head.text(given, b"sec-fetch-site"),
        custom_header="".join(head.text(given, name) for name in CUSTOM_HEADERS),
        has_cookie=bool(shown_by(given)),
    )
