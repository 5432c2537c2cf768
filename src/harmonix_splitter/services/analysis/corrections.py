"""The desk where people put an analysis right: versions with author, difference and way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harmonix_splitter.domain.analysis import Analysis, Correction, corrected
from harmonix_splitter.domain.analysis.versions import (
    AnalysisVersion,
    Origin,
    current_of,
    differences,
    has_human_hand,
)
from harmonix_splitter.errors import NotFoundError, StaleError
from harmonix_splitter.services.ports.analysis import AnalysisRecords
from harmonix_splitter.services.ports.clock import Clock


@dataclass(frozen=True)
class AnalysisDesk:
    records: AnalysisRecords
    clock: Clock

    def current(self, recording_id: str) -> AnalysisVersion:
        found = current_of(self.records.versions(recording_id))
        if found is None:
            raise NotFoundError(f"Nothing has been analysed for {recording_id} yet.")
        return found

    def history(self, recording_id: str) -> list[AnalysisVersion]:
        return self.records.versions(recording_id)

    def record(self, recording_id: str, analysis: Analysis, engine: str = "harmonix") -> AnalysisVersion:
        """Keep what a run found: the current version of an untouched song, a proposal beside people's work."""
        versions = self.records.versions(recording_id)
        return self._add(recording_id, analysis, Origin.MACHINE, engine, is_proposal=has_human_hand(versions))

    def correct(
        self, recording_id: str, correction: Correction, author: str, expected: int | None = None
    ) -> AnalysisVersion:
        """Raise StaleError when `expected` is not the current version any more."""
        current = self.current(recording_id)
        if expected is not None and expected != current.number:
            raise StaleError(
                f"This analysis is at version {current.number} by now, not {expected}.",
                current=current.number,
                advice="Look at it again, then repeat.",
            )
        after = corrected(current.analysis, correction)
        return self._add(recording_id, after, Origin.PERSON, author, correction)

    def revert(self, recording_id: str, number: int, author: str) -> AnalysisVersion:
        """Make an older version the newest; nothing is lost."""
        old = self.version(recording_id, number)
        return self._add(recording_id, old.analysis, Origin.REVERT, author)

    def accept(self, recording_id: str, number: int, author: str) -> AnalysisVersion:
        """Take over a proposal of a new run, as the newest version."""
        proposal = self.version(recording_id, number)
        return self._add(recording_id, proposal.analysis, Origin.PERSON, author)

    def version(self, recording_id: str, number: int) -> AnalysisVersion:
        for version in self.records.versions(recording_id):
            if version.number == number:
                return version
        raise NotFoundError(f"There is no version {number} of this analysis.")

    def difference(self, recording_id: str, before: int, after: int) -> Mapping[str, Any]:
        old, new = self.version(recording_id, before), self.version(recording_id, after)
        return differences(old.analysis, new.analysis)

    def _add(
        self,
        recording_id: str,
        analysis: Analysis,
        origin: Origin,
        author: str,
        correction: Correction | None = None,
        is_proposal: bool = False,
    ) -> AnalysisVersion:
        number = 1 + max((version.number for version in self.records.versions(recording_id)), default=0)
        made = AnalysisVersion(
            recording_id, number, analysis, origin, author, self.clock.now(), correction, is_proposal
        )
        return self.records.add(made)
