"""Routes that stand in the API document like any other but skip its machinery: for what players ask all the time."""

from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import Receive, Scope, Send


class RawRoute(APIRoute):
    """Calls its endpoint with the request alone; the endpoint answers with a response."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


def in_path(*names: str) -> dict[str, Any]:
    """The path's parameters, for the API document."""
    return {
        "parameters": [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    }
