"""An analysis as JAMS, the form music research exchanges annotations in."""

from collections.abc import Sequence
from typing import Any

from harmonix_splitter.domain.analysis.facts import Analysis


def to_jams(analysis: Analysis, title: str = "", artist: str = "") -> dict[str, Any]:
    key = analysis.key
    annotations = [
        _annotation("beat", analysis, [(t, 0.0, p, None) for t, p in _beats(analysis)]),
        _annotation(
            "chord", analysis, [(c.start, c.end - c.start, c.name.harte(key), c.confidence) for c in analysis.chords]
        ),
        _annotation(
            "segment_open", analysis, [(s.start, s.end - s.start, s.label, s.confidence) for s in analysis.sections]
        ),
    ]
    if key is not None:
        annotations.append(_annotation("key_mode", analysis, _keys(analysis)))
    if analysis.rhythm.tempo is not None:
        tempo = analysis.rhythm.tempo
        annotations.append(_annotation("tempo", analysis, [(0.0, analysis.duration, tempo.bpm, tempo.confidence)]))
    about = {"title": title, "artist": artist, "release": "", "duration": analysis.duration, "jams_version": "0.3.4"}
    about |= {"identifiers": {}}
    return {"file_metadata": about, "annotations": annotations, "sandbox": {}}


def _beats(analysis: Analysis) -> list[tuple[float, int]]:
    return list(zip(analysis.rhythm.beats, analysis.rhythm.positions, strict=True))


def _keys(analysis: Analysis) -> list[tuple[float, float, Any, float | None]]:
    """The key of the whole song, or of each stretch where it changes."""
    return [
        (
            found.start,
            (analysis.duration if found.end is None else found.end) - found.start,
            f"{found.key.spelled}:{found.key.scale.lower()}",
            found.confidence,
        )
        for found in analysis.key_changes or analysis.keys[:1]
    ]


def _annotation(
    namespace: str, analysis: Analysis, rows: Sequence[tuple[float, float, Any, float | None]]
) -> dict[str, Any]:
    source = {"annotation_tools": "Harmonix", "data_source": "program"}
    data = [{"time": t, "duration": d, "value": v, "confidence": c} for t, d, v, c in rows]
    return {
        "namespace": namespace,
        "annotation_metadata": source,
        "data": data,
        "sandbox": {},
        "time": 0.0,
        "duration": analysis.duration,
    }
