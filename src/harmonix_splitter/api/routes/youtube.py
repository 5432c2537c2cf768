"""YouTube: search, and have a video worked on."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.pages import Words
from harmonix_splitter.api.shapes import song_shape, video_shape
from harmonix_splitter.api.wishes import VideoWish
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts
from harmonix_splitter.domain.sources import playlist_of, source_of, youtube
from harmonix_splitter.errors import InvalidRequestError

router = APIRouter(prefix="/api", tags=["youtube"])


@router.get("/youtube/search")
def search(
    studio: TheStudio,
    _user: CurrentUser,
    query: Words,
    max_results: Annotated[int, Query(ge=1, le=50, alias="maxResults")] = 10,
) -> dict[str, Any]:
    """Videos for some words, or the one video a link names."""
    videos = [studio.sources.facts(source_of(query))] if "://" in query else studio.sources.search(query, max_results)
    shown = [video_shape(video) | {"inLibrary": _is_there(studio, video.id)} for video in videos]
    return {"success": True, "message": f"{len(shown)} found.", "data": shown}


@router.get("/youtube-music/search")
def search_music(
    studio: TheStudio, _user: CurrentUser, q: Words = "", limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> dict[str, Any]:
    if not q.strip():
        raise InvalidRequestError("Say what to search for.", field="q")
    found = [
        {
            "videoId": video.id,
            "title": video.title,
            "artist": video.channel,
            "duration": video.duration,
            "album": video.details.get("album"),
            "thumbnails": [video.thumbnail] if video.thumbnail else [],
        }
        for video in studio.sources.search(q, limit)
    ]
    return {"results": found, "error": None}


@router.get("/youtube/playlist")
def playlist(
    studio: TheStudio, _user: CurrentUser, url: Words, limit: Annotated[int, Query(ge=1)] = 500
) -> dict[str, Any]:
    """The videos of a playlist, and which of them are in the library."""
    playlist_id = playlist_of(url)
    if playlist_id is None:
        raise InvalidRequestError("This link names no playlist.", advice="Copy the link from the playlist's page.")
    videos = [
        video_shape(v) | {"in_library": _is_there(studio, v.id)} for v in studio.sources.playlist(playlist_id, limit)
    ]
    there = sum(video["in_library"] for video in videos)
    return {"videos": videos, "total": len(videos), "in_library": there, "to_process": len(videos) - there}


@router.post("/youtube/download")
def download(studio: TheStudio, user: MemberUser, wish: VideoWish) -> JSONResponse:
    """Have the video of a song worked on. Known to the library: ready at once (200); else a job (202)."""
    source, recipe = youtube(wish.video_id), wish.recipe(studio.settings)
    if wish.song_id:
        asked = studio.songs.start(wish.song_id, user.id, source, recipe)
    else:
        known = studio.sources.name_of(source) or SongFacts(UNKNOWN, UNKNOWN)
        facts = SongFacts(wish.title or known.title, wish.artist or known.artist, wish.album or "")
        asked = studio.songs.request(user.id, source, recipe, facts)
    answer = {
        "jobId": asked.job.id if asked.job else None,
        "songId": asked.song.id,
        "status": str(asked.job.status) if asked.job else "completed",
        "instant": asked.job is None,
        "message": "In the library already." if asked.job is None else "The song will be worked on.",
        "song": song_shape(asked.song),
    }
    return JSONResponse({"success": True, **answer, "data": answer}, 202 if asked.job else 200)


def _is_there(studio: TheStudio, video_id: str) -> bool:
    return studio.library.is_known(youtube(video_id).key)
