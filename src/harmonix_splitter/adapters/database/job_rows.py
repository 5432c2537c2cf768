"""How a job is written down as a row, and read back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from harmonix_splitter.adapters.database.recipe_rows import recipe_from_row, recipe_to_row
from harmonix_splitter.domain.jobs import Failure, Job, JobKind, JobStatus, Stage
from harmonix_splitter.domain.sources import Source, SourceKind

Row = RowMapping | Mapping[str, Any]

_PLAIN = (
    "id", "user_id", "song_id", "title", "artist", "progress", "attempts", "fence", "beats", "worker", "duration",
    "is_cancelling", "is_dismissed", "replacement", "item_id", "created_at", "started_at", "completed_at", "not_before",
    "due_at",
)  # fmt: skip


def job_to_row(job: Job) -> dict[str, Any]:
    row = {name: getattr(job, name) for name in _PLAIN}
    return row | {
        "key": job.key,
        "kind": str(job.kind),
        "source_key": job.source.key,
        "source_url": job.source.url,
        "recipe_key": job.recipe.key,
        "recipe": recipe_to_row(job.recipe),
        "status": str(job.status),
        "stage": str(job.stage),
        "failure": failure_to_row(job.failure),
        "notes": list(job.notes),
        "wish": dict(job.wish),
    }


def job_from_row(row: Row) -> Job:
    return Job(
        **{name: row[name] for name in _PLAIN},
        source=source_from_row(row),
        recipe=recipe_from_row(row["recipe"]),
        kind=JobKind(row["kind"]),
        status=JobStatus(row["status"]),
        stage=Stage(row["stage"]),
        failure=Failure(**row["failure"]) if row["failure"] else None,
        notes=tuple(row["notes"]),
        wish=row["wish"],
    )


def failure_to_row(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "code": failure.code,
        "message": failure.message,
        "advice": failure.advice,
        "is_lasting": failure.is_lasting,
    }


def source_from_row(row: Row) -> Source:
    kind, _, id = row["source_key"].partition(":")
    return Source(SourceKind(kind), id, row["source_url"])
