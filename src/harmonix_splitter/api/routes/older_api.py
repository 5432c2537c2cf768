"""The older API's reading side: status, result, stems and report of a job, and what can be asked for."""

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.raw_routes import RawRoute, reads
from harmonix_splitter.api.routes.playback.documented import song_id_of
from harmonix_splitter.api.routes.playback.stems import answer_with
from harmonix_splitter.api.song_cuts import TheTimes, cut_asked
from harmonix_splitter.api.song_files import listener, song_files
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.analysis import Analysis
from harmonix_splitter.domain.analysis.cuts import shifted
from harmonix_splitter.domain.jobs import Job
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.media import AudioFormat
from harmonix_splitter.domain.separation import Mode, Quality
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import InvalidRequestError, NotFoundError

router = APIRouter(tags=["older api"], responses=PROBLEMS)
raw = APIRouter(route_class=RawRoute)
ACCEPTED = ("mp3", "wav", "flac", "m4a", "aac", "ogg", "opus", "wma", "aiff", "mp4", "webm", "mkv", "mov", "avi")


@router.get("/api/models", summary="Which qualities, modes and forms there are")
def models(_user: CurrentUser) -> dict[str, Any]:
    return {
        "quality_modes": [str(quality) for quality in Quality],
        "separation_modes": [str(mode) for mode in Mode],
        "supported_instruments": ["vocals", "drums", "bass", "guitar", "piano", "other"],
        "supported_formats": list(ACCEPTED),
        "output_formats": [str(form) for form in AudioFormat],
    }


@router.get("/api/status/{job_id}", summary="How far a job is")
async def status(job_id: str, studio: TheStudio, user: CurrentUser, request: Request) -> dict[str, Any]:
    return await song_files(request).lane.run(_status, studio, user, job_id)


@router.get("/api/result/{job_id}", summary="What a finished job made")
async def result(job_id: str, studio: TheStudio, user: CurrentUser, request: Request) -> dict[str, Any]:
    return await song_files(request).lane.run(_finished, studio, user, job_id)


@reads(
    raw,
    "/api/stems/{job_id}/{file}",
    names=(
        "job_id",
        "file",
    ),
    summary="A stem of a job",
)
async def stem(request: Request) -> FileAnswer:
    user, studio = listener(request), request.app.state.studio
    song_id = await to_thread.run_sync(song_id_of, studio, user, request.path_params["job_id"])
    found = await song_files(request).of(user, song_id)
    return answer_with(found, found.file(request.path_params["file"].removesuffix(".flac")), request)


@router.delete("/api/jobs/{job_id}", summary="Stop a job that runs, put away one that ended")
def remove(job_id: str, studio: TheStudio, user: MemberUser) -> dict[str, str]:
    whose = None if user.is_admin else user.id
    if studio.jobs.job(job_id, whose).can_be_cancelled:
        studio.jobs.cancel(job_id, whose)
        return {"message": "The job will stop."}
    studio.jobs.dismiss(job_id, whose, user.id)
    return {"message": "The job was put away."}


@router.get("/job/{job_id}/report", summary="Everything about a finished job on one page")
async def report(job_id: str, studio: TheStudio, user: CurrentUser, request: Request) -> dict[str, Any]:
    return await song_files(request).lane.run(_report, studio, user, job_id)


@router.get("/analyze/{job_id}", summary="What is known of a finished song's music")
def analysis(job_id: str, studio: TheStudio, user: CurrentUser, times: TheTimes) -> dict[str, Any]:
    song, _ = _song_and_job(studio, user, job_id)
    if not song.is_playable:
        raise NotFoundError("This song has not been analysed yet.")
    found = studio.library.record.recording(studio.library.item(song.item_id).recording_id).analysis
    if found is None:
        raise NotFoundError("This song has not been analysed.")
    cut = cut_asked(studio, song, times)
    return shifted(Analysis.from_document(found), cut).to_document() if cut else dict(found)


router.include_router(raw)


def _status(studio: Studio, user: User, job_id: str) -> dict[str, Any]:
    song, job = _song_and_job(studio, user, job_id)
    is_done = song.is_playable
    return {
        "job_id": job_id,
        "status": "completed" if is_done else str(job.status) if job else str(song.status),
        "progress": 1.0 if is_done else round(job.progress / 100, 3) if job else 0.0,
        "message": song.error or (str(job.stage) if job and not is_done else "done"),
        "result": _result(studio, song) if is_done else None,
        "created_at": song.added_at.isoformat(),
        "completed_at": job.completed_at.isoformat() if job and job.completed_at else None,
    }


def _finished(studio: Studio, user: User, job_id: str) -> dict[str, Any]:
    song, _ = _song_and_job(studio, user, job_id)
    if not song.is_playable:
        raise InvalidRequestError("This job is not finished.", advice="Ask /api/status first.")
    return {"job_id": job_id, "status": "completed", **_result(studio, song)}


def _report(studio: Studio, user: User, job_id: str) -> dict[str, Any]:
    song, job = _song_and_job(studio, user, job_id)
    if not song.is_playable:
        raise InvalidRequestError("This job is not finished.", advice="Ask /status first.")
    item = studio.library.item(song.item_id)
    analysis = studio.library.record.recording(item.recording_id).analysis
    return {
        "job_id": job_id,
        "display_name": f"{song.facts.artist} - {song.facts.title}",
        "filename": song.facts.title,
        "status": "completed",
        "created_at": song.added_at.isoformat(),
        "completed_at": job.completed_at.isoformat() if job and job.completed_at else item.created_at.isoformat(),
        "processing_time": item.processing_time,
        "quality": str(item.recipe.quality),
        "mode": str(item.recipe.mode),
        "user": user.name,
        "stems": {stem["name"]: stem for stem in _stems(studio, song, item)},
        "music_info": analysis,
        "engine": item.engine,
        "model": item.model,
        "notes": list(item.notes),
    }


def _song_and_job(studio: Studio, user: User, job_id: str) -> tuple[Song, Job | None]:
    song = studio.songs.song(song_id_of(studio, user, job_id), None if user.is_admin else user.id)
    return song, studio.jobs.job(song.job_id) if song.job_id else None


def _result(studio: Studio, song: Song) -> dict[str, Any]:
    item = studio.library.item(song.item_id)
    made = {"quality": str(item.recipe.quality), "mode": str(item.recipe.mode), "sample_rate": 44100}
    return {"stems": _stems(studio, song, item), "processing_time": item.processing_time, "metadata": made}


def _stems(studio: Studio, song: Song, item: LibraryItem) -> list[dict[str, Any]]:
    files = [studio.library.open_stem(item.id, name) for name in (*item.stems, "original")]
    return [
        {
            "name": file.name,
            "url": f"/api/stems/{song.id}/{file.name}",
            "file_size": file.size,
            "format": file.path.suffix[1:],
            "duration": item.duration,
            "metadata": {"engine": item.engine, "model": item.model},
        }
        for file in files
    ]
