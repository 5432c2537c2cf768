"""Which route a path leads to, found by the words in it instead of by trying every route in turn.

The framework asks hundreds of routes one after the other, three times over. Here a path becomes its known words with
gaps (`/api/songs/1f/lyrics` is `api songs _ lyrics`); the few routes of that shape are remembered in their order.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

FOUND = "harmonix.route"
REST = "*"
_MOST_SHAPES, _MOST_PATHS, _LONGEST_PATH = 4096, 4096, 120
Words = tuple[str, ...]


class Way(NamedTuple):
    """A route as the framework has it once routers are joined."""

    pattern: "re.Pattern[str]"
    methods: frozenset[str]
    route: BaseRoute
    endpoint: Callable[..., Any] | None
    app: ASGIApp
    convertors: Mapping[str, Any]
    words: Words


Found = tuple[Way, Mapping[str, str]]


class RouteTable:
    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._ways = [_way(route) for route in iter_route_contexts(list(routes)) if getattr(route, "methods", None)]
        longest = max((len(way.words) for way in self._ways), default=0)
        self._vocabulary = [
            {w.words[at] for w in self._ways if at < len(w.words)} - {"", REST} for at in range(longest)
        ]
        self._shapes: dict[Words, list[Way]] = {}
        self._found: dict[tuple[str, str], Found] = {}

    def find(self, path: str, method: str) -> Found | None:
        """The first route that takes this path and method, with the path's parameters; None: ask the framework."""
        known = self._found.get((method, path))
        return known if known is not None else self._searched(path, method)

    def _searched(self, path: str, method: str) -> Found | None:
        for way in self._candidates(path):
            match = way.pattern.match(path)
            if match is not None:
                if method not in way.methods or way.words[-1:] == (REST,):
                    return None
                return self._remembered(path, method, (way, match.groupdict()))
        return None

    def _remembered(self, path: str, method: str, found: Found) -> Found:
        """Players ask for the same few paths again and again. Longer ones are nobody's song."""
        if len(path) <= _LONGEST_PATH:
            if len(self._found) >= _MOST_PATHS:
                self._found.clear()
            self._found[method, path] = found
        return found

    def methods_at(self, path: str) -> frozenset[str]:
        """Every method that some route of this path takes; routes that take any rest of a path do not count."""
        here = [way for way in self._candidates(path) if way.words[-1:] != (REST,) and way.pattern.match(path)]
        return frozenset[str]().union(*(way.methods for way in here))

    def _candidates(self, path: str) -> list[Way]:
        parts = path.split("/")[1:]
        if len(parts) > len(self._vocabulary):
            return []
        shape = tuple([part if part in known else "" for part, known in zip(parts, self._vocabulary, strict=False)])
        found = self._shapes.get(shape)
        if found is None:
            found = [way for way in self._ways if _fits(way.words, shape)]
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes[shape] = found
        return found


class Shortcut:
    """Stands where the router would look for a route: takes the one that was found already."""

    def __init__(self, router: Router) -> None:
        self._router, self._search = router, router.middleware_stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = scope.pop(FOUND, None)
        if found is None:
            await self._search(scope, receive, send)
            return
        way, parameters = found
        scope["router"], scope["route"], scope["endpoint"] = self._router, way.route, way.endpoint
        scope["path_params"] = {name: way.convertors[name].convert(text) for name, text in parameters.items()}
        await way.app(scope, receive, send)


def _way(route: RouteContext) -> Way:
    """Copied once: the framework looks these up anew each time they are asked for."""
    return Way(
        route.path_regex,
        frozenset(route.methods or ()),
        route.original_route,
        route.endpoint,
        route.app,
        route.param_convertors,
        template_of(route.path or ""),
    )


def template_of(path: str) -> Words:
    """The path's words, "" for a parameter; a parameter that takes the rest of the path ends it with "*"."""
    words: list[str] = []
    for part in path.split("/")[1:]:
        if ":path}" in part:
            return (*words, REST)
        words.append("" if "{" in part else part)
    return tuple(words)


def _fits(template: Words, shape: Words) -> bool:
    if template and template[-1] == REST:
        return all(_same(a, b) for a, b in zip(template[:-1], shape, strict=False)) and len(shape) >= len(template) - 1
    return len(template) == len(shape) and all(_same(a, b) for a, b in zip(template, shape, strict=True))


def _same(word: str, part: str) -> bool:
    return word in ("", part)
