"""The one web application: every route, one error shape, one port.

`uvicorn harmonix_splitter.api.main:app` works; `harmonix serve` is the usual way.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from fastapi import FastAPI

from harmonix_splitter import __version__
from harmonix_splitter.api.error_responses import answer_errors
from harmonix_splitter.api.gate import Gate
from harmonix_splitter.api.raw_routes import FastLane
from harmonix_splitter.api.request_log import RequestLog
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap import studio as new_studio
from harmonix_splitter.studio import mount as mount_studio

WORDS = (
    "health",
    "accounts",
    "live",
    "sharing",
    "share_push",
    "sources",
    "songs",
    "browsing",
    "jobs",
    "youtube",
    "library",
    "dashboard",
    "uploads",
    "upload_pieces",
    "instant",
    "quick_analysis",
    "older_api",
    "playback",
    "administration",
    "models",
    "party",
    "demo",
    "lyrics",
    "documented_lyrics",
    "analysis",
)
"""The routes, one module per word; the order is the order in the API document."""


def create_app(studio: Studio | None = None) -> FastAPI:
    chosen = studio or new_studio()
    app = FastAPI(
        title="Harmonix",
        version=__version__,
        summary="A self-hosted music studio",
        lifespan=_life,
    )
    app.state.studio = chosen
    answer_errors(app)
    for word in WORDS:
        app.include_router(import_module(f"harmonix_splitter.api.routes.{word}").router)
    app.add_middleware(FastLane)
    app.add_middleware(Gate, studio=chosen)
    mount_studio(app, chosen.settings.server.prefix)
    app.add_middleware(RequestLog)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    studio: Studio = app.state.studio
    studio.prepare()
    app.state.housekeeping = studio.housekeeping  # it counts from now
    with studio.working():
        yield
    studio.close()


def __getattr__(name: str) -> Any:
    """`app`, made when a server asks for it and not when a test imports this module."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
