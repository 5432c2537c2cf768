"""Sound at the paths of the dashboard's documents; a job's id and a song's id both lead to the song."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.raw_routes import RawRoute, reads
from harmonix_splitter.api.routes.playback.downloads import download as zip_of_stems
from harmonix_splitter.api.routes.playback.stems import answer_with, is_download
from harmonix_splitter.api.song_files import SongOnFile, listener, song_files
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import ActivityKind, User
from harmonix_splitter.domain.media import AudioFormat
from harmonix_splitter.domain.playback import Mix
from harmonix_splitter.domain.units import Semitones
from harmonix_splitter.errors import NotFoundError

router = APIRouter()
raw = APIRouter(route_class=RawRoute)


class PitchWish(BaseModel):
    semitones: Annotated[float, Field(ge=-12, le=12)]


@router.get("/download/{job_id}/all", response_class=StreamingResponse, summary="All stems of a job in a zip")
async def everything(
    job_id: str, studio: TheStudio, user: CurrentUser, request: Request, format: AudioFormat = AudioFormat.FLAC
) -> StreamingResponse:
    song_id = await to_thread.run_sync(song_id_of, studio, user, job_id)
    return await zip_of_stems(song_id, studio, user, request, format)


@reads(
    raw,
    "/download/{job_id}/{stem}",
    names=(
        "job_id",
        "stem",
    ),
    summary="One stem of a job",
)
async def download(request: Request) -> FileAnswer:
    user, studio = listener(request), request.app.state.studio
    song_id = await to_thread.run_sync(song_id_of, studio, user, request.path_params["job_id"])
    found = await song_files(request).of(user, song_id)
    file = found.file(request.path_params["stem"])
    if is_download(request) and request.method == "GET":
        facts = {"song_id": song_id, "stem_name": file.name, "file_size": file.size}
        await to_thread.run_sync(lambda: _note_download(studio, user, found, facts))
    return answer_with(found, file, request)


@reads(
    raw,
    "/library/{youtube_id}/{stem}",
    names=(
        "youtube_id",
        "stem",
    ),
    summary="A stem from the shared library, for whoever has a song that links to it",
)
async def from_library(request: Request) -> FileAnswer:
    user, studio = listener(request), request.app.state.studio
    song_id = await to_thread.run_sync(linked_song, studio, user, request.path_params["youtube_id"])
    found = await song_files(request).of(user, song_id)
    return answer_with(found, found.file(request.path_params["stem"]), request)


@router.post("/pitch-shift/{job_id}/{stem}", summary="One stem, higher or lower, as WAV")
async def pitch_shift(
    job_id: str, stem: str, wish: PitchWish, studio: TheStudio, user: MemberUser, request: Request
) -> FileAnswer:
    song_id = await to_thread.run_sync(song_id_of, studio, user, job_id)
    file = (await song_files(request).of(user, song_id)).file(stem)
    mix = Mix(semitones=Semitones(wish.semitones))
    path = await to_thread.run_sync(studio.playback.shifted, file, mix)
    return FileAnswer(path, filename=f"{file.name}.wav", cache="private, no-cache")


router.include_router(raw)


def song_id_of(studio: Studio, user: User, job_or_song_id: str) -> str:
    """The user's song behind either id: older clients know only one kind."""
    owner = None if user.is_admin else user.id
    try:
        return studio.songs.song(job_or_song_id, owner).id
    except NotFoundError:
        found = studio.songs.record.of_job(job_or_song_id, user.id)
        if found is None:
            raise
        return found.id


def linked_song(studio: Studio, user: User, folder: str) -> str:
    """The user's song that links into this folder of the library: a YouTube id, or an upload's own name."""
    for song in studio.songs.record.links_of(user.id):
        if folder in {song.video_id, song.item_id} or folder == studio.library.item(song.item_id).place.split("/")[0]:
            return song.id
    raise NotFoundError("There is no such song in your library.", advice="Add it to your songs first.")


def _note_download(studio: Studio, user: User, found: SongOnFile, facts: dict[str, object]) -> None:
    studio.accounts.people.note(user.id, ActivityKind.DOWNLOAD, f"Downloaded {found.song.facts.title}", **facts)
