"""Chords in Harte's notation (A:min7/b3), and the short form people read (Am7/C)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harmonix_splitter.domain.analysis.keys import FLATS, SHARPS, Key, pitch_class
from harmonix_splitter.errors import InvalidRequestError

NO_CHORD, UNKNOWN_CHORD = "N", "X"

# Harte quality -> (what is written after the root, semitones above the root)
QUALITIES: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "maj": ("", (0, 4, 7)),
    "min": ("m", (0, 3, 7)),
    "dim": ("dim", (0, 3, 6)),
    "aug": ("aug", (0, 4, 8)),
    "sus2": ("sus2", (0, 2, 7)),
    "sus4": ("sus4", (0, 5, 7)),
    "5": ("5", (0, 7)),
    "1": ("", (0,)),
    "7": ("7", (0, 4, 7, 10)),
    "maj7": ("maj7", (0, 4, 7, 11)),
    "min7": ("m7", (0, 3, 7, 10)),
    "minmaj7": ("m(maj7)", (0, 3, 7, 11)),
    "hdim7": ("m7b5", (0, 3, 6, 10)),
    "dim7": ("dim7", (0, 3, 6, 9)),
    "maj6": ("6", (0, 4, 7, 9)),
    "min6": ("m6", (0, 3, 7, 9)),
    "sus4(b7)": ("7sus4", (0, 5, 7, 10)),
    "9": ("9", (0, 4, 7, 10, 2)),
    "maj9": ("maj9", (0, 4, 7, 11, 2)),
    "min9": ("m9", (0, 3, 7, 10, 2)),
    "maj(9)": ("add9", (0, 4, 7, 2)),
    "min(9)": ("m(add9)", (0, 3, 7, 2)),
    "11": ("11", (0, 4, 7, 10, 2, 5)),
    "min11": ("m11", (0, 3, 7, 10, 2, 5)),
    "13": ("13", (0, 4, 7, 10, 2, 9)),
}
_DEGREES = {"1": 0, "b2": 1, "2": 2, "b3": 3, "#2": 3, "3": 4, "4": 5, "#4": 6, "b5": 6, "5": 7, "#5": 8, "b6": 8,
            "6": 9, "b7": 10, "7": 11, "bb7": 9, "9": 2, "b9": 1, "#9": 3, "11": 5, "#11": 6, "13": 9}  # fmt: skip
_DEGREE_NAMES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")
_SHORT_QUALITIES = {short: quality for quality, (short, _) in QUALITIES.items() if quality != "1"} | {
    "min": "min",
    "maj": "maj",
    "-": "min",
    "+": "aug",
    "°": "dim",
    "M7": "maj7",
    "sus": "sus4",
}


@dataclass(frozen=True)
class ChordName:
    """A root (0 is C), a Harte quality and the note in the bass, as semitones above the root. No root: no chord."""

    root: int | None
    quality: str = "maj"
    bass: int = 0

    @classmethod
    def parsed(cls, label: str) -> "ChordName":
        """From Harte (A:min/b3) or short form (Am/C)."""
        text = label.strip()
        if text in (NO_CHORD, UNKNOWN_CHORD, "N.C.", ""):
            return cls(None, UNKNOWN_CHORD if text == UNKNOWN_CHORD else NO_CHORD)
        body, _, bass = text.partition("/")
        root_text, quality = _root_and_quality(body)
        root = pitch_class(root_text)
        return cls(root, quality, _bass_above(root, bass))

    @property
    def is_chord(self) -> bool:
        return self.root is not None

    @property
    def notes(self) -> tuple[int, ...]:
        """Pitch classes that sound, bass included."""
        if self.root is None:
            return ()
        steps = dict.fromkeys((*_steps(self.quality), self.bass))
        return tuple((self.root + step) % 12 for step in steps)

    def harte(self, key: Key | None = None) -> str:
        if self.root is None:
            return self.quality
        bass = f"/{_DEGREE_NAMES[self.bass]}" if self.bass else ""
        return f"{_spelled(self.root, key)}:{self.quality}{bass}"

    def short(self, key: Key | None = None) -> str:
        if self.root is None:
            return "N.C."
        bass = f"/{_spelled(self.root + self.bass, key)}" if self.bass else ""
        written = QUALITIES[self.quality][0] if self.quality in QUALITIES else self.quality
        return f"{_spelled(self.root, key)}{written}{bass}"

    def transposed(self, semitones: int) -> "ChordName":
        return self if self.root is None else replace(self, root=(self.root + semitones) % 12)

    @property
    def triad(self) -> "ChordName":
        """The same chord with nothing beyond its third and fifth, for beginners."""
        if self.root is None or self.quality in ("sus2", "sus4", "5", "1"):
            return replace(self, bass=0)
        steps = _steps(self.quality)
        third, fifth = (3 in steps and 4 not in steps), 6 in steps and 7 not in steps
        if "sus" in self.quality:
            return ChordName(self.root, "sus4")
        kind = "dim" if third and fifth else "min" if third else "aug" if 8 in steps and 7 not in steps else "maj"
        return ChordName(self.root, kind)


def _steps(quality: str) -> tuple[int, ...]:
    if quality in QUALITIES:
        return QUALITIES[quality][1]
    base, _, extra = quality.partition("(")
    known = QUALITIES.get(base or "maj", QUALITIES["maj"])[1]
    added = [_DEGREES[d] for d in extra.rstrip(")").split(",") if d in _DEGREES]
    return (*known, *added)


def _root_and_quality(body: str) -> tuple[str, str]:
    if ":" in body:
        root, _, quality = body.partition(":")
        return root, quality or "maj"
    width = 2 if body[1:2] in ("#", "b", "♯", "♭") else 1
    root, written = body[:width], body[width:]
    if written not in _SHORT_QUALITIES:
        raise InvalidRequestError(f"'{body}' is no chord we can read.", advice="Write it like Am7, F#:min7 or N.")
    return root, _SHORT_QUALITIES[written]


def _bass_above(root: int, bass: str) -> int:
    if not bass:
        return 0
    if bass in _DEGREES:
        return _DEGREES[bass]
    return (pitch_class(bass) - root) % 12


def _spelled(pitch: int, key: Key | None) -> str:
    return key.note(pitch) if key else SHARPS[pitch % 12] if pitch % 12 in (1, 6) else FLATS[pitch % 12]


@dataclass(frozen=True)
class Chord:
    """A chord from `start` to `end`. Confidence is the model's chance that root and third are right."""

    start: float
    end: float
    name: ChordName
    confidence: float = 1.0
    alternatives: tuple[tuple[ChordName, float], ...] = ()

    def to_document(self, key: Key | None = None) -> dict[str, Any]:
        document: dict[str, Any] = {
            "start": round(self.start, 3),
            "end": round(self.end, 3),
            "timestamp": round(self.start, 3),
            "chord": self.name.harte(key),
            "short": self.name.short(key),
            "confidence": round(self.confidence, 2),
        }
        if self.alternatives:
            others = [{"chord": n.harte(key), "confidence": round(c, 2)} for n, c in self.alternatives]
            document["alternatives"] = others
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Chord":
        start = float(document["start"] if "start" in document else document["timestamp"])
        others = document.get("alternatives", ())
        return cls(
            start,
            float(document.get("end", start)),
            ChordName.parsed(document["chord"]),
            float(document.get("confidence", 1.0)),
            tuple((ChordName.parsed(o["chord"]), float(o["confidence"])) for o in others),
        )
