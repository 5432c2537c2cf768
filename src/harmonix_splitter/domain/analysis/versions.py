"""Versions of an analysis: what a machine found, what people put right, what a new run proposes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from harmonix_splitter.domain.analysis.corrections import Correction
from harmonix_splitter.domain.analysis.facts import Analysis


class Origin(StrEnum):
    MACHINE = "machine"
    PERSON = "person"
    REVERT = "revert"


@dataclass(frozen=True)
class AnalysisVersion:
    """One state of a recording's analysis. A proposal waits until somebody accepts it."""

    recording_id: str
    number: int
    analysis: Analysis
    origin: Origin
    author: str
    made_at: datetime
    correction: Correction | None = None
    is_proposal: bool = False

    def to_document(self) -> dict[str, Any]:
        return {
            "version": self.number,
            "origin": self.origin.value,
            "author": self.author,
            "made_at": self.made_at.isoformat(),
            "correction": self.correction.to_document() if self.correction else None,
            "proposal": self.is_proposal,
        }


def current_of(versions: Sequence[AnalysisVersion]) -> AnalysisVersion | None:
    """The newest version that is not merely proposed."""
    return next((version for version in reversed(versions) if not version.is_proposal), None)


def has_human_hand(versions: Sequence[AnalysisVersion]) -> bool:
    return any(version.origin is not Origin.MACHINE for version in versions)


def differences(before: Analysis, after: Analysis) -> Mapping[str, Any]:
    """What changed, part by part: the old and the new of each part whose document differs."""
    old, new = before.to_document(), after.to_document()
    changed = {part: {"before": old[part], "after": new[part]} for part in new if old[part] != new[part]}
    for part in ("beats", "beat_positions", "downbeats"):
        if part in changed:
            changed[part] = {"before": len(old[part]), "after": len(new[part])}
    if "chords" in changed:
        changed["chords"] = _chord_differences(old["chords"], new["chords"])
    return changed


def _chord_differences(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    def marks(chords: Sequence[Mapping[str, Any]]) -> set[tuple[float, float, str]]:
        return {(chord["start"], chord["end"], chord["chord"]) for chord in chords}

    return {"before": sorted(marks(old) - marks(new)), "after": sorted(marks(new) - marks(old))}
