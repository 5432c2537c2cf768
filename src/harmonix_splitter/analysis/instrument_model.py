"""A small network that hears instruments in timbre and pitch; fitted by training/analysis/fit_instruments.py."""

from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

NAMES = ("vocals", "drums", "bass", "guitar", "piano", "strings", "synth", "brass", "woodwinds", "fx")
_PATCH, _LISTENED = 32, 0.3
_QUIET = -7.5


class Listened(Protocol):
    """Log-mel energies over time."""

    @property
    def timbre(self) -> Floats: ...


def chances_in(sound: Listened) -> dict[str, float]:
    """Chance of each of NAMES: the mean over the patches that speak for it most."""
    patches = patches_of(sound.timbre)
    if not len(patches):
        return dict.fromkeys(NAMES, 0.0)
    chances = _network(patches)
    most = max(1, int(len(chances) * _LISTENED))
    top = np.sort(chances, axis=0)[-most:].mean(axis=0)
    return {name: float(chance) for name, chance in zip(NAMES, top, strict=True)}


def patches_of(timbre: Floats) -> Floats:
    """Three-second patches as 160 numbers: each band's mean, spread, top and restlessness, level taken out."""
    count = len(timbre) // _PATCH
    if not count:
        return np.zeros((0, 160), np.float32)
    cut = timbre[: count * _PATCH].reshape(count, _PATCH, -1)
    cut = cut[cut.max(axis=(1, 2)) > _QUIET]
    level = np.log(np.exp(cut).mean(axis=(1, 2), keepdims=True)) if len(cut) else cut
    cut = np.maximum(cut - level, -8.0)
    steps = np.abs(np.diff(cut, axis=1)).mean(axis=1)
    return np.concatenate([cut.mean(axis=1), cut.std(axis=1), cut.max(axis=1), steps], axis=1).astype(np.float32)


def _network(patches: Floats) -> Floats:
    weights = _weights()
    hidden = np.maximum((patches - weights["mean"]) / weights["spread"] @ weights["w1"] + weights["b1"], 0)
    hidden = np.maximum(hidden @ weights["w2"] + weights["b2"], 0)
    return 1 / (1 + np.exp(-(hidden @ weights["w3"] + weights["b3"])))


@cache
def _weights() -> dict[str, Floats]:
    with (files("harmonix_splitter.analysis") / "weights" / "instruments.npz").open("rb") as file:
        return {name: values.astype(np.float32) for name, values in np.load(file).items()}
