"""The one web application: every route, one error shape, one port.

`uvicorn harmonix_splitter.api.main:app` works; `harmonix serve` is the usual way.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from harmonix_splitter import __version__
from harmonix_splitter.api.documents import completed
from harmonix_splitter.api.doors import tell_doors
from harmonix_splitter.api.error_responses import answer_errors
from harmonix_splitter.api.gate import Gate
from harmonix_splitter.api.raw_routes import FastLane
from harmonix_splitter.api.repeats import Repeats
from harmonix_splitter.api.route_table import Shortcut
from harmonix_splitter.api.routes.sharing import recorder_of
from harmonix_splitter.api.share_lane import ShareLane
from harmonix_splitter.api.song_files import SongFiles
from harmonix_splitter.api.sound_lane import SoundLane
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap import studio as new_studio
from harmonix_splitter.studio import mount as mount_studio

WORDS = (
    "reference",
    "health",
    "accounts",
    "live",
    "sharing",
    "share_push",
    "share_song",
    "share_history",
    "sources",
    "songs",
    "versions",
    "browsing",
    "jobs",
    "youtube",
    "library",
    "dashboard",
    "batches",
    "uploads",
    "upload_pieces",
    "instant",
    "quick_analysis",
    "older_api",
    "playback",
    "playback_links",
    "packs",
    "notes",
    "administration",
    "settings",
    "models",
    "webhooks",
    "party",
    "demo",
    "lyrics",
    "documented_lyrics",
    "analysis",
)
"""The routes, one module per word; the order is the order in the API document."""


class Application(FastAPI):
    """FastAPI behind our gate: who may not pass, and what players ask all the time, never reaches its machinery."""

    def openapi(self) -> dict[str, Any]:
        """Our document, made once."""
        if not self.openapi_schema:
            tell_doors(completed(super().openapi()), self.routes)
        return super().openapi()

    def open_to(self, studio: Studio) -> None:
        self.state.studio, self.state.song_files = studio, SongFiles(studio)
        self.router.middleware_stack = Shortcut(self.router)
        gate = Gate(Repeats(FastLane(super().__call__, self), studio), studio)
        self._door = SoundLane(ShareLane(gate, studio), gate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._door(scope, receive, send)


def create_app(studio: Studio | None = None) -> FastAPI:
    chosen = studio or new_studio()
    app = Application(
        title="Harmonix",
        version=__version__,
        summary="A self-hosted music studio",
        lifespan=_life,
        docs_url=None,
        redoc_url=None,
    )
    answer_errors(app)
    app.router.routes.extend(_routes())
    mount_studio(app, chosen.settings.server.prefix)
    app.open_to(chosen)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every word's routes. What the framework works out about them takes a second, so applications share it."""
    house = APIRouter()
    for word in WORDS:
        house.include_router(import_module(f"harmonix_splitter.api.routes.{word}").router)
    return tuple(house.routes)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    studio: Studio = app.state.studio
    studio.prepare()
    app.state.housekeeping = studio.housekeeping  # it counts from now
    recorder_of(app).finish_left()
    with studio.working(), studio.telling():
        stop = studio.party.watch()
        yield
        stop()
    studio.close()


def __getattr__(name: str) -> Any:
    """`app`, made when a server asks for it and not when a test imports this module."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
