"""Everything of a song in one file: all stems, or a pack for a workstation."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from harmonix_splitter.api.byte_ranges import disposition
from harmonix_splitter.api.dependencies import CurrentUser, TheStudio
from harmonix_splitter.api.song_files import SongOnFile, song_files
from harmonix_splitter.api.zip_streams import Member, zipped
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.file_names import plain_name
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.separation import ORIGINAL

router = APIRouter()


@router.get("/api/songs/{song_id}/download", response_class=StreamingResponse, summary="All stems in a zip")
async def download(
    song_id: str,
    studio: TheStudio,
    user: CurrentUser,
    request: Request,
    form: Annotated[AudioFormat, Query(alias="format")] = AudioFormat.FLAC,
) -> StreamingResponse:
    found = await song_files(request).of(user, song_id)
    members = await to_thread.run_sync(stem_members, studio, found, form)
    return zip_answer(members, f"{_title(found)}.zip")


def stem_members(studio: Studio, found: SongOnFile, form: AudioFormat) -> list[Member]:
    title = _title(found)
    members = []
    for name, file in found.files.items():
        is_kept_so = file.path.suffix == f".{form}" or name == ORIGINAL
        path = file.path if is_kept_so else studio.playback.stem_as(file, Encoding(form))
        members.append(Member(f"{title}/{plain_name(title, name)}{path.suffix}", path))
    return members


def zip_answer(members: list[Member], filename: str) -> StreamingResponse:
    headers = {"Content-Disposition": disposition(filename, is_download=True), "Cache-Control": "private, no-cache"}
    return StreamingResponse(zipped(members), media_type="application/zip", headers=headers)


def _title(found: SongOnFile) -> str:
    return plain_name(found.song.facts.artist, found.song.facts.title)
