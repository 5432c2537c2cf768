"""Means of frames over spans of time: what was heard between one beat and the next."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


def means_between(frames: Floats, rate: float, edges: Floats, trim: float = 0.0) -> Floats:
    """The mean of `frames` in each span [edges[i], edges[i+1]); at least the nearest frame. `trim` seconds are left
    out after each edge, where windows still hear what was before it."""
    if len(edges) < 2:
        return np.zeros((0, *frames.shape[1:]), np.float32)
    sums = np.concatenate([np.zeros((1, *frames.shape[1:])), np.cumsum(frames, axis=0, dtype=np.float64)])
    count = len(frames)
    low = np.clip(np.ceil((edges[:-1] + trim) * rate).astype(int), 0, max(0, count - 1))
    high = np.clip(np.ceil(edges[1:] * rate).astype(int), low + 1, count)
    low = np.minimum(low, high - 1)
    spans = (high - low).reshape(-1, *([1] * (frames.ndim - 1)))
    return ((sums[high] - sums[low]) / spans).astype(np.float32)


def at_times(curve: Floats, rate: float, times: Floats, reach: float) -> Floats:
    """The loudest value of `curve` within `reach` seconds of each time."""
    if not len(times) or not len(curve):
        return np.zeros((len(times), *curve.shape[1:]), np.float32)
    span = max(1, round(reach * rate))
    around = np.round(times * rate).astype(int)[:, None] + np.arange(-span, span + 1)[None, :]
    return curve[np.clip(around, 0, len(curve) - 1)].max(axis=1)


def normed(rows: Floats) -> Floats:
    """Every row scaled to length one; empty rows stay empty."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def standardised(columns: Floats) -> Floats:
    """Every column in units of its own spread around its own mean."""
    return (columns - columns.mean(axis=0)) / np.maximum(columns.std(axis=0), 1e-6)
