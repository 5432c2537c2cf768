"""Routes that stand in the API document like any other but skip its machinery: for what players ask all the time.

A router goes through every route until one fits, and asks dependencies of each request. Players ask for many small
ranges of the same few paths, so these are found by the shape of the path, before the router is asked.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from harmonix_splitter.api.error_responses import problem_of
from harmonix_splitter.errors import HarmonixError

READ = frozenset({"GET", "HEAD"})
HOT = "/api/songs/"
Shape = tuple[int, str]
Endpoint = Callable[[Request], Any]
ANSWERS: dict[int | str, dict[str, Any]] = {
    206: {"description": "The range that was asked for"},
    304: {"description": "What you have is still right"},
    412: {"description": "It is no longer what you have"},
    416: {"description": "The file ends before that range"},
}


class RawRoute(APIRoute):
    """Calls its endpoint with the request alone; the endpoint answers with a response."""

    by_shape: ClassVar[dict[Shape, dict[str, tuple["re.Pattern[str]", Endpoint]]]] = defaultdict(dict)

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, endpoint, **more)
        if path.startswith(HOT) and set(self.methods or ()) <= READ:
            RawRoute.by_shape[shape_of(path)][path] = (self.path_regex, endpoint)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


class FastLane:
    """Takes reads of raw routes straight to their endpoints; everything else goes on to the router."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _endpoint(scope) if scope["type"] == "http" and scope["method"] in READ else None
        if found is None:
            await self.app(scope, receive, send)
            return
        scope["path_params"] = found[1]
        try:
            response = await found[0](Request(scope, receive, send))
        except HarmonixError as refused:
            response = problem_of(refused)
        await response(scope, receive, send)


def _endpoint(scope: Scope) -> tuple[Endpoint, dict[str, str]] | None:
    path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
    if not path.startswith(HOT):
        return None
    for pattern, endpoint in RawRoute.by_shape.get(shape_of(path), {}).values():
        if match := pattern.fullmatch(path):
            return endpoint, match.groupdict()
    return None


def shape_of(path: str) -> Shape:
    """How many parts, and what is asked of the song: `(6, "audio")`."""
    parts = path.split("/")
    asked = parts[4] if len(parts) > 4 and "." not in parts[4] and "{" not in parts[4] else ""
    return len(parts), asked


def reads(router: APIRouter, path: str, *, names: tuple[str, ...], summary: str) -> Callable[[Endpoint], Endpoint]:
    """Register a raw endpoint for GET, and for HEAD beside it; `names` are the path's parameters."""
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    told = {"summary": summary, "openapi_extra": {"parameters": parameters}, "responses": ANSWERS}

    def register(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(path, endpoint, methods=["GET"], response_class=Response, **told)  # type: ignore[arg-type]
        router.add_api_route(path, endpoint, methods=["HEAD"], response_class=Response, include_in_schema=False)
        return endpoint

    return register
