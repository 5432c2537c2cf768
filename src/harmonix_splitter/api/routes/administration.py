"""Administration: numbers, queues, faults, log, settings, backups, and help for whoever helps."""

import asyncio
from itertools import chain, islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import Field

from harmonix_splitter.api.dependencies import AdminUser, CurrentUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, Answer, Wish
from harmonix_splitter.api.routes.playback.downloads import zip_answer
from harmonix_splitter.api.share_metrics import share_metrics
from harmonix_splitter.api.zip_streams import Member
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.job_news import job_document
from harmonix_splitter.domain.jobs import LIVE, RUNNING, Job, JobStatus, Part
from harmonix_splitter.errors import InvalidRequestError, NotFoundError
from harmonix_splitter.services.housekeeping import MOST_FAULTS
from harmonix_splitter.services.ports.housekeeping import LogQuery
from harmonix_splitter.services.ports.jobs import JobFilter

router = APIRouter(tags=["administration"], responses=PROBLEMS)
_MOST_JOBS = 500
Confirm = Annotated[bool, Body(embed=True)]


class BrowserError(Wish):
    message: Annotated[str, Field(max_length=2000)]
    page: Annotated[str, Field(max_length=2000)] = ""
    stack: Annotated[str, Field(max_length=20_000)] = ""


class BackupAnswer(Answer):
    name: str
    bytes: int


@router.get("/api/admin/stats", summary="The house in numbers")
def stats(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    return studio.housekeeping.numbers()


@router.get("/api/admin/queues", summary="What waits, runs and failed")
def queues(studio: TheStudio, admin: AdminUser) -> dict[str, Any]:
    counted = studio.jobs.record.count()
    running = _everybodys(studio, admin, RUNNING)
    held = studio.jobs.record.held_since()
    return {
        "pausedSince": held.isoformat() if held else None,
        "waiting": counted.get(JobStatus.PENDING, 0),
        "active": len(running),
        "failed": counted.get(JobStatus.FAILED, 0),
        "completed": counted.get(JobStatus.COMPLETED, 0),
        "cancelled": counted.get(JobStatus.CANCELLED, 0),
        "running": [job_document(job) for job in running],
        "atOnce": {
            "fetch": studio.settings.queue.fetches_at_once,
            "separate": studio.settings.queue.separations_at_once,
            "analyse": studio.settings.queue.analyses_at_once,
        },
    }


@router.post("/api/admin/queues/pause", status_code=204, summary="Begin no more jobs; what runs goes on")
def pause(studio: TheStudio, admin: AdminUser) -> None:
    studio.jobs.hold(admin.id)


@router.post("/api/admin/queues/resume", status_code=204, summary="Begin jobs again")
def resume(studio: TheStudio, _admin: AdminUser) -> None:
    studio.jobs.let_go()


@router.post("/api/admin/queues/retry-failed", summary="Try everything that failed once more")
def retry_failed(studio: TheStudio, _admin: AdminUser) -> dict[str, int]:
    failed = studio.jobs.listed(JobFilter(statuses=(JobStatus.FAILED,), limit=_MOST_JOBS))
    for job in failed:
        studio.jobs.retry(job.id)
    return {"retried": len(failed)}


@router.post("/api/admin/queues/clear-failed", summary="Put away everything that failed")
def clear_failed(studio: TheStudio, _admin: AdminUser) -> dict[str, int]:
    failed = studio.jobs.listed(JobFilter(statuses=(JobStatus.FAILED,), limit=_MOST_JOBS))
    for job in failed:
        studio.jobs.dismiss(job.id)
    return {"cleared": len(failed)}


@router.post("/api/admin/queues/clear-waiting", summary="Cancel everything that waits")
def clear_waiting(studio: TheStudio, _admin: AdminUser) -> dict[str, int]:
    waiting = studio.jobs.listed(JobFilter(statuses=(JobStatus.PENDING,), limit=_MOST_JOBS))
    for job in waiting:
        studio.jobs.cancel(job.id)
    return {"cancelled": len(waiting)}


@router.get("/api/admin/queues/missing", summary="How many songs of the library lack an analysis or words")
def missing(studio: TheStudio, _admin: AdminUser) -> dict[str, int]:
    return {str(part): count for part, count in studio.missing.counts().items()}


@router.post("/api/admin/queues/run-missing", status_code=202, summary="Have what is missing made, when nothing waits")
def run_missing(studio: TheStudio, admin: AdminUser, part: Annotated[Part, Body(embed=True)]) -> dict[str, int]:
    """At most 500 at a time, the most used first; `left` is how many remain after these."""
    begun = studio.missing.run(part, admin.id)
    return {"begun": begun, "left": studio.missing.parts.count(part)}


@router.get("/admin/jobs/active", summary="Everybody's jobs that are not over")
def active_jobs(studio: TheStudio, admin: AdminUser) -> dict[str, Any]:
    return {"jobs": [job_document(job) for job in _everybodys(studio, admin, LIVE)]}


@router.post("/admin/cancel/{job_id}", summary="Stop a job for everybody")
def cancel(job_id: str, studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    return {"message": "The job will stop.", "status": str(studio.jobs.cancel(job_id).status)}


@router.get("/api/admin/storage/faults", summary="What is wrong with the library's files; changes nothing")
def faults(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    found = [vars(fault) for fault in islice(chain(studio.upkeep.verify(), studio.upkeep.check_notes()), MOST_FAULTS)]
    return {"faults": found, "isComplete": len(found) < MOST_FAULTS}


@router.post("/api/admin/storage/repair", summary="Put right what `faults` tells; damaged files are put aside")
def repair(studio: TheStudio, _admin: AdminUser, confirm: Confirm = False) -> dict[str, Any]:
    if not confirm:
        raise InvalidRequestError("Look at the faults first.", advice="Ask again with confirm=true.")
    return {"repaired": [vars(fault) for fault in studio.upkeep.repair()]}


@router.post("/api/admin/storage/rescan", summary="Look for items that were put there or taken away by hand")
def rescan(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    return vars(studio.upkeep.rescan())


@router.get("/api/admin/logs", summary="What was logged lately, newest first")
def logs(
    studio: TheStudio,
    _admin: AdminUser,
    level: Literal["debug", "info", "warning", "error"] = "info",
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    return {"entries": list(studio.housekeeping.log(LogQuery(level, search, limit)))}


@router.post("/api/logs/browser", status_code=204, summary="Tell the server's log about an error in the browser")
def browser_error(wish: BrowserError, studio: TheStudio, user: CurrentUser) -> None:
    studio.housekeeping.report_from_browser(user.id, wish.message, wish.page, wish.stack)


@router.get("/api/admin/support-bundle", response_class=StreamingResponse, summary="Files that help somebody help")
def support_bundle(studio: TheStudio, _admin: AdminUser) -> StreamingResponse:
    files = studio.housekeeping.support_bundle()
    return zip_answer([Member(name, content=content) for name, content in files.items()], "harmonix-support.zip")


@router.get("/api/admin/backups", summary="The backups there are")
def backups(studio: TheStudio, _admin: AdminUser) -> list[str]:
    return studio.backups.listed(studio.backup_round.shelf)


@router.post("/api/admin/backups", status_code=201, summary="Back everything up now, while the studio runs")
def back_up(studio: TheStudio, _admin: AdminUser) -> BackupAnswer:
    return _backed_up(studio)


@router.post("/admin/backup", summary="Back everything up now (the dashboard's path)")
def back_up_as_documented(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    made = _backed_up(studio)
    return {"success": True, "name": made.name, "size": made.bytes}


@router.get("/metrics", response_class=PlainTextResponse, summary="Numbers for Prometheus, when switched on")
async def metrics(studio: TheStudio, _admin: AdminUser) -> PlainTextResponse:
    if not studio.settings.logging.metrics:
        raise NotFoundError("Metrics are switched off.", advice="Set logging.metrics to true.")
    house = await asyncio.to_thread(studio.housekeeping.metrics)
    return PlainTextResponse(house + await share_metrics(studio.sharing), media_type="text/plain; version=0.0.4")


def _everybodys(studio: Studio, admin: User, statuses: tuple[JobStatus, ...]) -> list[Job]:
    return studio.jobs.listed(JobFilter(statuses=statuses, limit=_MOST_JOBS, viewer=admin.id))


def _backed_up(studio: Studio) -> BackupAnswer:
    name, size = studio.backup_round.back_up()
    return BackupAnswer(name=name, bytes=size)
