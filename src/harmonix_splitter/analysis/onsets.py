"""From banded onset strength to one clear envelope."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


def envelope_of(onsets: Floats, rate: float) -> Floats:
    """One onset curve: every band above its own neighbourhood, bands weighed alike, mean of the loud parts about 1."""
    if len(onsets) < 3:
        return np.zeros(len(onsets), np.float32)
    clear = clear_bands(onsets, rate)
    return levelled(clear.sum(axis=1))


def clear_bands(onsets: Floats, rate: float) -> Floats:
    """What stands out of the half second around it, each band in units of its own spread."""
    window = max(3, int(rate * 0.5) | 1)
    clear = np.maximum(onsets - moving_mean(onsets, window), 0)
    spread = np.sqrt((onsets**2).mean(axis=0))
    loudest = float(spread.max(initial=0.0))
    # A band with next to nothing in it must not be blown up to the size of the others.
    return (clear / np.maximum(spread, 0.15 * loudest + 1e-9)).astype(np.float32)


def levelled(curve: Floats) -> Floats:
    scale = float(np.sqrt((curve.astype(np.float64) ** 2).mean()))
    return (curve / scale if scale > 1e-9 else np.zeros_like(curve)).astype(np.float32)


def moving_mean(values: Floats, window: int) -> Floats:
    """Centred mean over `window` (odd) frames along the first axis, shorter at the borders."""
    padded = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0, dtype=np.float64)])
    index = np.arange(len(values))
    low, high = np.maximum(index - window // 2, 0), np.minimum(index + window // 2 + 1, len(values))
    counts = (high - low).reshape(-1, *([1] * (values.ndim - 1)))
    return ((padded[high] - padded[low]) / counts).astype(np.float32)
