"""One log line per request, with an id that the answer carries too. Raw ASGI: it sits on every request's way."""

import logging
import re
import time
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("harmonix_splitter.requests")
_SAFE_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")


class RequestLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _id_of(scope)
        start = time.perf_counter()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            facts: dict[str, Any] = {"method": scope["method"], "path": scope["path"], "status": status}
            took = round((time.perf_counter() - start) * 1000, 1)
            level = logging.DEBUG if status < 400 else logging.INFO
            logger.log(level, "request", extra={**facts, "milliseconds": took, "request_id": request_id})


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SAFE_ID.match(value):
            return bytes(value).decode()
    return uuid4().hex
