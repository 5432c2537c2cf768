"""Which instruments play: how much each stem holds, and what the sound of the rest is like."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.calibration import trusted
from harmonix_splitter.analysis.instrument_model import NAMES, chances_in

Floats = NDArray[Any]

_STEM_GATE, _ENOUGH_OF_THE_TIME = 0.03, 0.1
# Digital silence reads 0.012: forty bands at the floor of the hearing.
_SILENCE = 0.015


class Listened(Protocol):
    """The parts of a hearing this module reads."""

    @property
    def timbre(self) -> Floats: ...

    @property
    def level(self) -> Floats: ...


def confidences(whole: Listened, stems: Mapping[str, Listened]) -> dict[str, float]:
    """Chance of each instrument. A stem of that name decides by its level; the model hears the rest."""
    heard = chances_in(stems.get("other", whole))
    return {
        name: presence(stems[name], whole) if name in stems else trusted("instruments", heard[name]) for name in NAMES
    }


def presence(stem: Listened, whole: Listened) -> float:
    """Chance that a stem holds its instrument: how much of the time it stands near the mix."""
    if not len(stem.level) or not len(whole.level) or float(whole.level.max()) < 1e-4:
        return 0.0
    gate = max(_SILENCE, _STEM_GATE * float(np.percentile(whole.level, 80)))
    near = stem.level[: len(whole.level)] > gate
    return float(np.clip(near.mean() / _ENOUGH_OF_THE_TIME, 0, 1)) * 0.98
