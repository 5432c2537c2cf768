"""Waveform pictures: the lowest and highest sample of every stretch of a recording, at several zooms.

File form, little-endian: b"HXPK", version (u8 = 1), levels (u8), sample rate (u32), frames (u64); then for each
level, finest first: frames per point (u32), points (u32), and that many pairs of signed bytes (lowest, highest; 127 is
full scale).
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FINEST = 256
_STEP = 4
_LEVELS = 5
_MAGIC = b"HXPK"
_HEAD = struct.Struct("<4sBBIQ")
_LEVEL = struct.Struct("<II")

Points = NDArray[np.int8]
"""(points, 2): lowest and highest, 127 is full scale."""


@dataclass(frozen=True)
class Peaks:
    """A recording's outline. `levels` maps frames per point to its points."""

    sample_rate: int
    frames: int
    levels: dict[int, Points]

    def to_bytes(self) -> bytes:
        parts = [_HEAD.pack(_MAGIC, 1, len(self.levels), self.sample_rate, self.frames)]
        for per_point, points in self.levels.items():
            parts += [_LEVEL.pack(per_point, len(points)), points.tobytes()]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Peaks":
        """Raise ValueError when these are not peaks."""
        if len(data) < _HEAD.size or data[:4] != _MAGIC or data[4] != 1:
            raise ValueError("not a peaks file")
        _, _, count, sample_rate, frames = _HEAD.unpack_from(data)
        at, levels = _HEAD.size, {}
        for _ in range(count):
            per_point, points = _LEVEL.unpack_from(data, at)
            at += _LEVEL.size
            levels[per_point] = np.frombuffer(data, np.int8, 2 * points, at).reshape(-1, 2)
            at += 2 * points
        return cls(sample_rate, frames, levels)

    def to_document(self, per_point: int) -> dict[str, object]:
        """One level as JSON; the coarsest that is at least as fine as asked for."""
        chosen = max((level for level in self.levels if level <= per_point), default=min(self.levels))
        points = self.levels[chosen]
        return {
            "sampleRate": self.sample_rate,
            "frames": self.frames,
            "framesPerPoint": chosen,
            "low": points[:, 0].tolist(),
            "high": points[:, 1].tolist(),
        }


def peaks_of(blocks: Iterable[NDArray[np.float32]], sample_rate: int) -> Peaks:
    """From blocks of (frames, channels): each point covers all channels. Memory holds one block and the points."""
    found: list[Points] = []
    frames = 0
    for piece in _even(blocks, FINEST):
        frames += len(piece)
        padded = np.pad(piece, ((0, -len(piece) % FINEST), (0, 0)), mode="edge")
        groups = padded.reshape(-1, FINEST * padded.shape[1])
        found.append(_bytes_of(groups.min(axis=1), groups.max(axis=1)))
    finest = np.concatenate(found) if found else np.zeros((0, 2), np.int8)
    return Peaks(sample_rate, frames, dict(_coarser(finest)))


def _coarser(points: Points) -> Iterator[tuple[int, Points]]:
    per_point = FINEST
    for _ in range(_LEVELS):
        yield per_point, points
        padded = np.pad(points, ((0, -len(points) % _STEP), (0, 0)), mode="edge") if len(points) else points
        groups = padded.reshape(-1, _STEP, 2)
        points = np.stack([groups[:, :, 0].min(axis=1), groups[:, :, 1].max(axis=1)], axis=1)
        per_point *= _STEP


def _bytes_of(low: NDArray[np.float32], high: NDArray[np.float32]) -> Points:
    pairs = np.stack([np.floor(low * 127), np.ceil(high * 127)], axis=1)
    points: Points = np.clip(pairs, -127, 127).astype(np.int8)
    return points


def _even(blocks: Iterable[NDArray[np.float32]], unit: int) -> Iterator[NDArray[np.float32]]:
    """The same frames in blocks that are multiples of `unit`, but for the last."""
    rest: NDArray[np.float32] | None = None
    for block in blocks:
        joined = block if rest is None else np.concatenate([rest, block])
        whole = len(joined) - len(joined) % unit
        if whole:
            yield joined[:whole]
        rest = joined[whole:]
    if rest is not None and len(rest):
        yield rest
