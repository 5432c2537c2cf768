"""Who may ask, told in the API document: each route names the proofs that open it.

What a dependency or an endpoint `asks` for is written on it, beside the code that asks; a route asks for whatever its
dependencies ask for, unless its endpoint says otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any, TypeVar

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from harmonix_splitter.domain.accounts import Role, Scope

Function = TypeVar("Function", bound=Callable[..., Any])
Document = dict[str, Any]
_ASKS = "_asks_for"


class Proof(Enum):
    """What opens a door. NOTHING beside others: whoever shows nothing may ask, too."""

    GUEST = Role.GUEST
    MEMBER = Role.MEMBER
    ADMIN = Role.ADMIN
    ROOM = "room"
    SHARE = "share"
    NOTHING = "nothing"


_KEYS = ("apiKey", "apiKeyHeader")
SCHEMES: Document = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "harmonix",
        "description": "What signing in sets, for browsers; `__Host-harmonix` over TLS. Requests that change something "
        "must come from the studio's own pages. The role it takes is told.",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "hx_…",
        "description": "A key of `POST /api/account/keys`, for programs. The scope it takes is told.",
    },
    "apiKeyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key."},
    "shareToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The server's `sharing.token`, as the desktop client sends it.",
    },
    "roomToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Room-Token",
        "description": "What joining a party's room answered.",
    },
}


def asks(*proofs: Proof) -> Callable[[Function], Function]:
    """Say that this dependency or endpoint lets in whoever shows one of these."""

    def mark(function: Function) -> Function:
        setattr(function, _ASKS, frozenset(proofs))
        return function

    return mark


def tell_doors(document: Document, routes: Iterable[BaseRoute]) -> None:
    """Write into the API document what each operation asks for."""
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    for route in iter_route_contexts(list(routes)):
        if not isinstance(route.original_route, APIRoute):
            continue
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                operation["security"] = security_of(route.original_route, method)
                named = [one for one in operation.get("parameters", ()) if one["name"] != "X-Room-Token"]
                operation["parameters"] = named


def security_of(route: APIRoute, method: str) -> list[Document]:
    """The route's `security`: any of these will do; none at all means that nobody is asked."""
    own: frozenset[Proof] | None = getattr(route.endpoint, _ASKS, None)
    proofs = own if own is not None else frozenset(_asked_by(route.dependant))
    found: list[Document] = []
    role = max((proof.value for proof in proofs if isinstance(proof.value, Role)), key=_rank, default=None)
    if role is not None:
        scope = Scope.ADMIN if role is Role.ADMIN else Scope.READ if method in {"GET", "HEAD"} else Scope.WRITE
        found += [{"session": [role.value]}, *({key: [scope.value]} for key in _KEYS)]
    if Proof.SHARE in proofs:
        found.append({"shareToken": []})
    if Proof.ROOM in proofs:
        found.append({"roomToken": []})
    return [*found, {}] if found and Proof.NOTHING in proofs else found


def _asked_by(dependant: Dependant) -> Iterator[Proof]:
    yield from getattr(dependant.call, _ASKS, ())
    for inner in dependant.dependencies:
        yield from _asked_by(inner)


def _rank(role: Role) -> int:
    return list(Role).index(role)
