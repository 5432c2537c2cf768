"""Links for others: one song, heard without an account, until a moment or until they are taken back."""

import time
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from anyio import to_thread
from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, Answer, Wish
from harmonix_splitter.api.doors import Proof
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.raw_routes import RawRoute, reads
from harmonix_splitter.api.routes.playback.stems import answer_with
from harmonix_splitter.api.song_files import SongOnFile, song_files
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.playback_links import LONGEST, PlaybackLink

router = APIRouter(tags=["playback links"], responses=PROBLEMS)
raw = APIRouter(tags=["playback links"], route_class=RawRoute)
BELIEVED_FOR = 2.0
"""A link that was taken back opens nothing after so many seconds."""
_MOST_BELIEVED = 2_000


class LinkWish(Wish):
    hours: Annotated[int, Field(ge=1, le=LONGEST.days * 24)] = 24 * 7
    note: Annotated[str, Field(max_length=200)] = ""


class LinkAnswer(Answer):
    id: str
    url: str
    note: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, studio: Studio, link: PlaybackLink) -> Self:
        server = studio.settings.server
        address = f"{server.public_url.rstrip('/') or server.prefix}/api/listen/{studio.playback_links.word_of(link)}"
        return cls(**vars(link), url=address)


@router.post("/api/songs/{song_id}/links", status_code=201, summary="Let somebody without an account hear this song")
def give(song_id: str, wish: LinkWish, studio: TheStudio, user: MemberUser) -> LinkAnswer:
    song = studio.songs.song(song_id, None if user.is_admin else user.id)
    link = studio.playback_links.give(user, song.id, timedelta(hours=wish.hours), wish.note)
    return LinkAnswer.of(studio, link)


@router.get("/api/songs/{song_id}/links", summary="One's links to this song, newest first")
def listed(song_id: str, studio: TheStudio, user: CurrentUser) -> list[LinkAnswer]:
    song = studio.songs.song(song_id, None if user.is_admin else user.id)
    return [LinkAnswer.of(studio, link) for link in studio.playback_links.of_song(user, song.id)]


@router.delete("/api/songs/{song_id}/links/{link_id}", status_code=204, summary="Take a link back")
def take_back(song_id: str, link_id: str, studio: TheStudio, user: MemberUser) -> None:
    studio.playback_links.take_back(user, song_id, link_id)


@reads(raw, "/api/listen/{word}", names=("word",), summary="What a link lets one hear", proof=Proof.NOTHING)
async def card(request: Request) -> JSONResponse:
    found = await _song(request)
    facts, here = found.song.facts, request.url.path
    stems = [{"name": name, "url": f"{here}/audio/{name}", "size": file.size} for name, file in found.files.items()]
    return JSONResponse({"title": facts.title, "artist": facts.artist, "stems": stems})


@reads(
    raw,
    "/api/listen/{word}/audio/{stem}",
    names=("word", "stem"),
    summary="A stem, whole or a range of it",
    proof=Proof.NOTHING,
)
async def audio(request: Request) -> FileAnswer:
    found = await _song(request)
    return answer_with(found, found.file(request.path_params["stem"]), request)


router.include_router(raw)


class Opened:
    """The links that were judged lately."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._known: OrderedDict[str, tuple[float, PlaybackLink, User]] = OrderedDict()

    async def by(self, word: str) -> tuple[PlaybackLink, User]:
        now, known = time.monotonic(), self._known.get(word)
        if known is None or now - known[0] >= BELIEVED_FOR:
            link, giver = await to_thread.run_sync(self._studio.playback_links.opened, word)
            known = self._known[word] = (now, link, giver)
            self._known.move_to_end(word)
            if len(self._known) > _MOST_BELIEVED:
                self._known.popitem(last=False)
        return known[1], known[2]


async def _song(request: Request) -> SongOnFile:
    state: Any = request.app.state
    if not hasattr(state, "opened_links"):
        state.opened_links = Opened(state.studio)
    link, giver = await state.opened_links.by(request.path_params["word"])
    return await song_files(request).of(giver, link.song_id)
