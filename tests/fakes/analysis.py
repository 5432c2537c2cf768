"""Analysis versions in a dictionary, recordings that are arrays, and engines that answer as told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from harmonix_splitter.domain.analysis.versions import AnalysisVersion
from harmonix_splitter.errors import ConflictError, EngineMissingError
from harmonix_splitter.services.ports.analysis import FoundBeats, Sound


@dataclass
class InMemoryAnalyses:
    kept: dict[str, list[AnalysisVersion]] = field(default_factory=dict)

    def versions(self, recording_id: str) -> list[AnalysisVersion]:
        return list(self.kept.get(recording_id, ()))

    def add(self, version: AnalysisVersion) -> AnalysisVersion:
        versions = self.kept.setdefault(version.recording_id, [])
        if any(other.number == version.number for other in versions):
            raise ConflictError("There already.")
        versions.append(version)
        return version


@dataclass
class ArrayReader:
    """AudioReader over arrays (frames, 2) at 44.1 kHz, by file name."""

    arrays: dict[str, np.ndarray]

    def blocks(
        self, path: Path, rate: int | None = 44100, channels: int = 2, block: int = 65536
    ) -> Iterator[np.ndarray]:
        audio = self.arrays[path.name]
        for at in range(0, len(audio), block):
            yield audio[at : at + block]

    def load(self, path: Path, rate: int | None = 44100, mono: bool = False) -> np.ndarray:
        audio = self.arrays[path.name]
        return audio.mean(axis=1) if mono else audio


@dataclass
class MissingEngine:
    name: str = "better"

    def require(self) -> None:
        raise EngineMissingError("The model better is not here.", advice="Run: harmonix models pull better.")

    def beats(self, sound: Sound) -> FoundBeats:
        raise AssertionError("Nobody asks an engine that is missing.")


@dataclass
class SteadyEngine:
    """A beat engine that hears 120 BPM in everything."""

    name: str = "steady"

    def require(self) -> None:
        pass

    def beats(self, sound: Sound) -> FoundBeats:
        times = np.arange(0, 10, 0.5)
        return FoundBeats(times, np.arange(len(times)) % 3 + 1)
