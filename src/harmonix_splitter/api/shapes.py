"""How songs, items and jobs look in answers: camelCase, as the documents show them."""

from collections.abc import Mapping
from typing import Any

from harmonix_splitter.domain.job_news import job_document
from harmonix_splitter.domain.jobs import Job
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.library_notes import display_name
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.services.ports.library import LibraryNumbers
from harmonix_splitter.services.ports.sources import VideoFacts


def song_shape(song: Song) -> dict[str, Any]:
    facts = song.facts
    return {
        "id": song.id,
        "title": facts.title,
        "artist": facts.artist,
        "album": facts.album or None,
        "genre": facts.genre or None,
        "language": facts.language or None,
        "year": facts.year,
        "durationMs": facts.duration_ms,
        "plainLyrics": facts.plain_lyrics or None,
        "syncedLyrics": facts.synced_lyrics or None,
        "status": str(song.status),
        "error": song.error or None,
        "source": str(song.source.kind) if song.source else song.details.get("source"),
        "sourceUrl": song.source.link if song.source else None,
        "videoId": song.video_id or None,
        "mode": str(song.recipe.mode) if song.recipe else None,
        "quality": str(song.recipe.quality) if song.recipe else None,
        "jobId": song.job_id or None,
        "itemId": song.item_id or None,
        "isLibraryLink": bool(song.item_id),
        "instant": song.is_instant,
        "thumbnailUrl": f"/api/songs/{song.id}/thumbnail" if song.item_id and song.has_picture else None,
        "dateAdded": song.added_at.isoformat(),
    }


def page_shape(total: int, limit: int, offset: int) -> dict[str, Any]:
    return {"total": total, "limit": limit, "offset": offset, "hasMore": offset + limit < total}


def item_shape(item: LibraryItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "artist": item.artist,
        "displayName": display_name(item.artist, item.title),
        "videoId": item.source.id if item.source.is_youtube else None,
        "sourceUrl": item.source.link or None,
        "mode": str(item.recipe.mode),
        "quality": str(item.recipe.quality),
        "engine": item.engine,
        "model": item.model,
        "device": item.device,
        "stems": list(item.stems),
        "duration": item.duration,
        "size": item.size,
        "usageCount": item.usage,
        "status": str(item.status),
        "pinned": item.is_pinned,
        "notes": list(item.notes),
        "processingTime": round(item.processing_time, 2),
        "createdAt": item.created_at.isoformat(),
        "lastUsedAt": item.last_used_at.isoformat() if item.last_used_at else None,
    }


def video_shape(video: VideoFacts) -> dict[str, Any]:
    return {
        "id": video.id,
        "videoId": video.id,
        "title": video.title,
        "url": video.url,
        "channel": video.channel,
        "channelId": video.channel_id,
        "thumbnail": video.thumbnail,
        "duration": video.duration,
    }


def old_job_shape(job: Job, song: Song | None, stems: Mapping[str, str]) -> dict[str, Any]:
    """A job as the dashboard's `/status` and `/jobs` show it."""
    shown = job_document(job)
    return {
        "job_id": job.id,
        "song_id": song.id if song else job.song_id,
        "display_name": display_name(job.artist, job.title) if job.title else job.id,
        "filename": job.title,
        "status": "cancelling" if shown["isCancelling"] else shown["status"],
        "progress": shown["progress"],
        "stage": shown["stage"],
        "quality": shown["quality"],
        "mode": shown["mode"],
        "user": song.owner_id if song else job.user_id,
        "created_at": shown["createdAt"],
        "completed_at": shown["completedAt"],
        "source_url": shown["sourceUrl"],
        "is_youtube": job.source.is_youtube,
        "youtube_video_id": shown["videoId"],
        "duration": shown["duration"],
        "stems": dict(stems),
        "is_library_link": bool(song and song.item_id),
        "instant": bool(song and song.is_instant),
        "error": shown["error"],
    }


def old_link_shape(song: Song, stems: Mapping[str, str]) -> dict[str, Any]:
    """A song without a job of its own, in the same list: it was linked at once."""
    return {
        "job_id": song.id,
        "song_id": song.id,
        "display_name": display_name(song.facts.artist, song.facts.title),
        "filename": song.facts.title,
        "status": "completed",
        "progress": 100.0,
        "quality": str(song.recipe.quality) if song.recipe else None,
        "mode": str(song.recipe.mode) if song.recipe else None,
        "user": song.owner_id,
        "created_at": song.added_at.isoformat(),
        "completed_at": song.added_at.isoformat(),
        "source_url": song.source.link if song.source else None,
        "is_youtube": bool(song.video_id),
        "youtube_video_id": song.video_id or None,
        "stems": dict(stems),
        "is_library_link": True,
        "instant": song.is_instant,
        "error": None,
    }


def numbers_shape(numbers: LibraryNumbers) -> dict[str, Any]:
    """Statistics in the dashboard's words."""
    return {
        "total_items": numbers.items,
        "total_size_mb": round(numbers.bytes / 1e6, 1),
        "total_usage": numbers.links,
        "average_usage": round(numbers.links / numbers.items, 2) if numbers.items else 0.0,
        "users": numbers.users,
        "items_by_usage": {band: numbers.by_usage.get(band, 0) for band in ("unused", "low", "medium", "high")},
        "archived_items": numbers.archived,
    }
