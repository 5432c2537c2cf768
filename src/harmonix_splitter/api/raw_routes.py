"""Routes that stand in the API document like any other but skip the framework's machinery: for what players ask all
the time. Dependencies, parameters and answers of such a route are its own business.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from harmonix_splitter.api.doors import Proof, asks
from harmonix_splitter.api.error_responses import bug_of, problem, problem_of
from harmonix_splitter.api.gate.headers import all_headers, text
from harmonix_splitter.api.route_table import FOUND, Found, RouteTable
from harmonix_splitter.errors import HarmonixError

Endpoint = Callable[[Request], Any]
ANSWERS: dict[int | str, dict[str, Any]] = {
    206: {"description": "The range that was asked for"},
    304: {"description": "What you have is still right"},
    412: {"description": "It is no longer what you have"},
    416: {"description": "The file ends before that range"},
}


class RawRoute(APIRoute):
    """Calls its endpoint with the request alone; the endpoint answers with a response."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


class FastLane:
    """Finds the route of each request at once. Raw routes are answered here, the others inside the framework."""

    def __init__(self, inside: ASGIApp, app: FastAPI) -> None:
        self._inside, self._app = inside, app
        self._table: RouteTable | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # working the routes out takes a second, which nobody's first request shall pay
            self._table = RouteTable(self._app.routes)
        found = self._find(scope) if scope["type"] == "http" else None
        if found is None and (allowed := self._other_methods(scope)):
            await _not_this_method(allowed)(scope, receive, send)
        elif found is None:
            await self._inside(scope, receive, send)
        elif isinstance(found[0].route, RawRoute):
            scope["app"], scope["path_params"] = self._app, found[1]
            await _answer(found[0].route.endpoint, scope, receive, send)
        else:
            scope[FOUND] = found
            await self._inside(scope, receive, send)

    def _other_methods(self, scope: Scope) -> frozenset[str]:
        """What a path takes that is read though it cannot be: else the studio's page, which answers everything, would.
        Browsers on their way to a page of the same address get it."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or self._table is None:
            return frozenset()
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        if not path.startswith("/api/") and "text/html" in text(all_headers(scope), b"accept"):
            return frozenset()
        taken = self._table.methods_at(path)
        return frozenset() if scope["method"] in taken else taken

    def _find(self, scope: Scope) -> Found | None:
        if self._table is None:
            self._table = RouteTable(self._app.routes)
        path: str = scope["path"]
        return self._table.find(path.removeprefix(scope.get("root_path", "")), scope["method"])


def _not_this_method(allowed: frozenset[str]) -> Response:
    answer = problem(405, "method_not_allowed", "This address does not take that method.")
    answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


async def _answer(endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        response = await endpoint(Request(scope, receive, send))
    except HarmonixError as refused:
        response = problem_of(refused)
    except Exception as bug:
        response = bug_of(scope["path"], bug)
    await response(scope, receive, send)


def reads(
    router: APIRouter, path: str, *, names: tuple[str, ...], summary: str, proof: Proof = Proof.GUEST
) -> Callable[[Endpoint], Endpoint]:
    """Register a raw endpoint for GET, and for HEAD beside it; `names` are the path's parameters, `proof` what the
    endpoint asks for."""
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    told = {"summary": summary, "openapi_extra": {"parameters": parameters}, "responses": ANSWERS}

    def register(endpoint: Endpoint) -> Endpoint:
        endpoint = asks(proof)(endpoint)
        router.add_api_route(path, endpoint, methods=["GET"], response_class=Response, **told)  # type: ignore[arg-type]
        router.add_api_route(path, endpoint, methods=["HEAD"], response_class=Response, include_in_schema=False)
        return endpoint

    return register
