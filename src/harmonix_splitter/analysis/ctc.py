"""Forced alignment over a CTC model's answer: the best path that spells a known text, by Viterbi.

Scores are logarithms of probabilities, (frames, tokens). Between tokens the model may say "blank"; two equal tokens in
a row need a blank between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.errors import InvalidRequestError

Floats = NDArray[np.float32]
MOST_CELLS = 400_000_000
"""Frames times states: a byte each is kept."""


@dataclass(frozen=True)
class Spelled:
    """First frame of each token and the frame after its last; the path's mean score a frame."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    score: float


def spelled(scores: Floats, tokens: Sequence[int], blank: int) -> Spelled:
    """Where each token is said. Raise InvalidRequestError when the text is too long for the recording."""
    frames, count = len(scores), len(tokens)
    repeats = sum(a == b for a, b in pairwise(tokens))
    if count + repeats > frames:
        raise InvalidRequestError(f"{count} letters do not fit into {frames} frames of the model.")
    if frames * (2 * count + 1) > MOST_CELLS:
        raise InvalidRequestError("The recording and its text are too long to time at once.", advice="Cut it.")
    states = np.full(2 * count + 1, blank)
    states[1::2] = tokens
    may_skip = np.zeros(len(states), bool)
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    path, score = _best(scores, states, may_skip)
    of_token = np.where(path % 2 == 1, path // 2, -1)
    starts = np.array([np.flatnonzero(of_token == number)[0] for number in range(count)])
    ends = np.array([np.flatnonzero(of_token == number)[-1] + 1 for number in range(count)])
    return Spelled(starts, ends, score / frames)


def _best(scores: Floats, states: NDArray[np.int64], may_skip: NDArray[np.bool_]) -> tuple[NDArray[np.int64], float]:
    """The state at every frame. A step stays, moves on by one state, or by two where `may_skip` says so."""
    frames, count = len(scores), len(states)
    came_from = np.zeros((frames, count), np.uint8)
    best = np.full(count, -np.inf)
    best[:2] = scores[0, states[:2]]
    for frame in range(1, frames):
        one = np.concatenate([[-np.inf], best[:-1]])
        two = np.where(may_skip, np.concatenate([[-np.inf, -np.inf], best[:-2]]), -np.inf)
        choices = np.stack([best, one, two])
        came_from[frame] = choices.argmax(0)
        best = choices.max(0) + scores[frame, states]
    at = count - 1 if best[-1] >= best[-2] else count - 2
    score = float(best[at])
    path = np.zeros(frames, np.int64)
    for frame in range(frames - 1, -1, -1):
        path[frame] = at
        at -= int(came_from[frame, at])
    return path, score
