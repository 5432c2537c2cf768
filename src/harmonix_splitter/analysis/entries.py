"""Where the tune comes in after a breath. People hear a section begin at the bar line nearest to that, whether the
tune begins on it, a beat early or a beat late."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

STEPS = 16
"""Moments a bar is heard in."""
_AHEAD, _BEHIND = STEPS, STEPS // 2
_CLEAR = 0.3
_TREBLE = 46
"""Notes from G4 on, counted from A0: above most accompaniments."""


def tune_in_stem(level: Floats) -> Floats:
    """How much is sung at each moment, 0 to 1, by the loudness of a singer alone."""
    return _of_its_loudest(level)


def tune_in_mix(notes: Floats) -> Floats:
    """How much tune there is at each moment, 0 to 1: how high the highest clear note lies for this song, and how much
    sounds in the treble."""
    is_clear = notes > _CLEAR * notes.max(axis=1, keepdims=True, initial=0)
    top = np.where(is_clear, np.arange(notes.shape[1]), 0).max(axis=1)
    low, high = np.percentile(top, (10, 90))
    height = np.clip((top - low) / max(high - low, 1.0), 0, 1)
    return np.asarray((height + _of_its_loudest(notes[:, _TREBLE:].sum(axis=1))) / 2)


def _of_its_loudest(level: Floats) -> Floats:
    return np.minimum(level / max(float(np.percentile(level, 90)), 1e-9), 1.0)


def entries_at(tune: Floats) -> Floats:
    """One for each bar: how much the tune comes in around the line it begins with. `tune` has STEPS moments a bar."""
    moments, bars = np.arange(len(tune)), len(tune) // STEPS
    until = np.concatenate([[0.0], np.cumsum(tune)])
    ahead = until[np.minimum(moments + _AHEAD, len(tune))] - until[moments]
    behind = until[moments] - until[np.maximum(moments - _BEHIND, 0)]
    rise = np.maximum(ahead / _AHEAD - behind / _BEHIND, 0)
    found = np.zeros(bars + 1)
    np.maximum.at(found, (moments + STEPS // 2) // STEPS, rise)
    return found[:bars]
