"""Single stems, whole or in ranges, in any form, and what they look like."""

from pathlib import Path

from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.api.raw_routes import RawRoute, reads
from harmonix_splitter.api.song_files import SongOnFile, listener, song_files
from harmonix_splitter.api.sound_lane import SOUND
from harmonix_splitter.domain.file_names import plain_name
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.separation import INSTRUMENTAL, ORIGINAL, VOCALS, stem_name
from harmonix_splitter.errors import NotFoundError, TrackTypeError
from harmonix_splitter.services.playback import PlaybackService
from harmonix_splitter.services.ports.storage import StoredFile

router = APIRouter(route_class=RawRoute)
TRACKS = (VOCALS, INSTRUMENTAL, ORIGINAL)


@reads(router, "/api/songs/{song_id}/stems", names=("song_id",), summary="A song's stems")
async def stems(request: Request) -> JSONResponse:
    found = await _song(request)
    address = f"{request.scope.get('root_path', '')}/api/songs/{found.song.id}/stems"
    listed = [{"name": name, "url": f"{address}/{name}.flac", "size": file.size} for name, file in found.files.items()]
    return JSONResponse({"id": found.song.id, "stems": listed})


@reads(
    router,
    "/api/songs/{song_id}/audio/{stem}",
    names=(
        "song_id",
        "stem",
    ),
    summary="A stem as it is kept, whole or a range of it",
)
async def audio(request: Request) -> FileAnswer:
    found = await _song(request)
    return answer_with(found, found.file(request.path_params["stem"]), request)


@reads(
    router,
    "/api/songs/{song_id}/stems/{stem}.{format}",
    names=(
        "song_id",
        "stem",
        "format",
    ),
    summary="A stem as FLAC, WAV, MP3, M4A or Opus",
)
async def stem(request: Request) -> FileAnswer:
    found = await _song(request)
    file, form = found.file(request.path_params["stem"]), format_of(request.path_params["format"])
    return await stem_answer(request, found, file, form)


@reads(
    router,
    "/api/songs/{song_id}/peaks/{stem}",
    names=(
        "song_id",
        "stem",
    ),
    summary="A stem's waveform, as lowest and highest at several zooms",
)
async def peaks(request: Request) -> FileAnswer:
    file = (await _song(request)).file(request.path_params["stem"])
    path = await to_thread.run_sync(request.app.state.studio.playback.peaks, file)
    return FileAnswer(path, tag=f"{file.sha256}-peaks")


@reads(
    router,
    "/api/songs/{song_id}/outline",
    names=("song_id",),
    summary="How loud each stem is from start to end: a small picture of the song",
)
async def outline(request: Request) -> FileAnswer:
    found = await _song(request)
    path = await to_thread.run_sync(request.app.state.studio.playback.outline, found.files)
    return FileAnswer(path, tag=f"{found.version}-outline")


@reads(
    router,
    "/api/songs/{song_id}/download/{track}",
    names=(
        "song_id",
        "track",
    ),
    summary="The voice, the song without it, or the original, as an MP3 to keep",
)
async def download(request: Request) -> FileAnswer:
    listener(request)  # before anything is said about the name
    track = track_of(request.path_params["track"])
    found = await _song(request)
    filename = f"{plain_name(found.song.facts.artist, found.song.facts.title, track)}.mp3"
    path, tag = await to_thread.run_sync(_as_mp3, request.app.state.studio.playback, found, track)
    return FileAnswer(path, tag=tag, filename=filename, is_download=True)


def track_of(name: str) -> str:
    track = stem_name(name)
    if track not in TRACKS:
        raise TrackTypeError("There is no such track.", advice=f"Tracks are {', '.join(TRACKS)}.")
    return track


def _as_mp3(playback: PlaybackService, found: SongOnFile, track: str) -> tuple[Path, str]:
    """The file, and its hash where it is one that is kept."""
    encoding = Encoding(AudioFormat.MP3)
    if track == INSTRUMENTAL and VOCALS in found.files:
        return playback.instrumental(found.files, encoding), ""
    file = found.file(track)
    if file.path.suffix == f".{AudioFormat.MP3}":
        return file.path, file.sha256
    return playback.stem_as(file, encoding), ""


async def stem_answer(request: Request, found: SongOnFile, file: StoredFile, form: AudioFormat) -> FileAnswer:
    """The stem in this form; what is kept in it already is served as it is."""
    if file.path.suffix == f".{form}":
        return answer_with(found, file, request)
    path = await to_thread.run_sync(request.app.state.studio.playback.stem_as, file, Encoding(form))
    filename = f"{plain_name(found.song.facts.artist, found.song.facts.title, file.name)}.{form}"
    return FileAnswer(path, filename=filename, is_download=is_download(request))


def answer_with(found: SongOnFile, file: StoredFile, request: Request) -> FileAnswer:
    filename = found.filenames[file.name]
    answer = FileAnswer(file.path, tag=file.sha256, filename=filename, is_download=is_download(request))
    if identity_of(request) is not None:  # strangers' requests are counted, on the long way
        request.scope[SOUND] = answer
    return answer


def is_download(request: Request) -> bool:
    return bool(request.scope["query_string"]) and request.query_params.get("download", "") in {"1", "true"}


def format_of(word: str) -> AudioFormat:
    try:
        return AudioFormat(word.lower())
    except ValueError:
        raise NotFoundError("There is no such form.", advice=f"Forms are {', '.join(AudioFormat)}.") from None


async def _song(request: Request) -> SongOnFile:
    return await song_files(request).of(listener(request), request.path_params["song_id"])
