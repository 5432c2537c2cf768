"""Mixes rendered here: at once for whoever waits, or in the background for whoever asks again."""

import asyncio
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import Answer, Wish
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.raw_routes import RawRoute, reads
from harmonix_splitter.api.routes.playback.stems import format_of
from harmonix_splitter.api.song_files import SongOnFile, listener, song_files
from harmonix_splitter.api.zip_streams import plain_name
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.playback import Mix, Strip, mix_from
from harmonix_splitter.domain.separation import stem_name
from harmonix_splitter.domain.units import Semitones
from harmonix_splitter.errors import HarmonixError, NotFoundError
from harmonix_splitter.services.playback import mix_name

router = APIRouter()
raw = APIRouter(route_class=RawRoute)


class StripWish(Wish):
    gain: Annotated[float, Field(ge=0, le=2)] = 1.0
    pan: Annotated[float, Field(ge=-1, le=1)] = 0.0
    muted: bool = False
    soloed: bool = False


class MixWish(Wish):
    strips: Annotated[dict[str, StripWish], Field(default_factory=dict, max_length=20)]
    semitones: Annotated[float, Field(ge=-12, le=12)] = 0.0
    tempo: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    format: AudioFormat = AudioFormat.FLAC

    def mix(self) -> Mix:
        strips = {
            stem_name(name): Strip(wish.gain, wish.pan, wish.muted, wish.soloed) for name, wish in self.strips.items()
        }
        return Mix(strips, Semitones(self.semitones), self.tempo)


class MixJob(Answer):
    id: str
    status: str
    url: str | None = None
    error: str | None = None


@reads(
    raw,
    "/api/songs/{song_id}/mix.{format}",
    names=(
        "song_id",
        "format",
    ),
    summary="The song with these levels, pans, tempo and key, rendered while you wait",
)
async def mix_now(request: Request) -> FileAnswer:
    found = await song_files(request).of(listener(request), request.path_params["song_id"])
    form, wish = format_of(request.path_params["format"]), mix_from(request.query_params)
    playback = request.app.state.studio.playback
    path = await to_thread.run_sync(playback.mix, found.files, wish, Encoding(form))
    return FileAnswer(path, filename=_filename(found, form), cache="private, no-cache")


@router.post(
    "/api/songs/{song_id}/mixes", status_code=202, response_model=MixJob, summary="Render a mix in the background"
)
async def render(song_id: str, wish: MixWish, studio: TheStudio, user: MemberUser, request: Request) -> JSONResponse:
    found = await song_files(request).of(user, song_id)
    mix, encoding = wish.mix(), Encoding(wish.format)
    mix.heard(name for name in found.files if name != "original")
    name, desk = mix_name(found.files, mix, encoding), _desk(request)
    if name not in desk or _has_failed(desk[name]):
        work = to_thread.run_sync(studio.playback.mix, found.files, mix, encoding)
        desk[name] = asyncio.ensure_future(work)
        _forget_old(desk)
    where = f"{request.scope.get('root_path', '')}/api/songs/{song_id}/mixes/{name}"
    job = MixJob(id=name, status="processing").model_dump(by_alias=True)
    return JSONResponse(job, 202, headers={"Location": where})


@router.get("/api/songs/{song_id}/mixes/{mix_id}", summary="How far a mix is")
async def progress(song_id: str, mix_id: str, user: CurrentUser, request: Request) -> MixJob:
    await song_files(request).of(user, song_id)
    task = _desk(request).get(mix_id)
    if task is None:
        raise NotFoundError("There is no such mix.", advice="Ask for it again: what was rendered is kept.")
    if not task.done():
        return MixJob(id=mix_id, status="processing")
    failure = task.exception()
    if failure is not None:
        said = failure.message if isinstance(failure, HarmonixError) else "An unexpected error happened."
        return MixJob(id=mix_id, status="failed", error=said)
    return MixJob(id=mix_id, status="completed", url=f"/api/songs/{song_id}/mixes/{mix_id}/file")


@reads(
    raw,
    "/api/songs/{song_id}/mixes/{mix_id}/file",
    names=(
        "song_id",
        "mix_id",
    ),
    summary="A rendered mix",
)
async def rendered(request: Request) -> FileAnswer:
    found = await song_files(request).of(listener(request), request.path_params["song_id"])
    task = _desk(request).get(request.path_params["mix_id"])
    if task is None or not task.done() or task.exception() is not None:
        raise NotFoundError("There is no such mix.", advice="Ask for it first.")
    path = task.result()
    return FileAnswer(path, filename=_filename(found, AudioFormat(path.suffix[1:])), is_download=True)


router.include_router(raw)


def _filename(found: SongOnFile, form: AudioFormat) -> str:
    return f"{plain_name(found.song.facts.artist, found.song.facts.title, 'mix')}.{form}"


def _desk(request: Request) -> dict[str, "asyncio.Future[Any]"]:
    """The mixes that are being rendered or were, by name."""
    state = request.app.state
    if not hasattr(state, "mix_desk"):
        state.mix_desk = {}
    desk: dict[str, asyncio.Future[Any]] = state.mix_desk
    return desk


def _has_failed(task: "asyncio.Future[Any]") -> bool:
    return task.done() and task.exception() is not None


def _forget_old(desk: dict[str, "asyncio.Future[Any]"]) -> None:
    for name in [name for name, task in desk.items() if task.done()][:-200]:
        del desk[name]
