"""Chords: how well each name explains the notes of a span, and the likeliest sequence over the beats."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.grids import means_between, normed
from harmonix_splitter.analysis.pitches import folded

Floats = NDArray[Any]

QUALITIES = ("maj", "min", "7", "min7", "maj7", "sus4", "sus2", "dim", "aug", "hdim7", "dim7", "maj6", "min6")
NO_CHORD = len(QUALITIES) * 12
_STEPS = {"maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "min7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11),
          "sus4": (0, 5, 7), "sus2": (0, 2, 7), "dim": (0, 3, 6), "aug": (0, 4, 8), "hdim7": (0, 3, 6, 10),
          "dim7": (0, 3, 6, 9), "maj6": (0, 4, 7, 9), "min6": (0, 3, 7, 9)}  # fmt: skip
_PRIOR = {"maj": 0.0, "min": -0.1, "7": -0.9, "min7": -0.7, "maj7": -0.8, "sus4": -1.3, "sus2": -1.6, "dim": -1.8,
          "aug": -2.2, "hdim7": -1.9, "dim7": -2.2, "maj6": -1.8, "min6": -2.2}  # fmt: skip
_SHARPNESS = 12.0


@dataclass(frozen=True)
class ChordPath:
    """For each span its state (quality * 12 + root, or NO_CHORD) and the chances of all states."""

    states: Floats
    chances: Floats


def note_rows(notes: Floats, rate: float, edges: Floats) -> Floats:
    """Per span: pitch classes of bass, middle and treble, 36 numbers, each register of length one."""
    rows = means_between(notes, rate, edges, 0.08)
    return np.concatenate([normed(folded(rows, low, high)) for low, high in ((28, 50), (48, 72), (60, 96))], axis=1)


def log_chances(rows: Floats, loud: Floats) -> Floats:
    """Log chance of every state for each span; `loud` says which spans hold anything."""
    score = _SHARPNESS * (rows @ _templates().T) + _priors()
    score[:, NO_CHORD] = np.where(loud, 0.62 * _SHARPNESS, 100.0)
    score -= score.max(axis=1, keepdims=True)
    return score - np.log(np.exp(score).sum(axis=1, keepdims=True))


def likeliest(logs: Floats, change_costs: Floats) -> ChordPath:
    """Viterbi: changing the chord at span i costs `change_costs[i]`; chances by forward and backward sums."""
    count, states = logs.shape
    back = np.zeros((count, states), np.int32)
    score = logs[0].copy()
    for span in range(1, count):
        best = int(score.argmax())
        change = float(score[best]) - change_costs[span]
        back[span] = np.where(score >= change, np.arange(states), best)
        score = np.maximum(score, change) + logs[span]
    path = np.zeros(count, int)
    path[-1] = int(score.argmax())
    for span in range(count - 1, 0, -1):
        path[span - 1] = back[span, path[span]]
    return ChordPath(path, _posterior(logs, change_costs))


def _posterior(logs: Floats, change_costs: Floats) -> Floats:
    """Chances given the whole song, when a change may lead anywhere alike."""
    count, states = logs.shape
    seen = np.exp(logs - logs.max(axis=1, keepdims=True))
    stay = 1 / (1 + states * np.exp(-np.maximum(change_costs, 0.1)))
    forward, backward = np.zeros_like(seen), np.ones_like(seen)
    forward[0] = seen[0] / seen[0].sum()
    for span in range(1, count):
        forward[span] = (stay[span] * forward[span - 1] + (1 - stay[span]) / states) * seen[span]
        forward[span] /= forward[span].sum()
    for span in range(count - 2, -1, -1):
        after = backward[span + 1] * seen[span + 1]
        backward[span] = stay[span + 1] * after + (1 - stay[span + 1]) * after.mean()
        backward[span] /= backward[span].max()
    chances = forward * backward
    return chances / chances.sum(axis=1, keepdims=True)


def name_of(state: int) -> tuple[int | None, str]:
    """Root (0 is C) and Harte quality; no root for no chord."""
    return (None, "N") if state == NO_CHORD else (state % 12, QUALITIES[state // 12])


def triad_chances(chances: Floats) -> Floats:
    """(spans, 24): chance of each major and minor triad, sevenths counted with theirs."""
    by_quality = chances[:, :NO_CHORD].reshape(-1, len(QUALITIES), 12)
    minor = [i for i, q in enumerate(QUALITIES) if 3 in _STEPS[q]]
    major = [i for i in range(len(QUALITIES)) if i not in minor]
    return np.concatenate([by_quality[:, major].sum(axis=1), by_quality[:, minor].sum(axis=1)], axis=1)


def steps_of(quality: str) -> Sequence[int]:
    return _STEPS[quality]


@cache
def _templates() -> Floats:
    rows = np.zeros((NO_CHORD + 1, 36), np.float32)
    for state in range(NO_CHORD):
        root, quality = state % 12, QUALITIES[state // 12]
        tones = [(root + step) % 12 for step in _STEPS[quality]]
        weight = 1 / np.sqrt(len(tones))
        rows[state, root] = 0.30
        for tone in tones:
            rows[state, 12 + tone], rows[state, 24 + tone] = 0.5 * weight, 0.5 * weight
    return rows


@cache
def _priors() -> Floats:
    return np.array([_PRIOR[QUALITIES[state // 12]] for state in range(NO_CHORD)] + [0.0])
