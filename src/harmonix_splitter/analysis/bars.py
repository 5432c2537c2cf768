"""Which beats begin a bar, and how many beats a bar has."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.grids import at_times, means_between, normed, standardised

Floats = NDArray[Any]

METRES = (4, 3, 6, 2, 5, 7)
# Chance of each metre before anything is heard, and the price of a bar of another length inside a song.
_PRIOR = {4: 0.0, 3: -1.5, 6: -3.5, 2: -3.0, 5: -5.0, 7: -5.5}
_SLIP = 12.0
_WEIGHTS = np.array([1.1, 0.9, 0.7, -0.5, 0.3, 0.25])
_BIAS = -1.6


@dataclass(frozen=True)
class Bars:
    """`positions` counts 1, 2, ... for each beat; `sure` is the chance of this metre against the others."""

    metre: int
    positions: Floats
    sure: float


def accents_of(
    beats: Floats, onsets: tuple[Floats, float], treble: tuple[Floats, float], bass: tuple[Floats, float]
) -> Floats:
    """What marks a beat as the first of a bar, (beats, 6), each column standardised over the song.

    Harmony that changes, bass that changes, low and high drums, all onsets, and how long the harmony then stays.
    """
    edges = np.concatenate([beats, [beats[-1] + np.median(np.diff(beats))]])
    harmony = normed(means_between(*treble, edges, 0.06))
    roots = normed(means_between(*bass, edges, 0.06))
    bands = at_times(*onsets, beats, 0.05)
    changes = _change(harmony)
    columns = [
        changes,
        _change(roots),
        bands[:, :2].sum(axis=1),
        bands[:, 4:].sum(axis=1),
        bands.sum(axis=1),
        -np.concatenate([changes[1:], changes[-1:]]),
    ]
    return standardised(np.column_stack(columns))


def _change(rows: Floats) -> Floats:
    alike = (rows[1:] * rows[:-1]).sum(axis=1)
    return np.concatenate([[0.5], 1 - alike])


def bars_on(accents: Floats) -> Bars:
    """The metre and phase whose first beats carry the accents best."""
    odds = accents @ _WEIGHTS + _BIAS
    first, other = -np.log1p(np.exp(-odds)), -np.log1p(np.exp(odds))
    fits = {metre: _best_phase(first, other, metre) for metre in METRES if len(odds) >= 2 * metre}
    if not fits:
        return Bars(4, np.arange(len(odds)) % 4 + 1, 0.0)
    scores = np.array([fits[metre][0] + _PRIOR[metre] for metre in fits])
    chances = np.exp((scores - scores.max()) / np.sqrt(len(odds)))
    best = list(fits)[int(scores.argmax())]
    return Bars(best, fits[best][1], float(chances.max() / chances.sum()))


def _best_phase(first: Floats, other: Floats, metre: int) -> tuple[float, Floats]:
    """Viterbi through the bar positions; a bar cut short or drawn out costs `_SLIP`."""
    count = len(first)
    back = np.zeros((count, metre), np.int32)
    score = np.where(np.arange(metre) == 0, first[0], other[0]).astype(np.float64)
    for beat in range(1, count):
        steady = np.roll(score, 1)
        jump = float(score.max()) - _SLIP
        back[beat] = np.where(steady >= jump, (np.arange(metre) - 1) % metre, int(score.argmax()))
        score = np.maximum(steady, jump)
        score[0] += first[beat]
        score[1:] += other[beat]
    place, positions = int(score.argmax()), np.zeros(count, int)
    for beat in range(count - 1, -1, -1):
        positions[beat] = place + 1
        place = int(back[beat, place])
    return float(score.max()), positions
