"""From a model's certainty to the share of times it is right, measured by training/analysis/fit_calibration.py."""

from collections.abc import Mapping

import numpy as np

# (what the model says, how often it was right); chances below the first point fall to nothing with it.
CURVES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "chords": ((0.0, 0.0), (1.0, 1.0)),
    "key": ((0.0, 0.0), (1.0, 1.0)),
    "tempo": ((0.0, 0.0), (1.0, 1.0)),
    "metre": ((0.0, 0.0), (1.0, 1.0)),
    "sections": ((0.0, 0.0), (1.0, 1.0)),
    "instruments": ((0.0, 0.0), (1.0, 1.0)),
}


def trusted(what: str, said: float) -> float:
    """The chance that `what` is right when the model says `said`, by its curve."""
    says, right = zip((0.0, 0.0), *CURVES[what], strict=True)
    return float(np.interp(said, says, right))
