"""What the library's items lack, in SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.library_rows import item_from_row
from harmonix_splitter.adapters.database.schema.jobs import jobs
from harmonix_splitter.adapters.database.schema.library import items, recordings
from harmonix_splitter.adapters.database.schema.lyrics import lyrics_versions
from harmonix_splitter.domain.jobs import LIVE, JobKind, Part
from harmonix_splitter.domain.library import TOLD, ItemStatus, LibraryItem
from harmonix_splitter.domain.lyrics import VersionState

_WORDS = select(lyrics_versions.c.song).where(
    lyrics_versions.c.song == recordings.c.id, lyrics_versions.c.state == str(VersionState.APPLIED)
)
_LACKS: dict[Part, ColumnElement[bool]] = {
    # A JSON column holds SQL's null or JSON's.
    Part.ANALYSIS: or_(
        func.coalesce(cast(recordings.c.analysis, Text), "null") == "null",
        recordings.c.analysis[TOLD].as_string().is_not(None),
    ),
    Part.WORDS: ~_WORDS.exists(),
}


@dataclass(frozen=True)
class SqlMissing:
    database: Database

    def lacking(self, part: Part, limit: int) -> list[LibraryItem]:
        query = select(items).where(items.c.id.in_(_chosen(part)))
        newest = query.order_by(items.c.usage.desc(), items.c.created_at, items.c.id).limit(limit)
        with self.database.read() as connection:
            return [item_from_row(row) for row in connection.execute(newest).mappings()]

    def count(self, part: Part) -> int:
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(_chosen(part).subquery())).scalar_one())


def _chosen(part: Part) -> Any:
    """One item's id for each recording."""
    at_work = select(jobs.c.item_id).where(
        jobs.c.kind == str(JobKind.MISSING),
        jobs.c.status.in_([str(status) for status in LIVE]),
        jobs.c.key.endswith(f"|{part}"),
    )
    return (
        select(func.min(items.c.id))
        .join(recordings, recordings.c.id == items.c.recording_id)
        .where(items.c.status == str(ItemStatus.PUBLISHED), _LACKS[part])
        .group_by(items.c.recording_id)
        .having(func.min(items.c.id).not_in(at_work))
    )
