"""What people and programs are told about a job."""

from collections.abc import Mapping
from typing import Any

from harmonix_splitter.domain.jobs import Job, JobStatus

_KINDS = {
    JobStatus.COMPLETED: "job_completed",
    JobStatus.FAILED: "job_failed",
    JobStatus.CANCELLED: "job_cancelled",
}


def job_document(job: Job) -> dict[str, Any]:
    """The one shape of a job in answers and events."""
    failure = job.failure
    return {
        "id": job.id,
        "jobId": job.id,
        "kind": str(job.kind),
        "songId": job.song_id,
        "title": job.title,
        "artist": job.artist,
        "status": str(job.status),
        "isCancelling": job.is_cancelling and job.is_live,
        "stage": str(job.stage),
        "progress": round(job.progress, 1),
        "mode": str(job.recipe.mode),
        "quality": str(job.recipe.quality),
        "videoId": job.source.id if job.source.is_youtube else None,
        "sourceUrl": job.source.link or None,
        "duration": job.duration or None,
        "attempts": job.attempts,
        "notes": list(job.notes),
        "error": failure.message if failure else None,
        "errorCode": failure.code if failure else None,
        "advice": failure.advice if failure else None,
        "itemId": job.item_id or None,
        "dismissed": job.is_dismissed,
        "dueAt": job.due_at.isoformat() if job.due_at else None,
        "createdAt": job.created_at.isoformat(),
        "startedAt": job.started_at.isoformat() if job.started_at else None,
        "completedAt": job.completed_at.isoformat() if job.completed_at else None,
    }


def job_event(job: Job, kind: str = "") -> dict[str, Any]:
    return {"type": kind or _KINDS.get(job.status, "job_updated"), "job": job_document(job)}


def event_of(event: Mapping[str, Any], song_id: str) -> dict[str, Any]:
    """The event as it is told to the owner of this song."""
    return {**event, "job": {**event["job"], "songId": song_id}}


def event_seen_by(event: Mapping[str, Any], user_id: str) -> dict[str, Any]:
    """An event of everybody's jobs, which says whose `songs` are waiting, as one administrator sees it."""
    seen = {name: value for name, value in event.items() if name != "songs"}
    own = event.get("songs", {}).get(user_id)
    return event_of(seen, own) if own else seen
