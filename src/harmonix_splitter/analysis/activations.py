"""From a network's chances of beat and downbeat, frame by frame, to a beat grid with bars."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis import bars, beats, tempo
from harmonix_splitter.analysis.grids import at_times

Floats = NDArray[Any]

_SLOWEST, _FASTEST, _CANDIDATES = 50.0, 215.0, 6
_REACH = 0.04
_FLOOR = 1e-4


def beats_from(beat: Floats, downbeat: Floats, rate: float) -> tuple[Floats, Floats]:
    """Times, and positions in the bar from 1. `beat` excludes `downbeat`. Nothing that pulses: empty arrays."""
    either = beat + downbeat
    times = _times(either, rate)
    if len(times) < 2 * max(bars.METRES):
        return np.zeros(0), np.zeros(0, int)
    firsts = at_times(downbeat[:, None], rate, times, _REACH)[:, 0]
    others = at_times(beat[:, None], rate, times, _REACH)[:, 0]
    share = np.clip(firsts / np.maximum(firsts + others, _FLOOR), 0.02, 0.98)
    return times, bars.likeliest_bars(np.log(share), np.log1p(-share)).positions


def _times(either: Floats, rate: float) -> Floats:
    """Of the grids at the curve's strongest pulses the one that meets its peaks and leaves none between."""
    if len(either) < 4 * rate or float(either.max(initial=0.0)) < 0.05:
        return np.zeros(0)
    envelope = either / np.sqrt((either**2).mean())
    gram = tempo.tempogram_of(envelope, rate)
    grids = [_grid(envelope, gram, pulse, rate) for pulse in tempo.steady_tempi(gram, _SLOWEST, _FASTEST, _CANDIDATES)]
    usable = [grid for grid in grids if len(grid) > 7]
    return max(usable, key=lambda grid: _fit(either, grid, rate), default=np.zeros(0))


def _grid(envelope: Floats, gram: tempo.Tempogram, pulse: float, rate: float) -> Floats:
    path = tempo.path_near(gram, pulse)
    tempi = np.interp(np.arange(len(envelope)) / rate, np.arange(len(path)) * tempo.HOP_SECONDS, path)
    return beats.beats_on(envelope, tempi, rate)


def _fit(either: Floats, grid: Floats, rate: float) -> float:
    """Chance of a beat on the grid's lines and of none halfway between them, in logs."""
    on = np.maximum(at_times(either[:, None], rate, grid, _REACH)[:, 0], 0.02)
    between = at_times(either[:, None], rate, (grid[1:] + grid[:-1]) / 2, _REACH)[:, 0]
    return float((np.log(on).sum() + np.log(np.maximum(1 - between, 0.02)).sum()) / max(1.0, grid[-1] - grid[0]))
