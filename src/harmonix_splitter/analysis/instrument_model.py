"""Two small networks that hear instruments in timbre: one tells mixes and rests apart, one finds the instrument of a
stem in all that leaks into it. Fitted by training/analysis/fit_instruments.py and fit_stems.py."""

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
_SUREST = 1e-4


class Place(IntEnum):
    """Where a sound was found."""

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
    if place is Place.STEM:
        chances = _most(_network("stems", without_flutter(sound.rows)), 0.3)
    else:
        chances = _trusted(_most(_network("instruments", sound.rows), 0.5), place)
    return {name: float(chance) for name, chance in zip(NAMES, chances, strict=True)}


def without_flutter(rows: Floats) -> Floats:
    """Mean, spread, top and restlessness: rises and falls together."""
    mean, spread, top, rises, falls, _ = np.split(rows, 6, axis=1)
    return np.concatenate([mean, spread, top, rises + falls], axis=1)


def _most(chances: Floats, share: float) -> Floats:
    return np.asarray(np.sort(chances, axis=0)[-max(1, int(len(chances) * share)) :].mean(axis=0))


def _trusted(chances: Floats, place: Place) -> Floats:
    scale, shift = _weights("instruments")["trust"][place]
    sure = np.clip(chances, _SUREST, 1 - _SUREST)
    return _chance(scale * np.log(sure / (1 - sure)) + shift)


def _chance(odds: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -odds)))


def _network(name: str, rows: Floats) -> Floats:
    weights = _weights(name)
    hidden = np.maximum((rows - weights["mean"]) / weights["spread"] @ weights["w1"] + weights["b1"], 0)
    hidden = np.maximum(hidden @ weights["w2"] + weights["b2"], 0)
    return _chance(hidden @ weights["w3"] + weights["b3"])


@cache
def _weights(name: str) -> dict[str, Floats]:
    with (files("harmonix_splitter.analysis") / "weights" / f"{name}.npz").open("rb") as file:
        return {key: values.astype(np.float32) for key, values in np.load(file).items()}
