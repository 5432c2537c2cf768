"""Everything found out about one recording, with its document form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harmonix_splitter.domain.analysis.chords import Chord
from harmonix_splitter.domain.analysis.instruments import detected_in
from harmonix_splitter.domain.analysis.keys import SHARPS, Key, KeyFinding
from harmonix_splitter.domain.analysis.rhythm import Rhythm

DOCUMENT_VERSION = 1


@dataclass(frozen=True)
class Section:
    """A part of the song: a name from the closed list, or an honest letter."""

    start: float
    end: float
    label: str
    letter: str = ""
    confidence: float = 0.0

    def to_document(self) -> dict[str, Any]:
        times = {"start": round(self.start, 3), "end": round(self.end, 3)}
        return times | {"label": self.label, "letter": self.letter, "confidence": round(self.confidence, 2)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Section":
        start, end, letter = float(document["start"]), float(document["end"]), document.get("letter", "")
        return cls(start, end, document["label"], letter, float(document.get("confidence", 0.0)))


@dataclass(frozen=True)
class Loudness:
    """EBU R128: integrated LUFS (None when silent), range in LU, true peak in dBTP; silences and clipping."""

    integrated: float | None
    range: float
    true_peak: float | None
    silences: tuple[tuple[float, float], ...] = ()
    clipped_samples: int = 0

    def to_document(self) -> dict[str, Any]:
        return {
            "integrated_lufs": None if self.integrated is None else round(self.integrated, 1),
            "range_lu": round(self.range, 1),
            "true_peak_dbtp": None if self.true_peak is None else round(self.true_peak, 1),
            "silences": [[round(a, 2), round(b, 2)] for a, b in self.silences],
            "clipped_samples": self.clipped_samples,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Loudness":
        silences = tuple((float(a), float(b)) for a, b in document.get("silences", ()))
        clipped = int(document.get("clipped_samples", 0))
        return cls(document["integrated_lufs"], document["range_lu"], document["true_peak_dbtp"], silences, clipped)


@dataclass(frozen=True)
class VocalRange:
    """Lowest and highest note sung for any length of time, as MIDI numbers (60 is middle C)."""

    low: int
    high: int

    def to_document(self) -> dict[str, Any]:
        return {
            "low": self.low,
            "high": self.high,
            "low_name": _note_name(self.low),
            "high_name": _note_name(self.high),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "VocalRange":
        return cls(int(document["low"]), int(document["high"]))


def _note_name(midi: int) -> str:
    return f"{SHARPS[midi % 12]}{midi // 12 - 1}"


@dataclass(frozen=True)
class Analysis:
    """The facts of one recording. A part that could not be had is empty and `missing` says why; `stems` names those
    that were listened to."""

    duration: float
    rhythm: Rhythm = field(default_factory=Rhythm)
    keys: tuple[KeyFinding, ...] = ()
    key_changes: tuple[KeyFinding, ...] = ()
    tuning_cents: float = 0.0
    chords: tuple[Chord, ...] = ()
    sections: tuple[Section, ...] = ()
    instruments: Mapping[str, float] = field(default_factory=dict)
    stems: tuple[str, ...] = ()
    loudness: Loudness | None = None
    vocal_range: VocalRange | None = None
    engines: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key | None:
        return self.keys[0].key if self.keys else None

    @property
    def music_info(self) -> dict[str, Any]:
        """The short form kept in a library item's metadata."""
        whole = self.to_document()
        key = whole["key"] and {part: whole["key"][part] for part in ("key", "scale", "confidence", "camelot")}
        tempo = whole["tempo"] and {part: whole["tempo"][part] for part in ("bpm", "confidence")}
        return {"tempo": tempo, "key": key, "time_signature": whole["time_signature"], "duration": whole["duration"]}

    def to_document(self) -> dict[str, Any]:
        return {
            "version": DOCUMENT_VERSION,
            "duration": round(self.duration, 2),
            **self.rhythm.to_document(),
            "key": self._key_document(),
            "tuning_cents": round(self.tuning_cents, 1),
            "chords": [chord.to_document(self.key) for chord in self.chords],
            "sections": [section.to_document() for section in self.sections],
            "instruments": {name: round(sure, 2) for name, sure in self.instruments.items()},
            "detected": list(detected_in(self.instruments)),
            "stems": list(self.stems),
            "loudness": self.loudness.to_document() if self.loudness else None,
            "vocal_range": self.vocal_range.to_document() if self.vocal_range else None,
            "engines": dict(self.engines),
            "missing": dict(self.missing),
        }

    def _key_document(self) -> dict[str, Any] | None:
        if not self.keys:
            return None
        return self.keys[0].to_document() | {
            "alternatives": [finding.to_document() for finding in self.keys[1:]],
            "changes": [finding.to_document() for finding in self.key_changes],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Analysis":
        key, loudness, sung = document.get("key"), document.get("loudness"), document.get("vocal_range")
        found = (key, *key.get("alternatives", ())) if key else ()
        return cls(
            duration=float(document["duration"]),
            rhythm=Rhythm.from_document(document),
            keys=tuple(KeyFinding.from_document(k) for k in found),
            key_changes=tuple(KeyFinding.from_document(k) for k in (key or {}).get("changes", ())),
            tuning_cents=float(document.get("tuning_cents", 0.0)),
            chords=tuple(Chord.from_document(c) for c in document.get("chords", ())),
            sections=tuple(Section.from_document(s) for s in document.get("sections", ())),
            instruments={name: float(sure) for name, sure in document.get("instruments", {}).items()},
            stems=tuple(document.get("stems", ())),
            loudness=Loudness.from_document(loudness) if loudness else None,
            vocal_range=VocalRange.from_document(sung) if sung else None,
            engines=dict(document.get("engines", {})),
            missing=dict(document.get("missing", {})),
        )
