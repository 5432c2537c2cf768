"""The dashboard's batches of videos and its popular songs, at their documented paths."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from harmonix_splitter.api.dependencies import AdminUser, CurrentUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.routes.youtube import playlist
from harmonix_splitter.api.wishes import RecipeWish
from harmonix_splitter.domain.batches import Headway
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.services.batches import BatchWish

router = APIRouter(tags=["dashboard"], responses=PROBLEMS)
Address = Annotated[str, Field(max_length=2000)]
_POPULAR = 20


class BatchVideo(BaseModel):
    id: Annotated[str, Field(max_length=80)]
    title: Annotated[str, Field(max_length=500)] = ""


class BatchStart(RecipeWish):
    """Words are looked for in every job; `extract_lyrics` and its like are taken and change nothing."""

    videos: Annotated[list[BatchVideo], Field(min_length=1, max_length=500)]
    playlist_url: Address = ""
    skip_existing: bool = True


@router.get("/api/popular", summary="The library's most used videos; what is instant needs no work")
def popular(studio: TheStudio, _user: CurrentUser) -> dict[str, Any]:
    songs = [_song(item) for item in studio.batches.popular(_POPULAR)]
    message = f"{len(songs)} songs are ready at once." if songs else "Nobody has linked a video yet."
    return {"songs": songs, "message": message}


@router.post("/admin/batch/parse-playlist", summary="A playlist's videos, and which are in the library")
def parse_playlist(
    studio: TheStudio, admin: AdminUser, url: Annotated[str, Body(embed=True, max_length=2000)]
) -> dict[str, Any]:
    return playlist(studio, admin, url)


@router.post("/admin/batch/start", summary="Have many videos worked on")
def start(wish: BatchStart, studio: TheStudio, admin: AdminUser) -> dict[str, Any]:
    videos = [(video.id, video.title) for video in wish.videos]
    recipe = wish.recipe(studio.settings)
    asked = BatchWish(videos, recipe, wish.playlist_url, wish.skip_existing)
    return {"success": True, **_shown(studio.batches.start(admin.id, asked))}


@router.get("/admin/batch/status", summary="How far the newest batch is")
def status(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    found = studio.batches.headway()
    return {"running": False, "total": 0, "log": []} if found is None else _shown(found)


@router.post("/admin/batch/stop", summary="Stop the batch; what runs comes to its end")
def stop(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    return {"success": True, **_shown(studio.batches.stop())}


@router.post("/admin/cache/refresh", summary="Have the most used videos made in the house's recipe, when nothing waits")
def refresh(
    studio: TheStudio, admin: AdminUser, max_songs: Annotated[int, Body(embed=True, ge=1, le=20)] = 20
) -> dict[str, Any]:
    begun = studio.batches.make_ready(admin.id, RecipeWish().recipe(studio.settings), max_songs)
    return {"success": True, "queued": begun, "message": f"{begun} songs will be made when nothing else waits."}


@router.get("/admin/cache/status", summary="How many of the most used videos are ready in the house's recipe")
def cache_status(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    recipe = RecipeWish().recipe(studio.settings)
    items = studio.batches.popular(_POPULAR)
    ready = [studio.library.item_of(item.source.key, recipe.key) is not None for item in items]
    songs = [_song(item) | {"ready": is_ready} for item, is_ready in zip(items, ready, strict=True)]
    return {"enabled": True, "max_songs": _POPULAR, "ready": sum(ready), "popular_songs": songs}


def _song(item: LibraryItem) -> dict[str, Any]:
    return {
        "youtube_id": item.source.id,
        "title": f"{item.artist} - {item.title}" if item.artist else item.title,
        "duration": item.duration,
        "stems": list(item.stems),
        "instant": True,
        "usage_count": item.usage,
    }


def _shown(found: Headway) -> dict[str, Any]:
    batch = found.batch
    return {
        "batch_id": batch.id,
        "running": found.is_running,
        "total": len(batch.entries),
        "completed": found.done,
        "failed": found.failed,
        "cancelled": found.stopped,
        "pending": found.left,
        "skipped": batch.skipped,
        "refused": list(batch.refused),
        "current": found.current,
        "playlist_url": batch.playlist_url,
        "started_at": batch.started_at.isoformat(),
        "stopped_at": batch.stopped_at.isoformat() if batch.stopped_at else None,
        "log": list(found.lines),
    }
