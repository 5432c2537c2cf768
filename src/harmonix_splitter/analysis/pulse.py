"""The beat: tempo path, beats on it, and the decision which of half, whole and double a person would tap."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis import beats, onsets, tempo
from harmonix_splitter.analysis.grids import at_times, means_between, normed

Floats = NDArray[Any]

_CANDIDATES = 6
_SLOWEST, _FASTEST = 45.0, 215.0
# Fitted by training/analysis/fit_pulse.py; the slope towards fast (second) was raised afterwards: docs/accuracy.md.
WEIGHTS = np.array([-2.48, 1.3, 1.99, 0.31, 6.36, 2.7, -2.03, 4.95, -0.03, -4.01])
# Songs, rubato aside, are alike to themselves by 0.3 and more; noise and speech by less than 0.1.
_CLEAR = 0.25
_FEWEST_STRUCK = 0.2


@dataclass(frozen=True)
class Pulse:
    """Beat times in seconds, the chance that a person would tap them at this rate, and how clear it is that there is
    anything to tap to, 0 to 1."""

    beats: Floats
    confidence: float
    clear: float


@dataclass(frozen=True)
class Material:
    """What the decision looks at: onset bands and their sum, and pitch classes."""

    bands: Floats
    envelope: Floats
    rate: float
    harmony: Floats
    harmony_rate: float


def pulse_of(bands: Floats, rate: float, harmony: Floats, harmony_rate: float) -> Pulse | None:
    """The beats of a recording given its banded onsets and its pitch classes; None when nothing pulses."""
    envelope = onsets.envelope_of(bands, rate)
    if len(envelope) < 4 * rate or not np.any(envelope > 0):
        return None
    material = Material(onsets.clear_bands(bands, rate), envelope, rate, harmony, harmony_rate)
    gram = tempo.tempogram_of(envelope, rate)
    found = candidates_in(material, gram)
    if not found:
        return None
    scores = np.array([features_of(beats_, material) @ WEIGHTS for beats_ in found])
    odds = np.exp(scores - scores.max())
    times = found[int(odds.argmax())]
    if not _is_struck(times, material):
        return None
    return Pulse(times, float(odds.max() / odds.sum()), min(1.0, tempo.clarity_along(gram, times) / _CLEAR))


def _is_struck(times: Floats, material: Material) -> bool:
    """Whether something begins on a fair share of the beats: a held note has its one beginning only."""
    onset = at_times(material.envelope[:, None], material.rate, times, 0.04)[:, 0]
    return float((onset > 1).mean()) > _FEWEST_STRUCK


def candidates_in(material: Material, gram: tempo.Tempogram) -> list[Floats]:
    """Beats at each of the song's strong pulses, on the strong side and half a beat beside it."""
    found = []
    for pulse in tempo.steady_tempi(gram, _SLOWEST, _FASTEST, _CANDIDATES):
        path = tempo.path_near(gram, pulse)
        moments = np.arange(len(path)) * tempo.HOP_SECONDS
        tempi = np.interp(np.arange(len(material.envelope)) / material.rate, moments, path)
        times = beats.beats_on(material.envelope, tempi, material.rate)
        if len(times) > 7:
            found += [times, (times[1:] + times[:-1]) / 2]
    return found


def features_of(times: Floats, material: Material) -> Floats:
    """What tells the tapped rate from its multiples, in the order of WEIGHTS."""
    middles = (times[1:] + times[:-1]) / 2
    onset = at_times(material.envelope[:, None], material.rate, times, 0.04)[:, 0]
    between = at_times(material.envelope[:, None], material.rate, middles, 0.04)[:, 0]
    low = at_times(material.bands[:, :2].sum(axis=1)[:, None], material.rate, times, 0.04)[:, 0]
    change, inner = _changes(times, material), _changes(middles, material)
    octaves = float(np.log2(beats.tempo_of(times) / 100))
    return np.array(
        [
            octaves**2,
            octaves,
            float(np.log(onset.mean() + 0.1)),
            float(np.log(between.mean() + 0.1)),
            float(change.mean() - inner.mean()),
            float(change.mean()),
            abs(float(onset[::2].mean() - onset[1::2].mean())) / (float(onset.mean()) + 0.1),
            abs(float(change[::2].mean() - change[1::2].mean())),
            abs(float(low[::2].mean() - low[1::2].mean())) / (float(low.mean()) + 0.1),
            float(inner.mean()),
        ]
    )


def _changes(times: Floats, material: Material) -> Floats:
    """How much the harmony differs between the half beat before and the half beat after each time."""
    step = float(np.median(np.diff(times)))
    before = means_between(material.harmony, material.harmony_rate, _pairs(times - 0.5 * step, times))[::2]
    after = means_between(material.harmony, material.harmony_rate, _pairs(times, times + 0.5 * step), 0.06)[::2]
    return 1 - (normed(before) * normed(after)).sum(axis=1)


def _pairs(starts: Floats, ends: Floats) -> Floats:
    return np.column_stack([starts, ends]).ravel()
