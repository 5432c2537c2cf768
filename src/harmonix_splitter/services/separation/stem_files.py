"""The files of one separation: all opened before the work starts, and all or none there when it ends."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.domain.media import STUDIO_RATE, Encoding
from harmonix_splitter.domain.separation import StemPlan
from harmonix_splitter.services.ports.media import AudioWriter, AudioWriters, Samples

_SILENT = 10 ** (-50 / 20)
_INAUDIBLE = 1e-5
_GRID = np.float32(32_768)
_AT_ONCE = 16_384
"""Frames, few enough that copies in other number formats stay in the processor's cache."""


@dataclass
class _Heard:
    """What has been written to one file so far."""

    squares: float = 0.0
    clipped: int = 0


@dataclass
class StemFiles:
    """Writes each piece of the stems. On the 16-bit grid the rest is taken from rounded stems, so files add up
    to the recording exactly, bit by bit, wherever nothing clips."""

    plan: StemPlan
    encoding: Encoding
    writers: dict[str, AudioWriter]
    frames: int = 0
    recording_squares: float = 0.0
    heard: dict[str, _Heard] = field(default_factory=dict)

    @classmethod
    def opened(
        cls, targets: Mapping[str, Path], plan: StemPlan, encoding: Encoding, writers: AudioWriters
    ) -> "StemFiles":
        files = cls(plan, encoding, {})
        try:
            for name in plan.files:
                files.writers[name] = writers.create(targets[name], STUDIO_RATE, 2, encoding)
                files.heard[name] = _Heard()
        except BaseException:
            files.abandon()
            raise
        return files

    def write(self, recording: Samples, stems: dict[str, NDArray[np.float32]]) -> None:
        """One piece: the recording as (frames, 2) and the computed stems as (2, frames)."""
        for at in range(0, len(recording), _AT_ONCE):
            few = slice(at, at + _AT_ONCE)
            self._write_few(recording[few], {name: stem[:, few] for name, stem in stems.items()})

    def _write_few(self, recording: Samples, stems: dict[str, NDArray[np.float32]]) -> None:
        self.frames += len(recording)
        self.recording_squares += _energy(recording)
        on_grid = {name: self._rounded(stem.T) for name, stem in stems.items()}
        for name in self.plan.direct:
            self._write(name, on_grid[name])
        if self.plan.rest:
            self._write(self.plan.rest, self._rounded(recording) - sum(on_grid[name] for name in self.plan.minus))

    def silent(self) -> tuple[str, ...]:
        """Stems 50 dB below the recording, or too faint for any ear."""
        samples = max(1, 2 * self.frames)
        floor = max(_INAUDIBLE, _SILENT * float(np.sqrt(self.recording_squares / samples)))
        return tuple(name for name, heard in self.heard.items() if np.sqrt(heard.squares / samples) < floor)

    def clipped(self) -> dict[str, int]:
        return {name: heard.clipped for name, heard in self.heard.items() if heard.clipped}

    def close(self, without: tuple[str, ...] = ()) -> dict[str, Path]:
        """Finish every file except those left out."""
        made: dict[str, Path] = {}
        try:
            for name, writer in self.writers.items():
                if name in without:
                    writer.abandon()
                else:
                    made[name] = writer.close()
        except BaseException:
            for path in made.values():
                with suppress(OSError):
                    path.unlink()
            self.abandon()
            raise
        return made

    def abandon(self) -> None:
        for writer in self.writers.values():
            writer.abandon()

    def _write(self, name: str, samples: Samples) -> None:
        heard = self.heard[name]
        heard.squares += _energy(samples)
        if self.encoding.bits != 32 and (samples.max() > 1.0 or samples.min() < -1.0):
            heard.clipped += int(np.count_nonzero(np.abs(samples) > 1.0))
        self.writers[name].write(samples)

    def _rounded(self, samples: Samples) -> Samples:
        if not (self.encoding.format.is_lossless and self.encoding.bits == 16):
            return samples
        grid: Samples = np.multiply(samples, _GRID, order="C")
        np.rint(grid, out=grid)
        grid /= _GRID
        return grid


def _energy(samples: Samples) -> float:
    return float(np.einsum("ij,ij->", samples, samples))
