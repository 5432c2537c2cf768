"""A song's versions: made anew by a better engine, heard beside the one people have, and chosen by each."""

from typing import Any

from fastapi import APIRouter, Request

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.raw_routes import RawRoute, reads
from harmonix_splitter.api.routes.playback.stems import answer_with
from harmonix_splitter.api.shapes import item_shape, song_shape
from harmonix_splitter.api.song_files import listener, song_files
from harmonix_splitter.errors import ConflictError

router = APIRouter(tags=["library"])
raw = APIRouter(route_class=RawRoute)
VERSIONS = "/api/songs/{song_id}/versions"


@router.get(VERSIONS, summary="What there is to hear of a song, the newest first")
def versions(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    """`undecided` when there is a newer one than the song's owner has chosen from; `current` is what the song plays."""
    song = studio.songs.song(song_id, None if user.is_admin else user.id)
    if not song.is_playable:
        raise ConflictError("This song is not ready yet.", status=song.status.value)
    found = studio.upgrades.versions(song)
    shown = [item_shape(item) | {"version": item.version, "current": item.id == song.item_id} for item in found]
    return {"versions": shown, "undecided": studio.upgrades.is_undecided(song, found)}


@router.post(VERSIONS + "/{item_id}/keep", summary="Play this version from now on, for me")
def keep(studio: TheStudio, user: MemberUser, song_id: str, item_id: str, request: Request) -> dict[str, Any]:
    kept = studio.upgrades.keep(studio.songs.song(song_id, user.id), item_id)
    song_files(request).forget(user, song_id)
    return song_shape(kept)


@reads(raw, VERSIONS + "/{item_id}/audio/{stem}", names=("song_id", "item_id", "stem"), summary="A stem of one version")
async def audio(request: Request) -> FileAnswer:
    song_id, item_id = request.path_params["song_id"], request.path_params["item_id"]
    found = await song_files(request).of_version(listener(request), song_id, item_id)
    return answer_with(found, found.file(request.path_params["stem"]), request)


router.include_router(raw)
