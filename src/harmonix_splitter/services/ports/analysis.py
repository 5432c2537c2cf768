"""What analysis needs from outside: engines that know one thing each, and a place for versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from harmonix_splitter.domain.analysis import ChordName, Section
from harmonix_splitter.domain.analysis.versions import AnalysisVersion

Samples = NDArray[Any]


class Sound(Protocol):
    """A recording an engine may listen to."""

    @property
    def path(self) -> Path: ...

    def mono(self, rate: int) -> Samples:
        """All of it, one channel, at `rate`."""
        ...


class Engine(Protocol):
    """Something that can be missing. `name` is what an admin writes in the settings."""

    @property
    def name(self) -> str: ...

    def require(self) -> None:
        """Raise EngineMissingError, with the next step, when its package or model file is not there."""
        ...


@dataclass(frozen=True)
class FoundBeats:
    """Seconds of every beat, and its position in the bar (1 is the first) where the engine hears bars."""

    times: Samples
    positions: Samples | None


class BeatEngine(Engine, Protocol):
    def beats(self, sound: Sound) -> FoundBeats:
        """Raise AnalysisError when the network fails."""
        ...


@dataclass(frozen=True)
class ChordChances:
    """Log chances of each of `names`, (frames, names), `rate` frames a second, frame i centred on i / rate."""

    names: tuple[ChordName, ...]
    logs: Samples
    rate: float


class ChordEngine(Engine, Protocol):
    def chances(self, sound: Sound) -> ChordChances:
        """Raise AnalysisError when the network fails."""
        ...


class KeyEngine(Engine, Protocol):
    def chances(self, sound: Sound) -> Samples:
        """Chances of 12 major keys from C, then 12 minor ones, adding up to one."""
        ...


class SectionEngine(Engine, Protocol):
    def sections(self, sound: Sound) -> tuple[Section, ...]:
        """Consecutive sections with letters; names are given elsewhere."""
        ...


class SectionNamer(Engine, Protocol):
    def names(self, described: tuple[Mapping[str, Any], ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
        """One of `allowed` for each described section. Raise AnalysisError for any other answer."""
        ...


class InstrumentEngine(Engine, Protocol):
    def chances(self, sound: Sound) -> Mapping[str, float]:
        """Chance of each instrument of our vocabulary that the engine knows."""
        ...


class AnalysisRecords(Protocol):
    """Every version of every recording's analysis. Versions are only ever added."""

    def versions(self, recording_id: str) -> list[AnalysisVersion]:
        """Oldest first; empty for a recording nobody analysed."""
        ...

    def add(self, version: AnalysisVersion) -> AnalysisVersion:
        """Raise ConflictError when a version of that number is already there."""
        ...
