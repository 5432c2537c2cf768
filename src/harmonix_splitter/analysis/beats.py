"""Where the beats fall: a dynamic programme over the onset curve that follows the tempo path."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

# How much a beat may cost for being early or late, against the onset it gains.
_TIGHTNESS = 400.0


def beats_on(envelope: Floats, tempi: Floats, rate: float) -> Floats:
    """Beat times in seconds. `tempi` is the BPM at each onset frame."""
    if len(envelope) < rate or not np.any(envelope > 0):
        return np.zeros(0)
    smooth = _smoothed(envelope, rate)
    frames = _chain(smooth, 60 * rate / tempi)
    return (_refined(smooth, frames)) / rate


def _smoothed(envelope: Floats, rate: float) -> Floats:
    width = max(1, int(0.02 * rate))
    kernel = np.exp(-0.5 * (np.arange(-3 * width, 3 * width + 1) / width) ** 2)
    return np.convolve(np.minimum(envelope, 6.0), kernel / kernel.sum() * 1.5, mode="same").astype(np.float32)


def _chain(strength: Floats, periods: Floats) -> Floats:
    """The best chain of frames about one period apart."""
    count = len(strength)
    score, back = np.array(strength, np.float64), np.full(count, -1)
    options = _options(periods)
    for frame in range(count):
        offsets, price = options[round(float(periods[frame]))]
        earliest = frame - offsets[0]
        if earliest < 0:
            continue
        reached = score[earliest : frame - offsets[-1] + 1] + price
        best = int(reached.argmax())
        if reached[best] > 0:
            score[frame] += reached[best]
            back[frame] = earliest + best
    return _walk_back(score, back, round(float(periods[-1])))


def _options(periods: Floats) -> dict[int, tuple[Floats, Floats]]:
    table = {}
    for period in {round(float(p)) for p in np.unique(periods)}:
        offsets = np.arange(int(period * 1.7), int(period * 0.6), -1)
        table[period] = (offsets, (-_TIGHTNESS * np.log(offsets / period) ** 2).astype(np.float32))
    return table


def _walk_back(score: Floats, back: Floats, period: int) -> Floats:
    tail = max(0, len(score) - period)
    frame = tail + int(score[tail:].argmax())
    chain = []
    while frame >= 0:
        chain.append(frame)
        frame = int(back[frame])
    return np.array(chain[::-1], np.intp)


def _refined(strength: Floats, frames: Floats) -> Floats:
    """Between frames: the top of the parabola through a peak and its neighbours."""
    inner = np.clip(frames, 1, len(strength) - 2)
    left, middle, right = strength[inner - 1], strength[inner], strength[inner + 1]
    bend = left - 2 * middle + right
    shift = np.where(bend < -1e-9, 0.5 * (left - right) / np.where(bend < -1e-9, bend, -1.0), 0.0)
    return inner + np.clip(shift, -0.5, 0.5)


def tempo_of(times: Floats) -> float:
    """BPM of the middle beat step, read over four beats at a time so that rounding and swing do not show."""
    if len(times) < 5:
        return float(60 / np.median(np.diff(times)))
    return float(60 / np.median((times[4:] - times[:-4]) / 4))
