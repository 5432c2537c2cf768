"""From a model's certainty to the share of times it is right, measured by training/analysis/fit_calibration.py."""

from collections.abc import Mapping

import numpy as np

# (what the model says, how often it was right); chances below the first point fall to nothing with it.
CURVES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "chords": ((0.364, 0.219), (0.695, 0.591), (0.89, 0.805), (0.974, 0.97), (0.996, 0.999)),
    "key": ((0.408, 0.617), (0.568, 0.617), (0.739, 0.734), (0.888, 0.852), (0.982, 0.905)),
    "tempo": ((0.386, 0.597), (0.575, 0.597), (0.71, 0.857), (0.792, 0.957)),
    "metre": ((0.698, 0.598), (0.962, 0.815), (0.997, 0.988)),
    # What tells composed borders apart tells nothing of annotated songs, where half are right whatever is said.
    "sections": ((0.0, 0.45), (1.0, 0.55)),
}


def trusted(what: str, said: float) -> float:
    """The chance that `what` is right when the model says `said`, by its curve."""
    says, right = zip((0.0, 0.0), *CURVES[what], strict=True)
    return float(np.interp(said, says, right))
