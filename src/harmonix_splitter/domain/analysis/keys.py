"""Keys: their names, their place on the Camelot wheel, and what was found with how much trust."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harmonix_splitter.errors import InvalidRequestError

SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_PITCHES = {name: pitch for names in (SHARPS, FLATS) for pitch, name in enumerate(names)} | {
    "Cb": 11,
    "Fb": 4,
    "E#": 5,
    "B#": 0,
}


class Scale(StrEnum):
    MAJOR = "Major"
    MINOR = "Minor"


def pitch_class(name: str) -> int:
    """0 for C to 11 for B."""
    plain = name.strip().replace("♯", "#").replace("♭", "b")
    if plain not in _PITCHES:
        raise InvalidRequestError(f"'{name}' is not the name of a note.", advice="Write it like C, F# or Bb.")
    return _PITCHES[plain]


@dataclass(frozen=True)
class Key:
    """A tonic (0 is C) and a scale."""

    tonic: int
    scale: Scale

    @classmethod
    def named(cls, tonic: str, scale: str) -> "Key":
        word = scale.strip().lower()
        if word not in ("major", "maj", "minor", "min", "m"):
            raise InvalidRequestError(f"'{scale}' is no scale we know.", advice="Say Major or Minor.")
        return cls(pitch_class(tonic), Scale.MAJOR if word.startswith("maj") else Scale.MINOR)

    @property
    def is_major(self) -> bool:
        return self.scale is Scale.MAJOR

    @property
    def camelot(self) -> str:
        """Fifths around the wheel: C major is 8B, its relative A minor 8A."""
        relative_major = self.tonic if self.is_major else self.tonic + 3
        return f"{(7 * relative_major + 7) % 12 + 1}{'B' if self.is_major else 'A'}"

    @property
    def relative(self) -> "Key":
        if self.is_major:
            return Key((self.tonic + 9) % 12, Scale.MINOR)
        return Key((self.tonic + 3) % 12, Scale.MAJOR)

    @property
    def prefers_flats(self) -> bool:
        """Whether its signature is written with flats; six accidentals count as sharps for F# and D# minor."""
        return (self.tonic if self.is_major else (self.tonic + 3) % 12) in (5, 10, 3, 8, 1)

    @property
    def name(self) -> str:
        """The documents' spelling, in sharps."""
        return SHARPS[self.tonic]

    @property
    def spelled(self) -> str:
        return self.note(self.tonic)

    def note(self, pitch: int) -> str:
        """A note as this key writes it."""
        return (FLATS if self.prefers_flats else SHARPS)[pitch % 12]

    def transposed(self, semitones: int) -> "Key":
        return Key((self.tonic + semitones) % 12, self.scale)


@dataclass(frozen=True)
class KeyFinding:
    """A key over a stretch of time; confidence is the model's chance that it is right."""

    key: Key
    confidence: float
    start: float = 0.0
    end: float | None = None

    def to_document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "key": self.key.name,
            "scale": self.key.scale.value,
            "confidence": round(self.confidence, 2),
            "camelot": self.key.camelot,
            "spelled": self.key.spelled,
        }
        if self.end is not None:
            document |= {"start": round(self.start, 3), "end": round(self.end, 3)}
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "KeyFinding":
        key = Key.named(document["key"], document["scale"])
        end = document.get("end")
        start = float(document.get("start", 0.0))
        return cls(key, float(document.get("confidence", 0.0)), start, None if end is None else float(end))
