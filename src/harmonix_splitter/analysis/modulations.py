"""Keys that change inside a song: the likeliest key of every bar, where leaving one costs more than a doubt."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

# A stretch as long as this speaks with its full voice, a bar in proportion.
_FULL_VOICE = 20.0
_NEAR = 4
# What a change must bring in log chance: keys a fifth apart share six notes of seven, and a passage on the fourth or
# fifth degree looks like them. Relative keys share all seven: going between them is no change of key here.
_CHANGE, _TO_A_FIFTH, _OTHER_SCALE, _NEVER = 6.0, 7.0, 3.0, 1e6


def keys_of_bars(chances: Floats, seconds: Floats) -> Floats:
    """The key (0-11 major, 12-23 minor) of each bar, given the chances of 24 keys around it and its length."""
    logs = np.log(np.maximum(chances, 1e-9)) * np.minimum(seconds / _FULL_VOICE, 1.0)[:, None]
    score, back = logs[0], np.zeros(logs.shape, int)
    for at in range(1, len(logs)):
        reached = score[:, None] - _costs()
        back[at] = reached.argmax(axis=0)
        score = reached.max(axis=0) + logs[at]
    path = [int(score.argmax())]
    for at in range(len(logs) - 1, 0, -1):
        path.append(int(back[at, path[-1]]))
    return np.array(path[::-1])


def turns_of(path: Floats, harmony: Floats) -> tuple[int, ...]:
    """The bars in which a new key begins: near each change of the path, where the notes leave the one scale for the
    other. `harmony`: (bars, 12) pitch classes."""
    rows = harmony / np.maximum(harmony.sum(axis=1, keepdims=True), 1e-9)
    turns = []
    for bar in (int(at) for at in np.flatnonzero(np.diff(path)) + 1):
        first = max(0, bar - _NEAR)
        near = rows[first : bar + _NEAR] @ (_scale(int(path[bar - 1])) - _scale(int(path[bar])))
        turns.append(first + int(np.concatenate([[0.0], np.cumsum(near)]).argmax()))
    return tuple(turns)


def _scale(key: int) -> Floats:
    steps = (0, 2, 4, 5, 7, 9, 11) if key < 12 else (0, 2, 3, 5, 7, 8, 10)
    notes = np.zeros(12)
    notes[[(key + step) % 12 for step in steps]] = 1.0
    return notes


@cache
def _costs() -> Floats:
    """(24, 24): what it costs to go from one key to another."""
    tonic, is_minor = np.arange(24) % 12, np.arange(24) >= 12
    signature = 7 * (tonic + 3 * is_minor) % 12
    apart = (signature[:, None] - signature[None, :]) % 12
    fifths = np.minimum(apart, 12 - apart)
    costs = np.where(fifths == 0, _NEVER, _CHANGE + _TO_A_FIFTH * (fifths == 1))
    costs = costs + _OTHER_SCALE * (is_minor[:, None] != is_minor[None, :])
    np.fill_diagonal(costs, 0.0)
    return np.asarray(costs)
