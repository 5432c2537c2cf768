"""A small network that hears instruments in timbre and pitch; fitted by training/analysis/fit_instruments.py."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

NAMES = ("vocals", "drums", "bass", "guitar", "piano", "strings", "synth", "brass", "woodwinds", "fx")
# The loudness of digital silence: forty bands at the floor of the hearing.
SILENCE = 0.012
_PATCH, _LISTENED = 32, 0.3
_QUIET = -7.5


class Listened(Protocol):
    """Log-mel energies and loudness over time."""

    @property
    def timbre(self) -> Floats: ...

    @property
    def level(self) -> Floats: ...


@dataclass(frozen=True)
class Patches:
    """A sound in three-second patches: what those that sound are like, and how loud each of them all is."""

    rows: Floats
    loudness: Floats


def patches_of(sound: Listened) -> Patches:
    """160 numbers a patch: each band's mean, spread, top and restlessness, level taken out."""
    count = len(sound.timbre) // _PATCH
    loudness = sound.level[: count * _PATCH].reshape(count, _PATCH).mean(axis=1)
    if not count:
        return Patches(np.zeros((0, 160), np.float32), loudness)
    cut = sound.timbre[: count * _PATCH].reshape(count, _PATCH, -1)
    cut = cut[cut.max(axis=(1, 2)) > _QUIET]
    level = np.log(np.exp(cut).mean(axis=(1, 2), keepdims=True)) if len(cut) else cut
    cut = np.maximum(cut - level, -8.0)
    steps = np.abs(np.diff(cut, axis=1)).mean(axis=1)
    rows = np.concatenate([cut.mean(axis=1), cut.std(axis=1), cut.max(axis=1), steps], axis=1)
    return Patches(rows.astype(np.float32), loudness)


def chances_in(sound: Patches) -> dict[str, float]:
    """Chance of each of NAMES: the mean over the patches that speak for it most."""
    if not len(sound.rows):
        return dict.fromkeys(NAMES, 0.0)
    chances = _network(sound.rows)
    most = max(1, int(len(chances) * _LISTENED))
    top = np.sort(chances, axis=0)[-most:].mean(axis=0)
    return {name: float(chance) for name, chance in zip(NAMES, top, strict=True)}


def _network(patches: Floats) -> Floats:
    weights = _weights()
    hidden = np.maximum((patches - weights["mean"]) / weights["spread"] @ weights["w1"] + weights["b1"], 0)
    hidden = np.maximum(hidden @ weights["w2"] + weights["b2"], 0)
    return np.asarray(np.exp(-np.logaddexp(0, -(hidden @ weights["w3"] + weights["b3"]))))


@cache
def _weights() -> dict[str, Floats]:
    with (files("harmonix_splitter.analysis") / "weights" / "instruments.npz").open("rb") as file:
        return {name: values.astype(np.float32) for name, values in np.load(file).items()}
