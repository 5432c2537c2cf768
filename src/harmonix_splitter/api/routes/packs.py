"""A song for other programs and players, each pack in one file: karaoke, tracks for a workstation, a stem file."""

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, Wish
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.render_desk import RenderJob, render_desk
from harmonix_splitter.api.routes.playback.downloads import zip_answer
from harmonix_splitter.api.zip_streams import Member
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.packs import PackKind
from harmonix_splitter.domain.songs import Song

router = APIRouter(prefix="/api/songs/{song_id}/packs", tags=["packs"], responses=PROBLEMS)


class PackWish(Wish):
    kind: PackKind


@router.post("", status_code=202, response_model=RenderJob, summary="Make a pack in the background")
async def make(song_id: str, wish: PackWish, studio: TheStudio, user: MemberUser, request: Request) -> JSONResponse:
    song = await to_thread.run_sync(_song, studio, user, song_id)
    # Looked at anew each time: words and beats are corrected, and what is still true of a pack is not made again.
    name = _name(song_id, wish.kind)
    job = render_desk(request).begin(name, lambda: studio.packs.pack(wish.kind, song), is_anew=True)
    where = f"{request.scope.get('root_path', '')}/api/songs/{song_id}/packs/{wish.kind}"
    return JSONResponse(job.model_dump(by_alias=True), 202, headers={"Location": where})


@router.get("/{kind}", summary="How far a pack is")
async def progress(song_id: str, kind: PackKind, studio: TheStudio, user: CurrentUser, request: Request) -> RenderJob:
    await to_thread.run_sync(_song, studio, user, song_id)
    return render_desk(request).job(_name(song_id, kind), f"/api/songs/{song_id}/packs/{kind}/file")


@router.get("/{kind}/file", response_class=Response, summary="A finished pack: a zip, or the one file it is")
async def fetch(song_id: str, kind: PackKind, studio: TheStudio, user: CurrentUser, request: Request) -> Response:
    await to_thread.run_sync(_song, studio, user, song_id)
    pack = render_desk(request).result(_name(song_id, kind))
    first, *others = pack.files
    if first.path is not None and not others:
        return FileAnswer(first.path, filename=first.name, is_download=True, cache="private, no-cache")
    members = [Member(file.name, file.path, file.content) for file in pack.files]
    return zip_answer(members, f"{pack.name}.zip")


def _song(studio: Studio, user: User, song_id: str) -> Song:
    return studio.songs.song(song_id, None if user.is_admin else user.id)


def _name(song_id: str, kind: PackKind) -> str:
    return f"{song_id}-{kind}"
