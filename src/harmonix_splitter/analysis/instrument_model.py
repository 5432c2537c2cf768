"""A small network that hears instruments in timbre; fitted by training/analysis/fit_instruments.py."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

NAMES = ("vocals", "drums", "bass", "guitar", "piano", "strings", "synth", "brass", "woodwinds", "fx")
# The loudness of digital silence: forty bands at the floor of the hearing.
SILENCE = 0.012
PATCH = 32
QUIET = -7.5
_LISTENED, _SUREST = 0.5, 1e-4


class Place(IntEnum):
    """Where a sound was found; each has its own trust in the network."""

    MIX = 0
    REST = 1
    STEM = 2


class Listened(Protocol):
    """Log-mel energies over time, how they move within a frame, and loudness."""

    @property
    def timbre(self) -> Floats: ...

    @property
    def flutter(self) -> Floats: ...

    @property
    def level(self) -> Floats: ...


@dataclass(frozen=True)
class Patches:
    """A sound in three-second patches: what those that sound are like, and how loud each of them all is."""

    rows: Floats
    loudness: Floats


def patches_of(sound: Listened) -> Patches:
    """240 numbers a patch: each band's mean, spread, top, rises, falls and flutter, level taken out."""
    count = len(sound.timbre) // PATCH
    loudness = np.asarray(sound.level[: count * PATCH], np.float32).reshape(count, PATCH).mean(axis=1)
    if not count:
        return Patches(np.zeros((0, 240), np.float32), loudness)
    cut, flutter = _cut(sound.timbre, count), _cut(sound.flutter, count)
    sounds = cut.max(axis=(1, 2)) > QUIET
    cut, flutter = cut[sounds], flutter[sounds].mean(axis=1)
    level = np.log(np.exp(cut).mean(axis=(1, 2), keepdims=True)) if len(cut) else cut
    cut = np.maximum(cut - level, -8.0)
    steps = np.diff(cut, axis=1)
    rises, falls = np.maximum(steps, 0).mean(axis=1), np.maximum(-steps, 0).mean(axis=1)
    rows = np.concatenate([cut.mean(axis=1), cut.std(axis=1), cut.max(axis=1), rises, falls, flutter], axis=1)
    return Patches(rows.astype(np.float32), loudness)


def _cut(rows: Floats, count: int) -> Floats:
    return np.asarray(rows[: count * PATCH], np.float32).reshape(count, PATCH, -1)


def chances_in(sound: Patches, place: Place) -> dict[str, float]:
    """Chance of each of NAMES: the mean over the patches that speak for it most, trusted as far as it was right."""
    if not len(sound.rows):
        return dict.fromkeys(NAMES, 0.0)
    chances = _network(sound.rows)
    top = np.sort(chances, axis=0)[-max(1, int(len(chances) * _LISTENED)) :].mean(axis=0)
    sure = np.clip(top, _SUREST, 1 - _SUREST)
    scale, shift = _weights()["trust"][place]
    trusted = _chance(scale * np.log(sure / (1 - sure)) + shift)
    return {name: float(chance) for name, chance in zip(NAMES, trusted, strict=True)}


def _chance(odds: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -odds)))


def _network(rows: Floats) -> Floats:
    weights = _weights()
    hidden = np.maximum((rows - weights["mean"]) / weights["spread"] @ weights["w1"] + weights["b1"], 0)
    hidden = np.maximum(hidden @ weights["w2"] + weights["b2"], 0)
    return _chance(hidden @ weights["w3"] + weights["b3"])


@cache
def _weights() -> dict[str, Floats]:
    with (files("harmonix_splitter.analysis") / "weights" / "instruments.npz").open("rb") as file:
        return {key: values.astype(np.float32) for key, values in np.load(file).items()}
