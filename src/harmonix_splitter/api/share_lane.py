"""The way of the known client's posts, polls and first look: past the gate and the router, on the share token alone.

A sharer posts five times a second and each listener asks four times. The token proves all that those requests must
prove, so nobody's session is looked up for them. Whatever shows no valid token goes the long way, with the
same answers.
"""

import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from harmonix_splitter.api.error_responses import status_of
from harmonix_splitter.api.gate import headers as head
from harmonix_splitter.api.gate.origins import Origins
from harmonix_splitter.api.routes import sharing as routes
from harmonix_splitter.api.share_bodies import refusal
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.errors import HarmonixError

_HOT: dict[tuple[str, str], routes.Handler] = {
    ("POST", "audio"): routes.post_audio,
    ("POST", "metadata"): routes.post_metadata,
    ("GET", "audio"): routes.get_audio,
    ("GET", "metadata"): routes.get_metadata,
    ("GET", "status"): routes.status,
}
_DRESS = {is_tls: head.clothes(is_tls=is_tls, is_api=True) for is_tls in (False, True)}


class ShareLane:
    def __init__(self, app: ASGIApp, studio: Studio) -> None:
        server = studio.settings.server
        self.app, self.studio = app, studio
        self.bears_token: Callable[[bytes], bool] = routes.token_check(studio.settings.sharing.bearer_token)
        self.prefix, self.origins = server.prefix.rstrip("/"), Origins(server.allowed_hosts, server.public_url)
        self.path = re.compile(re.escape(self.prefix) + r"/api/share/([0-9]{6})/(audio|metadata|status)")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self._handler(scope) if scope["type"] == "http" else None
        if handler is None:
            await self.app(scope, receive, send)
            return
        try:
            response = await handler(Request(scope, receive, send), self.studio.sharing)
        except HarmonixError as error:
            response = refusal(error, status_of(error), getattr(error, "retry_after", None))
        response.raw_headers.extend(_DRESS[scope.get("scheme") == "https"])
        await response(scope, receive, send)

    def _handler(self, scope: Scope) -> routes.Handler | None:
        """Who answers, or None for what must go the long way."""
        found = self.path.fullmatch(scope["path"])
        handler = _HOT.get((scope["method"], found[2])) if found else None
        if found is None or handler is None:
            return None
        given: dict[bytes, Any] = head.all_headers(scope)
        if not self.bears_token(given.get(b"authorization", b"")):
            return None
        try:
            self.origins.check_host(head.text(given, b"host"))
        except HarmonixError:
            return None
        scope["path_params"] = {"session": found[1]}
        return handler
