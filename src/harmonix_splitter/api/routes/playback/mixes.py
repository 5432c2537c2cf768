"""Mixes rendered here: at once for whoever waits, or in the background for whoever asks again."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import Wish
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.raw_routes import RawRoute, reads
from harmonix_splitter.api.render_desk import RenderJob, render_desk
from harmonix_splitter.api.routes.playback.stems import format_of
from harmonix_splitter.api.song_files import SongOnFile, listener, song_files
from harmonix_splitter.domain.file_names import plain_name
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.playback import Mix, Strip, mix_from
from harmonix_splitter.domain.separation import stem_name
from harmonix_splitter.domain.units import Semitones
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
    "/api/songs/{song_id}/mixes", status_code=202, response_model=RenderJob, summary="Render a mix in the background"
)
async def render(song_id: str, wish: MixWish, studio: TheStudio, user: MemberUser, request: Request) -> JSONResponse:
    found = await song_files(request).of(user, song_id)
    mix, encoding = wish.mix(), Encoding(wish.format)
    mix.heard(name for name in found.files if name != "original")
    name = mix_name(found.files, mix, encoding)
    job = render_desk(request).begin(name, lambda: studio.playback.mix(found.files, mix, encoding))
    where = f"{request.scope.get('root_path', '')}/api/songs/{song_id}/mixes/{name}"
    return JSONResponse(job.model_dump(by_alias=True), 202, headers={"Location": where})


@router.get("/api/songs/{song_id}/mixes/{mix_id}", summary="How far a mix is")
async def progress(song_id: str, mix_id: str, user: CurrentUser, request: Request) -> RenderJob:
    await song_files(request).of(user, song_id)
    return render_desk(request).job(mix_id, f"/api/songs/{song_id}/mixes/{mix_id}/file")


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
    path = render_desk(request).result(request.path_params["mix_id"])
    return FileAnswer(path, filename=_filename(found, AudioFormat(path.suffix[1:])), is_download=True)


router.include_router(raw)


def _filename(found: SongOnFile, form: AudioFormat) -> str:
    return f"{plain_name(found.song.facts.artist, found.song.facts.title, 'mix')}.{form}"
