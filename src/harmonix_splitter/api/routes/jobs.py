"""Jobs: what is being worked on, and how to stop it, try it again or put it away."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.pages import ThePage
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.job_news import job_document
from harmonix_splitter.domain.jobs import RUNNING, Job, JobStatus
from harmonix_splitter.services.estimates import TimeLeft
from harmonix_splitter.services.ports.jobs import JobFilter

router = APIRouter(prefix="/api/jobs", tags=["jobs"])


def seen_by(user: User) -> str | None:
    """Whose jobs somebody may see: their own, or, for an admin, everybody's."""
    return None if user.is_admin else user.id


@router.get("/")
@router.get("", include_in_schema=False)
def list_jobs(
    studio: TheStudio,
    user: CurrentUser,
    page: ThePage,
    status: JobStatus | None = None,
    include_dismissed: bool = False,
    everyone: bool = False,
) -> dict[str, Any]:
    """The caller's jobs, newest first; everybody's for an admin who asks for them. `pausedSince`: none begin."""
    whose = None if everyone and user.is_admin else user.id
    statuses = (status,) if status else ()
    wanted = JobFilter(whose, statuses, None if include_dismissed else False, page.limit, page.offset, user.id)
    held = studio.jobs.record.held_since()
    jobs = _shown(studio, studio.jobs.listed(wanted))
    return {"jobs": jobs, "pausedSince": held.isoformat() if held else None}


@router.get("/status")
def counts(studio: TheStudio, user: CurrentUser) -> dict[str, Any]:
    found = studio.jobs.record.count(seen_by(user))
    failed, cancelled = found.get(JobStatus.FAILED, 0), found.get(JobStatus.CANCELLED, 0)
    return {
        "total": sum(found.values()),
        "queue_length": found.get(JobStatus.PENDING, 0),
        "active_jobs": sum(found.get(status, 0) for status in RUNNING),
        "completed_jobs": found.get(JobStatus.COMPLETED, 0),
        "failed_jobs": failed + cancelled,
        "raw_failed": failed,
        "raw_cancelled": cancelled,
    }


@router.get("/dismissed")
def dismissed(studio: TheStudio, user: CurrentUser) -> dict[str, Any]:
    return {"jobs": [job_document(job) for job in studio.jobs.listed(JobFilter(user.id, dismissed=True))]}


@router.get("/{job_id}")
def get_job(studio: TheStudio, user: CurrentUser, job_id: str) -> dict[str, Any]:
    return _shown(studio, [studio.jobs.job(job_id, seen_by(user), user.id)])[0]


@router.post("/{job_id}/cancel")
def cancel(studio: TheStudio, user: MemberUser, job_id: str, for_everyone: bool = False) -> dict[str, Any]:
    """Leave the job; it stops when nobody else waits for it. An admin may stop it for everybody."""
    whose = None if for_everyone and user.is_admin else user.id
    job = studio.jobs.cancel(job_id, whose, user.id)
    return {"success": True, "message": "Cancelled.", "job_id": job.id, "job": job_document(job)}


@router.post("/{job_id}/retry")
def retry(studio: TheStudio, user: MemberUser, job_id: str) -> dict[str, Any]:
    job = studio.jobs.retry(job_id, seen_by(user), user.id)
    return {"success": True, "message": "Trying again.", "job_id": job.id, "job": job_document(job)}


@router.post("/{job_id}/upload")
def replace_fetch(
    studio: TheStudio, user: MemberUser, job_id: str, file: Annotated[UploadFile, File()]
) -> dict[str, Any]:
    """Give a job its audio by hand, where fetching does not work."""
    studio.jobs.job(job_id, seen_by(user))
    pieces = iter(lambda: file.file.read(1 << 20), b"")
    most = studio.settings.limits.upload_mb * 1_000_000
    received = studio.sources.uploads.receive(file.filename or "upload", pieces, most)
    job = studio.jobs.replace_fetch(job_id, received.id, seen_by(user), user.id)
    return {"success": True, "job_id": job.id, "job": job_document(job)}


@router.post("/{job_id}/dismiss")
def dismiss(studio: TheStudio, user: MemberUser, job_id: str) -> dict[str, Any]:
    """Off the caller's list; whoever else asked for it keeps it on theirs."""
    job = studio.jobs.dismiss(job_id, seen_by(user), user.id)
    return {"success": True, "message": "Dismissed.", "job_id": job.id}


def _shown(studio: TheStudio, jobs: list[Job]) -> list[dict[str, Any]]:
    now = studio.parts.clock.now()
    outlook = studio.estimates.outlook(jobs, studio.settings.queue.separations_at_once, now)
    return [job_document(job) | _expected(outlook.get(job.id), now) for job in jobs]


def _expected(left: TimeLeft | None, now: datetime) -> dict[str, Any]:
    return {
        "remainingSeconds": {"from": round(left.least), "to": round(left.most)} if left else None,
        "expected_completion": left.by(now).isoformat() if left else None,
    }
