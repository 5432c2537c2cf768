"""MIDI: the notes of a stem or of a file sent, and what somebody has had converted."""

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlsplit

from anyio import to_thread
from fastapi import APIRouter, Body, File, Form, Query, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response

from harmonix_splitter.api.byte_ranges import disposition
from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.on_the_spot import on_the_spot, received
from harmonix_splitter.api.render_desk import RenderJob, render_desk
from harmonix_splitter.api.routes.playback.documented import linked_song, song_id_of
from harmonix_splitter.api.song_cuts import TheTimes, cut_asked
from harmonix_splitter.api.song_files import SongFiles, SongOnFile, song_files
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import ActivityKind, User
from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.file_names import plain_name
from harmonix_splitter.domain.notes import USUAL_TEMPO, read, shifted, written
from harmonix_splitter.domain.separation import ORIGINAL
from harmonix_splitter.domain.sources import source_of
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotFoundError
from harmonix_splitter.services.notes import Converted
from harmonix_splitter.services.ports.storage import StoredFile

router = APIRouter(tags=["notes"], responses=PROBLEMS)
_STEM_URL = re.compile(
    r"/(?:download|api/stems)/(?P<job>[^/]+)/(?P<a>[^/]+)"
    r"|/api/songs/(?P<song>[^/]+)/(?:audio|stems)/(?P<b>[^/]+)"
    r"|/library/(?P<folder>[^/]+)/(?P<c>[^/]+)"
)
_KEPT_URL = re.compile(r"/download-midi/(?P<user>[^/]+)/(?P<file>[^/]+)")
Address = Annotated[str, Form(max_length=2000)]


class NotesJob(RenderJob):
    """`engine` is who listens: `basic_pitch`, or `one_voice` where that model is not."""

    engine: str


@router.post("/api/convert-to-midi", summary="The notes of a file, a stem or a video of yours, as MIDI")
def convert(
    studio: TheStudio,
    user: MemberUser,
    audio: Annotated[UploadFile | None, File()] = None,
    stem_url: Address = "",
    youtube_url: Address = "",
) -> dict[str, Any]:
    """One of the three. The better of two engines needs the model `basic_pitch`; without it one voice is followed."""
    with on_the_spot():
        if audio is not None:
            with received(studio, audio) as path:
                made = studio.notes.convert(user.id, plain_name(Path(audio.filename or "").stem), path)
        else:
            found, file = _named(studio, user, stem_url, youtube_url)
            name = plain_name(found.song.facts.artist, found.song.facts.title, file.name)
            made = studio.notes.convert(user.id, name, file.path, _tempo(studio, found))
    studio.accounts.people.note(user.id, ActivityKind.MIDI_CONVERTED, f"Converted {made.filename}")
    return _told(user, made)


@router.get("/api/midi-library", summary="The MIDI files you have had made")
def library(studio: TheStudio, user: CurrentUser) -> dict[str, Any]:
    return {"files": [_shown(user, path) for path in studio.notes.shelf.listed(user.id)]}


@router.post("/api/midi-library/delete", summary="Delete a MIDI file of yours")
def delete(
    studio: TheStudio, user: MemberUser, filename: Annotated[str, Body(embed=True, max_length=300)]
) -> dict[str, bool]:
    studio.notes.shelf.remove(user.id, filename)
    return {"success": True}


@router.get("/download-midi/{user_id}/{filename}", response_class=FileResponse, summary="A MIDI file of yours")
def download(user_id: str, filename: str, studio: TheStudio, user: CurrentUser) -> FileAnswer:
    path = studio.notes.shelf.find(_owner(user, user_id), filename)
    return FileAnswer(path, filename=path.name, is_download=True, cache="private, no-cache")


@router.get("/api/midi-parse", summary="The notes in a MIDI file of yours")
def parse(studio: TheStudio, user: CurrentUser, url: Annotated[str, Query(max_length=2000)]) -> dict[str, Any]:
    match = _KEPT_URL.search(urlsplit(url).path)
    if match is None:
        raise InvalidRequestError("Only MIDI files of this studio are read.", advice="See /api/midi-library.")
    sheet = studio.notes.sheet(_owner(user, unquote(match["user"])), unquote(match["file"]))
    return {
        "notes": [
            {"pitch": note.pitch, "start": note.start, "duration": note.end - note.start, "velocity": note.velocity}
            for note in sheet.notes
        ],
        "duration": sheet.duration,
        "tracks": sheet.tracks,
        "tempo": sheet.tempo,
    }


@router.post(
    "/api/songs/{song_id}/stems/{stem}/midi",
    status_code=202,
    response_model=NotesJob,
    summary="Write down a stem's notes in the background",
)
async def make(song_id: str, stem: str, studio: TheStudio, user: MemberUser, request: Request) -> JSONResponse:
    found = await song_files(request).of(user, song_id)
    file = _with_notes(found.file(stem))
    tempo = await to_thread.run_sync(_tempo, studio, found)
    engine = studio.notes.engine
    job = render_desk(request).begin(_job_name(file, engine), lambda: studio.notes.of_stem(file, tempo))
    where = f"{request.scope.get('root_path', '')}/api/songs/{song_id}/stems/{stem}/midi"
    told = NotesJob(**job.model_dump(), engine=engine)
    return JSONResponse(told.model_dump(by_alias=True), 202, headers={"Location": where})


@router.get("/api/songs/{song_id}/stems/{stem}/midi", summary="How far a stem's notes are")
async def progress(song_id: str, stem: str, studio: TheStudio, user: CurrentUser, request: Request) -> NotesJob:
    found, engine = await song_files(request).of(user, song_id), studio.notes.engine
    name, url = _job_name(found.file(stem), engine), f"/api/songs/{song_id}/stems/{stem}/midi/file"
    return NotesJob(**render_desk(request).job(name, url).model_dump(), engine=engine)


@router.get("/api/songs/{song_id}/stems/{stem}/midi/file", response_class=FileResponse, summary="A stem's notes")
async def fetch(
    song_id: str, stem: str, studio: TheStudio, user: CurrentUser, request: Request, times: TheTimes
) -> Response:
    found = await song_files(request).of(user, song_id)
    path = render_desk(request).result(_job_name(found.file(stem), studio.notes.engine))
    name = plain_name(found.song.facts.artist, found.song.facts.title, stem)
    if cut := await to_thread.run_sync(cut_asked, studio, found.song, times):
        return _cut_notes(await to_thread.run_sync(path.read_bytes), cut, stem, f"{name}.mid")
    return FileAnswer(path, filename=f"{name}.mid", is_download=True, cache="private, no-cache")


def _cut_notes(content: bytes, cut: Cut, stem: str, filename: str) -> Response:
    notes = written(shifted(read(content), cut), stem)
    tag = f'"{hashlib.sha256(notes).hexdigest()[:32]}"'
    told = {
        "ETag": tag,
        "Content-Disposition": disposition(filename, is_download=True),
        "Cache-Control": "private, no-cache",
    }
    return Response(notes, media_type="audio/midi", headers=told | {"ETag": tag})


def _named(studio: Studio, user: User, stem_url: str, youtube_url: str) -> tuple[SongOnFile, StoredFile]:
    """The song and file an address of ours names; nothing is fetched from anywhere."""
    if stem_url:
        match = _STEM_URL.search(unquote(urlsplit(stem_url).path))
        if match is None:
            raise InvalidRequestError("This is no address of a stem of this studio.", field="stem_url")
        stem = (match["a"] or match["b"] or match["c"]).partition(".")[0]
        song_id = linked_song(studio, user, match["folder"]) if match["folder"] else None
        song_id = song_id or song_id_of(studio, user, match["job"] or match["song"])
    elif youtube_url:
        song_id, stem = linked_song(studio, user, source_of(youtube_url).folder), ORIGINAL
    else:
        raise InvalidRequestError("Send a file (audio), or name a stem (stem_url) or a video of yours (youtube_url).")
    found = SongFiles(studio).look_up(user, song_id)
    return found, _with_notes(found.file(stem))


def _with_notes(file: StoredFile) -> StoredFile:
    if file.name == "drums":
        raise ConflictError("Drums have no pitches to write down.", advice="Take another stem.")
    return file


def _tempo(studio: Studio, found: SongOnFile) -> float:
    item = studio.library.item(found.song.item_id)
    tempo = (studio.library.record.recording(item.recording_id).analysis or {}).get("tempo") or {}
    return float(tempo.get("bpm") or USUAL_TEMPO)


def _owner(user: User, user_id: str) -> str:
    if user_id != user.id and not user.is_admin:
        raise NotFoundError("There is no such MIDI file.")
    return user_id


def _job_name(file: StoredFile, engine: str) -> str:
    return f"{file.sha256[:32]}-notes-{engine}"


def _told(user: User, made: Converted) -> dict[str, Any]:
    return {
        "success": True,
        "filename": made.filename,
        "download_url": _url(user, made.filename),
        "notes_count": len(made.sheet.notes),
        "duration": made.sheet.duration,
        "engine": made.engine,
    }


def _shown(user: User, path: Path) -> dict[str, Any]:
    state = path.stat()
    made = datetime.fromtimestamp(state.st_mtime, UTC).isoformat()
    return {
        "filename": path.name,
        "download_url": _url(user, path.name),
        "size": state.st_size,
        "created_at": made,
    }


def _url(user: User, filename: str) -> str:
    return f"/download-midi/{user.id}/{quote(filename)}"
