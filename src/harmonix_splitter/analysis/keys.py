"""The key: what notes there are, which chords, and where they come to rest, weighed into probabilities."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

# How well each degree fits, from listeners' ratings (Krumhansl & Kessler 1982) and from pop (own, diatonic).
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_MAJOR_CHORDS = {(0, 0): 1.0, (5, 0): 0.8, (7, 0): 0.9, (9, 1): 0.7, (2, 1): 0.6, (4, 1): 0.5, (10, 0): 0.1}
_MINOR_CHORDS = {(0, 1): 1.0, (5, 1): 0.6, (7, 0): 0.5, (7, 1): 0.5, (3, 0): 0.6, (8, 0): 0.8, (10, 0): 0.7}
WEIGHTS = (8.0, 7.0, 2.0, 1.0, 1.5)


@dataclass(frozen=True)
class KeyEvidence:
    """What speaks for each of 24 keys (12 major from C, 12 minor from C): (24, 5) columns in the order of WEIGHTS."""

    columns: Floats


def evidence_of(chroma: Floats, bass: Floats, chords: Floats, lengths: Floats) -> KeyEvidence:
    """`chroma`, `bass`: mean pitch classes (12). `chords`: (spans, 24) chance of each major and minor triad, in time
    order; `lengths`: seconds of each span."""
    share = chords * lengths[:, None]
    total = share.sum(axis=0) / max(float(lengths.sum()), 1e-9)
    ends = chords[-1] if len(chords) else np.zeros(24)
    starts = chords[0] if len(chords) else np.zeros(24)
    columns = [_correlated(chroma), _chord_fit() @ total, total, _tonic_in(bass), 0.6 * ends + 0.4 * starts]
    return KeyEvidence(np.column_stack(columns))


def probabilities(evidence: KeyEvidence, weights: tuple[float, ...] = WEIGHTS) -> Floats:
    """Chances of the 24 keys, adding up to one."""
    score = evidence.columns @ np.array(weights)
    odds = np.exp(score - score.max())
    return odds / odds.sum()


def _correlated(chroma: Floats) -> Floats:
    if float(np.std(chroma)) < 1e-9:
        return np.zeros(24)
    profiles = _profiles()
    centred = (chroma - chroma.mean()) / np.std(chroma)
    return profiles @ centred / 12


def _tonic_in(bass: Floats) -> Floats:
    share = bass / max(float(bass.sum()), 1e-9)
    return np.concatenate([share, share])


@cache
def _profiles() -> Floats:
    rows = []
    for profile in (_MAJOR, _MINOR):
        centred = (np.array(profile) - np.mean(profile)) / np.std(profile)
        rows += [np.roll(centred, tonic) for tonic in range(12)]
    return np.array(rows)


@cache
def _chord_fit() -> Floats:
    """(24 keys, 24 triads): how much at home each triad is in each key."""
    fit = np.full((24, 24), -0.3)
    for minor_key, table in ((0, _MAJOR_CHORDS), (1, _MINOR_CHORDS)):
        for (degree, minor_chord), value in table.items():
            for tonic in range(12):
                fit[12 * minor_key + tonic, 12 * minor_chord + (tonic + degree) % 12] = value
    return fit
