"""Which beats begin a bar, and how many beats a bar has."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.grids import at_times, means_between, normed, standardised

Floats = NDArray[Any]

METRES = (4, 3, 6, 2, 5, 7)
# The price of a bar of another length inside a song.
_SLIP = 12.0
# All fitted by training/analysis/fit_bars.py. A metre's worth: the fit of its best phase, in units of the square root
# of the number of beats, times _TEMPER, and how often songs are in it. Weights in the order of accents_of.
_TEMPER = 1.03
_PRIOR = {4: 0.0, 3: -1.07, 6: -3.82, 2: -2.0, 5: -5.03, 7: -4.85}
_WEIGHTS = np.array([0.26, 0.4, 1.18, -0.36, -0.69, 0.4, -0.08, 0.36, 0.32, 0.39, 0.35, 0.75, -0.63])
_BIAS = -1.65


@dataclass(frozen=True)
class Texture:
    """What bars are told by: banded onsets, loudness, all 84 notes, and the pitch classes of treble and bass."""

    onsets: Floats
    onset_rate: float
    level: Floats
    level_rate: float
    notes: Floats
    treble: Floats
    bass: Floats
    pitch_rate: float


@dataclass(frozen=True)
class Bars:
    """`positions` counts 1, 2, ... for each beat; `sure` is the chance of this metre against the others."""

    metre: int
    positions: Floats
    sure: float


def accents_of(beats: Floats, heard: Texture) -> Floats:
    """What marks a beat as the first of a bar, (beats, 13), each column standardised over the song.

    Harmony that changes, bass that changes, low and high drums, all onsets, how long the harmony then stays, both
    changes over two beats, loudness, drums of the middle, a bass note and other notes that begin, kick without snare.
    """
    edges = np.concatenate([beats, [beats[-1] + np.median(np.diff(beats))]])
    harmony, roots = (normed(means_between(rows, heard.pitch_rate, edges, 0.06)) for rows in (heard.treble, heard.bass))
    bands = at_times(heard.onsets, heard.onset_rate, beats, 0.05)
    low, middle, changes = bands[:, :2].sum(axis=1), bands[:, 2:5].sum(axis=1), _change(harmony)
    columns = [
        changes,
        _change(roots),
        low,
        bands[:, 4:].sum(axis=1),
        bands.sum(axis=1),
        -np.concatenate([changes[1:], changes[-1:]]),
        _wide_change(harmony),
        _wide_change(roots),
        _against_neighbours(np.log(1e-3 + means_between(heard.level, heard.level_rate, edges))),
        middle,
        _steps(means_between(heard.notes[:, :_BASS_NOTES].sum(axis=1), heard.pitch_rate, edges)),
        np.maximum(_steps(means_between(heard.notes, heard.pitch_rate, edges, 0.04)), 0).sum(axis=1),
        low - bands[:, 3:6].sum(axis=1),
    ]
    return standardised(np.column_stack(columns))


_BASS_NOTES = 31


def _change(rows: Floats) -> Floats:
    alike = (rows[1:] * rows[:-1]).sum(axis=1)
    return np.concatenate([[0.5], 1 - alike])


def _wide_change(rows: Floats) -> Floats:
    """How the two beats from here on differ from the two before."""
    padded = np.pad(rows, ((2, 2), (0, 0)), mode="edge")
    before, after = normed(padded[:-4] + padded[1:-3]), normed(padded[2:-2] + padded[3:-1])
    return 1 - (before * after).sum(axis=1)


def _against_neighbours(values: Floats, reach: int = 4) -> Floats:
    around = np.convolve(np.pad(values, reach, mode="edge"), np.ones(2 * reach + 1) / (2 * reach + 1), "valid")
    return values - around


def _steps(values: Floats) -> Floats:
    return np.diff(values, axis=0, prepend=values[:1])


def bars_on(accents: Floats) -> Bars:
    """The metre and phase whose first beats carry the accents best."""
    odds = accents @ _WEIGHTS + _BIAS
    return likeliest_bars(-np.log1p(np.exp(-odds)), -np.log1p(np.exp(odds)))


def likeliest_bars(first: Floats, other: Floats) -> Bars:
    """The metre and phase that fit best the log chances of each beat to be the first of a bar, and not to be."""
    fits = {metre: _best_phase(first, other, metre) for metre in METRES if len(first) >= 2 * metre}
    if not fits:
        return Bars(4, np.arange(len(first)) % 4 + 1, 0.0)
    scores = np.array([_TEMPER * fits[metre][0] / np.sqrt(len(first)) + _PRIOR[metre] for metre in fits])
    chances = np.exp(scores - scores.max())
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
