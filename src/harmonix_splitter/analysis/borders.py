"""Where one section ends and the next begins: evidence at every bar line, and the likeliest division into phrases."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.grids import normed, standardised

Floats = NDArray[Any]

# Fitted by training/analysis/fit_borders.py, in the order of evidence_of: at the bar line itself, at the next one and
# at the one before; lift and trust gave the best divisions there.
WEIGHTS = np.array([
    [-0.3, -0.09, 0.63, 0.22, 0.25, 0.78, 0.8, 0.03, -0.06, 0.51, -0.31, -0.22, -0.13, -0.18, 0.5, 0.28,
     0.14, 0.93, -0.31],
    [-0.1, 0.14, -0.13, -0.11, -0.41, -0.24, -0.36, 0.06, 0.06, -0.24, 0.05, 0.11, -0.11, 0.23, -0.4, -0.05,
     -0.03, -0.41, 0.05],
    [-0.09, -0.06, -0.15, 0.13, -0.39, -0.19, -0.4, 0.08, -0.16, 0.16, 0.05, 0.07, 0.06, 0.09, -0.14, -0.01,
     0.02, -0.47, 0.16],
])  # fmt: skip
BIAS = -2.79
LIFT = 2.4
# Composed songs repeat more plainly than played ones: there, evidence is worth 0.7 and more.
TRUST = 0.5
# Anything from 0.3 to 1 does about as well.
ENTRY = 0.5
# Log chance of a section of so many bars: phrases come in fours and eights, and a bar or two is sometimes put in.
_LENGTHS = {
    8: -0.9,
    4: -1.2,
    16: -3.5,
    12: -3.3,
    6: -3.4,
    10: -3.4,
    9: -3.2,
    5: -3.4,
    7: -3.6,
    2: -3.4,
    3: -3.8,
    1: -3.6,
}
_OTHER = -5.0


@dataclass(frozen=True)
class BarRows:
    """One row for every bar: harmony, melody and what lies below it (quarter by quarter), timbre, log loudness, log
    energy of the treble, how much begins in each half of it, and how much the tune comes in at its line."""

    harmony: Floats
    melody: Floats
    low: Floats
    timbre: Floats
    level: Floats
    treble: Floats
    begun: Floats
    entries: Floats


def evidence_of(bars: BarRows) -> Floats:
    """What speaks for a border before each bar, (bars, 19), each column standardised over the song."""
    harmony, melody, timbre = likeness(bars.harmony), likeness(bars.melody), likeness(bars.timbre)
    low = likeness(bars.low)
    both = (harmony + timbre) / 2
    level = bars.level - bars.level.mean()
    columns = [
        checkered(harmony, 4),
        checkered(harmony, 2),
        checkered(timbre, 4),
        checkered(timbre, 2),
        checkered(both, 8),
        repeats_begin(harmony),
        repeats_begin(both),
        np.abs(_jump(level, 2)),
        _jump(level, 1),
        _jump(bars.treble, 1),
        -np.abs(np.concatenate([[0.0], np.diff(bars.treble)])),
        -np.concatenate([bars.begun[:1, 1], bars.begun[:-1, 1]]),
        bars.begun[:, 0],
        _unlike_before(harmony),
        repeats_begin(melody),
        checkered(melody, 4),
        checkered(low, 4),
        repeats_begin(low),
        _unlike_before(low),
    ]
    return standardised(np.column_stack(columns))


def likeness(rows: Floats) -> Floats:
    unit = normed(rows)
    return unit @ unit.T


def checkered(alike: Floats, half: int) -> Floats:
    """How much the `half` bars before a line hang together, and those after it, and the two do not."""
    count = len(alike)
    padded = np.pad(alike, half, mode="reflect" if count > half else "edge")
    sign = np.kron([[1, -1], [-1, 1]], np.ones((half, half)))
    taper = np.exp(-0.5 * (np.arange(-half + 0.5, half) / (half / 2)) ** 2)
    kernel = sign * np.outer(taper, taper)
    return np.array([(padded[b : b + 2 * half, b : b + 2 * half] * kernel).sum() for b in range(count)])


def repeats_begin(alike: Floats) -> Floats:
    """Where diagonals of the likeness begin or end: a repeat starting there is a border there."""
    count = len(alike)
    total = np.zeros(count)
    for lag in range(4, count - 4):
        diagonal = np.diagonal(alike, lag)
        clear = np.clip((diagonal - np.percentile(diagonal, 40)) * 4, 0, 1)
        rise = np.maximum(_ahead(clear, 4) - _behind(clear, 4), 0)
        fall = np.maximum(_behind(clear, 4) - _ahead(clear, 4), 0)
        strength = (rise + 0.7 * fall) ** 2
        total[: len(strength)] += strength
        total[lag : lag + len(strength)] += strength
    return total


def _ahead(values: Floats, width: int) -> Floats:
    padded = np.concatenate([[0.0], np.cumsum(np.concatenate([values, np.zeros(width)]))])
    return (padded[width : width + len(values)] - padded[: len(values)]) / width


def _behind(values: Floats, width: int) -> Floats:
    padded = np.concatenate([[0.0], np.cumsum(np.concatenate([np.zeros(width), values]))])
    return (padded[width : width + len(values)] - padded[: len(values)]) / width


def _jump(values: Floats, width: int) -> Floats:
    return _ahead(values, width) - _behind(values, width)


def _unlike_before(alike: Floats) -> Floats:
    return np.concatenate([[0.0], 1 - np.diagonal(alike, 1)])


def beside(evidence: Floats) -> Floats:
    """With what speaks for the next bar line and the one before: a tune that begins early speaks for a wrong one."""
    return np.column_stack(
        [evidence, evidence[[*range(1, len(evidence)), -1]], evidence[[0, *range(len(evidence) - 1)]]]
    )


def log_odds(bars: BarRows) -> Floats:
    return beside(evidence_of(bars)) @ WEIGHTS.ravel() + BIAS + ENTRY * standardised(bars.entries)


def divided(odds: Floats, trust: float = TRUST) -> tuple[int, ...]:
    """Bar lines of the likeliest sections, first and last included: evidence at borders, and welcome lengths.

    The odds already say how rare borders are, and so do the lengths: the lift takes one of the two back.
    """
    count = len(odds)
    best, back = np.full(count + 1, -np.inf), np.zeros(count + 1, int)
    best[0] = 0.0
    for end in range(1, count + 1):
        gain = trust * (float(odds[end]) + LIFT) if end < count else 0.0
        for length in range(1, min(end, 20) + 1):
            # The last section may break off anywhere.
            value = best[end - length] + gain + (_LENGTHS.get(length, _OTHER) if end < count else -2.5)
            if value > best[end]:
                best[end], back[end] = value, end - length
    edges = [count]
    while edges[-1] > 0:
        edges.append(int(back[edges[-1]]))
    return tuple(edges[::-1])
