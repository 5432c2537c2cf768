"""What a person may put right in an analysis, as data: what was meant can be replayed, shown and taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harmonix_splitter.domain.analysis.chords import Chord, ChordName
from harmonix_splitter.domain.analysis.facts import Analysis, Section
from harmonix_splitter.domain.analysis.keys import Key, KeyFinding
from harmonix_splitter.domain.analysis.rhythm import Metre
from harmonix_splitter.errors import InvalidRequestError

_SHORTEST_CHORD = 0.05
_FARTHEST_MOVE = 2.0


@dataclass(frozen=True)
class Correction:
    """One wish: a kind from KINDS and what it needs, e.g. `shift_downbeat` with {"beats": 1}."""

    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.details}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Correction":
        return cls(str(document.get("kind", "")), {k: v for k, v in document.items() if k != "kind"})


def corrected(analysis: Analysis, correction: Correction) -> Analysis:
    """The analysis with the correction applied and everything that follows from it redone."""
    if correction.kind not in KINDS:
        raise InvalidRequestError(f"There is no correction '{correction.kind}'.", advice=f"Try {', '.join(KINDS)}.")
    try:
        return KINDS[correction.kind](analysis, correction.details)
    except (KeyError, TypeError, ValueError) as wrong:
        raise InvalidRequestError(f"The correction '{correction.kind}' lacks or misstates {wrong}.") from wrong


def _double(analysis: Analysis, _details: Mapping[str, Any]) -> Analysis:
    return replace(analysis, rhythm=analysis.rhythm.doubled())


def _halve(analysis: Analysis, _details: Mapping[str, Any]) -> Analysis:
    return replace(analysis, rhythm=analysis.rhythm.halved())


def _shift(analysis: Analysis, details: Mapping[str, Any]) -> Analysis:
    """Bars move; sections, which begin on bar lines, move with them to the nearest new one."""
    rhythm = analysis.rhythm.shifted(int(details["beats"]))
    return replace(analysis, rhythm=rhythm, sections=_on_bars(analysis.sections, rhythm.downbeats))


def _move(analysis: Analysis, details: Mapping[str, Any]) -> Analysis:
    """Beats found a little beside the music move together."""
    seconds = float(details["seconds"])
    if not abs(seconds) <= _FARTHEST_MOVE:
        raise InvalidRequestError(f"Beats move by at most {_FARTHEST_MOVE:g} seconds.")
    rhythm = analysis.rhythm.moved(seconds, analysis.duration)
    return replace(analysis, rhythm=rhythm, sections=_on_bars(analysis.sections, rhythm.downbeats))


def _metre(analysis: Analysis, details: Mapping[str, Any]) -> Analysis:
    rhythm = analysis.rhythm.in_metre(Metre.named(str(details["time_signature"]), 1.0))
    return replace(analysis, rhythm=rhythm, sections=_on_bars(analysis.sections, rhythm.downbeats))


def _tap(analysis: Analysis, details: Mapping[str, Any]) -> Analysis:
    taps = tuple(float(t) for t in details["times"])
    rhythm = analysis.rhythm.tapped(taps, analysis.duration)
    return replace(analysis, rhythm=rhythm, sections=_on_bars(analysis.sections, rhythm.downbeats))


def _key(analysis: Analysis, details: Mapping[str, Any]) -> Analysis:
    """A new key also spells the chords anew, which their documents do by themselves."""
    key = Key.named(str(details["key"]), str(details["scale"]))
    return replace(analysis, keys=(KeyFinding(key, 1.0),), key_changes=())


def _chord(analysis: Analysis, details: Mapping[str, Any]) -> Analysis:
    """`chord` from `start` to `end`; what stood there makes room."""
    start, end = float(details["start"]), float(details["end"])
    if not 0 <= start < end <= analysis.duration + 1:
        raise InvalidRequestError("A chord must start before it ends, inside the song.")
    new = Chord(start, end, ChordName.parsed(str(details["chord"])))
    kept = [part for chord in analysis.chords for part in _outside(chord, start, end)]
    return replace(analysis, chords=tuple(sorted([*kept, new], key=lambda chord: chord.start)))


def _section(analysis: Analysis, details: Mapping[str, Any]) -> Analysis:
    index = int(details["index"])
    if not 0 <= index < len(analysis.sections):
        raise InvalidRequestError(f"There is no section {index}.")
    sections = list(analysis.sections)
    sections[index] = replace(sections[index], label=str(details["label"])[:40], confidence=1.0)
    return replace(analysis, sections=tuple(sections))


def _outside(chord: Chord, start: float, end: float) -> list[Chord]:
    parts = [replace(chord, end=min(chord.end, start)), replace(chord, start=max(chord.start, end))]
    return [part for part in parts if part.end - part.start > _SHORTEST_CHORD]


def _on_bars(sections: tuple[Section, ...], bars: tuple[float, ...]) -> tuple[Section, ...]:
    """Inner borders on the nearest bar line; the ends of the song stay where they are."""
    if len(sections) < 2 or not bars:
        return sections
    borders = [min(bars, key=lambda bar, at=section.start: abs(bar - at)) for section in sections[1:]]  # type: ignore[misc]
    edges = [sections[0].start, *borders, sections[-1].end]
    moved = [replace(s, start=a, end=b) for s, a, b in zip(sections, edges, edges[1:], strict=False)]
    return tuple(section for section in moved if section.end > section.start)


KINDS: Mapping[str, Callable[[Analysis, Mapping[str, Any]], Analysis]] = {
    "double_tempo": _double,
    "halve_tempo": _halve,
    "shift_downbeat": _shift,
    "move_beats": _move,
    "time_signature": _metre,
    "tap": _tap,
    "key": _key,
    "chord": _chord,
    "section": _section,
}
