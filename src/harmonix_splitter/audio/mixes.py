"""Whether two recordings of the same take are the same mix: how loud each band is, moment by moment.

A copy, however encoded, cut or levelled, agrees nearly everywhere; without its voice, with other drums or with a word
muted it does not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BANDS = 12
LOWEST, HIGHEST = 50.0, 2700.0

Levels = NDArray[np.float32]
"""Energies of the bands, a row for each word of a fingerprint."""

_ROWS_A_MOMENT = 8
_MOMENTS_A_STRETCH = 21
# What is quieter than this beside the loud moments is the first that encoders give up.
_WHAT_COUNTS_DB = 25.0
_CLEARLY_DB = 3.0
_LEAST = 1e-12


@dataclass(frozen=True)
class Difference:
    """The share of moments and bands that are clearly louder or quieter: of all, and of the worst four seconds."""

    share: float
    worst: float


def difference(ours: Levels, theirs: Levels, offset: int) -> Difference:
    """Ours begins at row `offset` of theirs (negative: before it). One level of the whole is no difference."""
    start, end = max(0, -offset), min(len(ours), len(theirs) - offset)
    mine, other = _decibels(ours[start:end]), _decibels(theirs[start + offset : end + offset])
    if not len(mine):
        return Difference(1.0, 1.0)
    quiet = float(np.percentile(other.max(axis=1), 95)) - _WHAT_COUNTS_DB
    mine = mine - np.median((mine - other)[other > quiet])
    counts = np.maximum(mine, other) > quiet
    differs = (np.abs(mine - other) > _CLEARLY_DB) & counts
    stretches = range(0, max(1, len(mine) - _MOMENTS_A_STRETCH // 2), _MOMENTS_A_STRETCH)
    shares = [_share(differs[at : at + _MOMENTS_A_STRETCH], counts[at : at + _MOMENTS_A_STRETCH]) for at in stretches]
    return Difference(_share(differs, counts), max(shares))


def _decibels(levels: Levels) -> NDArray[np.float64]:
    moments = len(levels) // _ROWS_A_MOMENT
    whole = levels[: moments * _ROWS_A_MOMENT].reshape(moments, _ROWS_A_MOMENT, BANDS)
    return np.asarray(10 * np.log10(whole.mean(axis=1) + _LEAST), np.float64)


def _share(differs: NDArray[np.bool_], counts: NDArray[np.bool_]) -> float:
    """A stretch that is nearly silent says little."""
    return float(differs.sum() / max(counts.sum(), _MOMENTS_A_STRETCH))
