"""Tempo, beats, bars; and what changes when a person says "twice as fast" or "the one is there"."""

import itertools
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from harmonix_splitter.errors import InvalidRequestError


@dataclass(frozen=True)
class Tempo:
    """Beats a minute; confidence is the model's chance of being within 4 % of what a person taps.

    `stability` is 1 for a click track and falls as the tempo wanders. `curve` holds (seconds, BPM) where it drifts.
    """

    bpm: float
    confidence: float
    stability: float = 1.0
    curve: tuple[tuple[float, float], ...] = ()

    def to_document(self) -> dict[str, Any]:
        return {
            "bpm": round(self.bpm, 1),
            "confidence": round(self.confidence, 2),
            "stability": round(self.stability, 2),
            "curve": [[round(t, 2), round(bpm, 1)] for t, bpm in self.curve],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Tempo":
        curve = tuple((float(t), float(bpm)) for t, bpm in document.get("curve", ()))
        stability = float(document.get("stability", 1.0))
        return cls(float(document["bpm"]), float(document.get("confidence", 0.0)), stability, curve)


@dataclass(frozen=True)
class Metre:
    """Beats in a bar, written over the note that is a beat."""

    beats: int
    unit: int = 4
    confidence: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.beats}/{self.unit}"

    @classmethod
    def named(cls, name: str, confidence: float = 0.0) -> "Metre":
        beats, _, unit = name.partition("/")
        if not (beats.isdigit() and unit.isdigit() and 1 <= int(beats) <= 16):
            raise InvalidRequestError(f"'{name}' is no time signature.", advice="Write it like 4/4 or 6/8.")
        return cls(int(beats), int(unit), confidence)


@dataclass(frozen=True)
class Rhythm:
    """The beat grid. `positions` counts 1, 2, 3 ... within each bar; no tempo means no pulse was found."""

    tempo: Tempo | None = None
    metre: Metre | None = None
    beats: tuple[float, ...] = ()
    positions: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.beats) != len(self.positions):
            raise InvalidRequestError("Every beat needs its position in the bar.")

    @property
    def downbeats(self) -> tuple[float, ...]:
        return tuple(t for t, p in zip(self.beats, self.positions, strict=True) if p == 1)

    def doubled(self) -> "Rhythm":
        """Twice the tempo: a new beat in the middle of every two; bars stay bars of the same number of beats."""
        pairs = zip(self.beats, self.beats[1:], strict=False)
        halves = tuple(time for a, b in pairs for time in (a, (a + b) / 2))
        beats = halves + self.beats[-1:]
        first = self.positions.index(1) * 2 if 1 in self.positions else 0
        return self._on(beats, first, 2.0)

    def halved(self) -> "Rhythm":
        """Half the tempo: every second beat, keeping the ones."""
        first = self.positions.index(1) % 2 if 1 in self.positions else 0
        beats = self.beats[first::2]
        one = bisect_left(beats, self.downbeats[0]) if self.downbeats else 0
        return self._on(beats, one, 0.5)

    def shifted(self, beats: int) -> "Rhythm":
        """The ones moved `beats` later (earlier when negative)."""
        count = self.metre.beats if self.metre else 4
        return replace(self, positions=tuple((p - 1 - beats) % count + 1 for p in self.positions))

    def moved(self, seconds: float, duration: float) -> "Rhythm":
        """The whole grid later (earlier when negative); beats that would leave the song are dropped."""
        beats = [
            (t + seconds, p) for t, p in zip(self.beats, self.positions, strict=True) if 0 <= t + seconds <= duration
        ]
        tempo = self.tempo and replace(self.tempo, curve=tuple((t + seconds, bpm) for t, bpm in self.tempo.curve))
        return replace(self, tempo=tempo, beats=tuple(t for t, _ in beats), positions=tuple(p for _, p in beats))

    def in_metre(self, metre: Metre) -> "Rhythm":
        first = self.positions.index(1) if 1 in self.positions else 0
        return replace(self, metre=metre, positions=_counted(len(self.beats), first, metre.beats))

    def tapped(self, taps: tuple[float, ...], duration: float) -> "Rhythm":
        """A grid from a person's taps, carried on at their tempo to both ends of the song."""
        if len(taps) < 4:
            raise InvalidRequestError("Four taps are needed to hear a tempo.", advice="Tap along for a bar or two.")
        taps = tuple(sorted(taps))
        step = median(b - a for a, b in itertools.pairwise(taps))
        if step < 0.1:
            raise InvalidRequestError("These taps are faster than 600 a minute.", advice="Tap the beat, not the notes.")
        before = _steps_between(0.0, taps[0], step)[::-1]
        after = tuple(taps[-1] + step * n for n in range(1, int((duration - taps[-1]) / step) + 1))
        count = self.metre.beats if self.metre else 4
        beats = (*before, *taps, *after)
        return Rhythm(Tempo(60 / step, 1.0), self.metre, beats, _counted(len(beats), len(before), count))

    def _on(self, beats: tuple[float, ...], first_one: int, factor: float) -> "Rhythm":
        tempo = self.tempo and replace(
            self.tempo, bpm=self.tempo.bpm * factor, curve=tuple((t, bpm * factor) for t, bpm in self.tempo.curve)
        )
        count = self.metre.beats if self.metre else 4
        return replace(self, tempo=tempo, beats=beats, positions=_counted(len(beats), first_one, count))

    def to_document(self) -> dict[str, Any]:
        return {
            "tempo": self.tempo.to_document() if self.tempo else None,
            "time_signature": self.metre.name if self.metre else None,
            "time_signature_confidence": round(self.metre.confidence, 2) if self.metre else None,
            "beats": [round(t, 4) for t in self.beats],
            "beat_positions": list(self.positions),
            "downbeats": [round(t, 4) for t in self.downbeats],
            "beat_offset": round(self.downbeats[0], 4) if self.downbeats else 0.0,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Rhythm":
        tempo, metre = document.get("tempo"), document.get("time_signature")
        return cls(
            Tempo.from_document(tempo) if tempo else None,
            Metre.named(metre, float(document.get("time_signature_confidence") or 0.0)) if metre else None,
            tuple(float(t) for t in document.get("beats", ())),
            tuple(int(p) for p in document.get("beat_positions", ())),
        )


def _counted(count: int, first_one: int, metre: int) -> tuple[int, ...]:
    return tuple((index - first_one) % metre + 1 for index in range(count))


def _steps_between(start: float, end: float, step: float) -> tuple[float, ...]:
    return tuple(end - step * n for n in range(1, int((end - start) / step) + 1))
