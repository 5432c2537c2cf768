"""An analysis in the times of another cut of the same recording."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from harmonix_splitter.domain.analysis.chords import Chord
from harmonix_splitter.domain.analysis.facts import Analysis, Loudness, Section
from harmonix_splitter.domain.analysis.keys import KeyFinding
from harmonix_splitter.domain.analysis.rhythm import Rhythm
from harmonix_splitter.domain.cuts import Cut

Spanning = TypeVar("Spanning", Chord, Section)
Curve = tuple[tuple[float, float], ...]


def shifted(analysis: Analysis, cut: Cut) -> Analysis:
    """Beats outside the cut are dropped; what reaches over an end of it is cut off there. Levels, instruments and the
    vocal range stay what was heard in the whole recording."""
    return replace(
        analysis,
        duration=cut.duration,
        rhythm=_rhythm(analysis.rhythm, cut),
        keys=_keys(analysis.keys, cut),
        key_changes=_keys(analysis.key_changes, cut),
        chords=_spans(analysis.chords, cut),
        sections=_spans(analysis.sections, cut),
        loudness=analysis.loudness and _loudness(analysis.loudness, cut),
    )


def _rhythm(rhythm: Rhythm, cut: Cut) -> Rhythm:
    moved = rhythm.moved(-cut.starts_at, cut.duration)
    return replace(moved, tempo=moved.tempo and replace(moved.tempo, curve=_curve(moved.tempo.curve, cut.duration)))


def _curve(curve: Curve, duration: float) -> Curve:
    """A curve that goes on before the cut begins with what it is there."""
    kept = tuple(point for point in curve if 0 <= point[0] <= duration)
    before = [point for point in curve if point[0] < 0]
    if not before or not kept or kept[0][0] == 0:
        return kept
    (earlier, slow), (later, fast) = before[-1], kept[0]
    return ((0.0, slow + (fast - slow) * -earlier / (later - earlier)), *kept)


def _spans(found: Iterable[Spanning], cut: Cut) -> tuple[Spanning, ...]:
    placed = ((each, cut.span(each.start, each.end)) for each in found)
    return tuple(replace(each, start=span[0], end=span[1]) for each, span in placed if span is not None)


def _keys(found: Iterable[KeyFinding], cut: Cut) -> tuple[KeyFinding, ...]:
    """A key without an end is that of the whole song."""
    placed = ((each, (0.0, None) if each.end is None else cut.span(each.start, each.end)) for each in found)
    return tuple(replace(each, start=span[0], end=span[1]) for each, span in placed if span is not None)


def _loudness(loudness: Loudness, cut: Cut) -> Loudness:
    placed = (cut.span(start, end) for start, end in loudness.silences)
    return replace(loudness, silences=tuple(span for span in placed if span is not None))
