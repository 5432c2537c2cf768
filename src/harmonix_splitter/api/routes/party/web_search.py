"""Songs the library has not, found on YouTube from a guest's phone: asked seldom enough, and few at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from harmonix_splitter.api.dependencies import TheStudio
from harmonix_splitter.api.gate.rates import Rate, Rates
from harmonix_splitter.api.pages import Words
from harmonix_splitter.api.routes.party.people import Guest, TheGuest
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import SourceError, TooManyRequestsError
from harmonix_splitter.services.ports.sources import VideoFacts

router = APIRouter()
SHOWN = 12
"""As many as the studio's own search asks for, so that both share what is remembered."""
EACH, ROOM = Rate(per_second=0.2, burst=6), Rate(per_second=0.5, burst=20)
AT_ONCE = 4


@dataclass
class Turnstile:
    """Anybody with the code can join: neither one phone nor a room full of them keeps the house busy searching."""

    rates: Rates = field(default_factory=Rates)
    lanes: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    @contextmanager
    def let_in(self, guest: Guest, now: float) -> Iterator[None]:
        self.rates.take(guest.singer.id, EACH, now)
        self.rates.take(guest.room.id, ROOM, now)
        if not self.lanes.acquire(blocking=False):
            raise TooManyRequestsError("Many are searching just now.", retry_after=5)
        try:
            yield
        finally:
            self.lanes.release()


@router.get("/api/rooms/{code}/videos", summary="Search YouTube for a song; singers only")
def videos(guest: TheGuest, studio: TheStudio, request: Request, q: Words) -> dict[str, Any]:
    """`isInstant`: the library has it with a voice of its own. A wish names the `link`."""
    guest.room.still_open()
    state = request.app.state
    if not hasattr(state, "room_searches"):
        state.room_searches = Turnstile()
    with state.room_searches.let_in(guest, time.monotonic()):
        found = _searched(studio, q)
    return {"videos": [_shown(studio, video) for video in found]}


def _searched(studio: TheStudio, words: str) -> list[VideoFacts]:
    try:
        return studio.sources.search(words, SHOWN)
    except SourceError as failed:
        raise SourceError(failed.message, advice="Choose a song of the library.", **failed.facts) from failed


def _shown(studio: TheStudio, video: VideoFacts) -> dict[str, Any]:
    return {
        "id": video.id,
        "title": video.title,
        "channel": video.channel,
        "duration": video.duration or None,
        "thumbnail": video.thumbnail or None,
        "link": video.url,
        "isInstant": studio.party.preparing.recipe_here(youtube(video.id)) is not None,
    }
