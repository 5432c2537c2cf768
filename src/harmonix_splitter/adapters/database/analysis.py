"""Versions of analyses in SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.analysis import analysis_versions as table
from harmonix_splitter.domain.analysis import Analysis, Correction
from harmonix_splitter.domain.analysis.versions import AnalysisVersion, Origin
from harmonix_splitter.errors import ConflictError


@dataclass(frozen=True)
class SqlAnalyses:
    database: Database

    def versions(self, recording_id: str) -> list[AnalysisVersion]:
        wanted = select(table).where(table.c.recording_id == recording_id).order_by(table.c.number)
        with self.database.read() as connection:
            return [_version(row._mapping) for row in connection.execute(wanted)]

    def add(self, version: AnalysisVersion) -> AnalysisVersion:
        try:
            with self.database.write() as connection:
                connection.execute(insert(table).values(**_row(version)))
        except IntegrityError as taken:
            raise ConflictError(
                "Somebody else changed this analysis at the same moment.", advice="Look at it again, then repeat."
            ) from taken
        return version


def _row(version: AnalysisVersion) -> dict[str, Any]:
    return {
        "recording_id": version.recording_id,
        "number": version.number,
        "document": version.analysis.to_document(),
        "origin": str(version.origin),
        "author": version.author,
        "made_at": version.made_at,
        "correction": version.correction.to_document() if version.correction else None,
        "is_proposal": version.is_proposal,
    }


def _version(row: Any) -> AnalysisVersion:
    return AnalysisVersion(
        recording_id=row["recording_id"],
        number=row["number"],
        analysis=Analysis.from_document(row["document"]),
        origin=Origin(row["origin"]),
        author=row["author"],
        made_at=row["made_at"],
        correction=Correction.from_document(row["correction"]) if row["correction"] else None,
        is_proposal=row["is_proposal"],
    )
