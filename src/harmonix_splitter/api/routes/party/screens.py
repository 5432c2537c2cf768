"""What the stage and the phones show: the QR code to join by, the sound and the words of what is in the queue."""

import io

from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harmonix_splitter.api.dependencies import TheStudio
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.routes.party.hosts import View
from harmonix_splitter.api.routes.party.people import TheRoom, room_by_code
from harmonix_splitter.api.routes.party.wishes import SungWish
from harmonix_splitter.api.routes.playback.stems import format_of, stem_answer
from harmonix_splitter.api.song_files import SongOnFile, song_files
from harmonix_splitter.api.song_lyrics import current_words
from harmonix_splitter.domain.library import HAS_VIDEO
from harmonix_splitter.domain.media import Encoding
from harmonix_splitter.domain.party import Room
from harmonix_splitter.domain.playback import mix_from
from harmonix_splitter.domain.separation import ORIGINAL
from harmonix_splitter.errors import NotFoundError

router = APIRouter()
SHOWN = {".mp4", ".m4v", ".mov", ".webm"}


@router.get("/api/rooms/{code}/qr.svg", response_class=Response, summary="The way in, as a QR code")
def qr(room: TheRoom, studio: TheStudio, request: Request) -> Response:
    import segno

    base = studio.settings.server.public_url or str(request.base_url)
    picture = io.BytesIO()
    segno.make(f"{base.rstrip('/')}/join/{room.code}", error="m").save(picture, kind="svg", scale=8, border=2)
    return Response(picture.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.post("/api/rooms/{code}/sung", summary="The stage played this turn to its end")
def sung(wish: SungWish, room: TheRoom, studio: TheStudio) -> View:
    """Any screen of the room may say so, once: a turn that is not on stage any more changes nothing."""
    if room.on_stage is None or room.stage.position_at(studio.party.now()) < room.on_stage.duration - 15:
        return studio.party.view(room)
    return studio.party.view(studio.party.sung(room.code, wish.turn_id))


@router.get("/api/rooms/{code}/songs/{song_id}/stems", summary="The stems of a song of this room")
async def stems(code: str, song_id: str, request: Request) -> JSONResponse:
    found = await _song(request, code, song_id)
    address = f"{request.scope.get('root_path', '')}/api/rooms/{code}/songs/{song_id}/stems"
    listed = [{"name": name, "url": f"{address}/{name}.flac", "size": file.size} for name, file in found.files.items()]
    video = f"{address.removesuffix('stems')}video" if await _has_video(request, found) else None
    return JSONResponse({"id": song_id, "stems": listed, "video": video})


@router.get(
    "/api/rooms/{code}/songs/{song_id}/video",
    response_class=Response,
    summary="The video a song of this room came with, to be shown behind its words",
)
async def video(code: str, song_id: str, request: Request) -> FileAnswer:
    found = await _song(request, code, song_id)
    if not await _has_video(request, found):
        raise NotFoundError("This song came without a video.")
    return FileAnswer(found.file(ORIGINAL).path, cache="private, no-cache")


@router.get(
    "/api/rooms/{code}/songs/{song_id}/stems/{stem}.{format}",
    response_class=Response,
    summary="A stem of a song of this room",
)
async def stem(code: str, song_id: str, stem: str, format: str, request: Request) -> FileAnswer:
    found = await _song(request, code, song_id)
    return await stem_answer(request, found, found.file(stem), format_of(format))


@router.get("/api/rooms/{code}/songs/{song_id}/lyrics", summary="The words of a song of this room")
def words(song_id: str, room: TheRoom, studio: TheStudio) -> View:
    _must_be_queued(room, song_id)
    return current_words(studio, studio.accounts.people.get(room.owner_id), song_id)


@router.get("/api/rooms/{code}/songs/{song_id}/chords", summary="Chords and key of a song of this room")
def chords(song_id: str, room: TheRoom, studio: TheStudio) -> View:
    _must_be_queued(room, song_id)
    item = studio.library.item(studio.songs.song(song_id).item_id)
    found = studio.library.record.recording(item.recording_id).analysis or {}
    return {"chords": found.get("chords") or [], "key": found.get("key")}


@router.get(
    "/api/rooms/{code}/songs/{song_id}/mix.{format}",
    response_class=Response,
    summary="A song of this room mixed by the server, for televisions that cannot mix",
)
async def mix(code: str, song_id: str, format: str, request: Request) -> FileAnswer:
    found, form = await _song(request, code, song_id), format_of(format)
    wish = mix_from(request.query_params)
    path = await to_thread.run_sync(request.app.state.studio.playback.mix, found.files, wish, Encoding(form))
    return FileAnswer(path, cache="private, no-cache")


async def _has_video(request: Request, found: SongOnFile) -> bool:
    """Whether the recording is kept as a video that browsers may be able to play."""
    if found.file(ORIGINAL).path.suffix.lower() not in SHOWN:
        return False
    library = request.app.state.studio.library

    def look() -> bool:
        return bool(library.record.recording(library.item(found.song.item_id).recording_id).details.get(HAS_VIDEO))

    return await to_thread.run_sync(look)


def _must_be_queued(room: Room, song_id: str) -> None:
    """A screen that knows the room's code gets what is in its queue, and nothing else of the host's."""
    queued = {turn.song_id for turn in (*room.turns, *((room.on_stage,) if room.on_stage else ()))}
    if song_id not in queued:
        raise NotFoundError("This song is not in the room's queue.")


async def _song(request: Request, code: str, song_id: str) -> SongOnFile:
    room = await to_thread.run_sync(room_by_code, request, code)
    _must_be_queued(room, song_id)
    owner = await to_thread.run_sync(request.app.state.studio.accounts.people.get, room.owner_id)
    return await song_files(request).of(owner, song_id)
