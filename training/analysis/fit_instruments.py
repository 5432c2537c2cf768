"""Fits analysis/weights/instruments.npz on composed parts: a network, and how far each place may trust it.

    python -m training.analysis.fit_instruments /parts src/harmonix_splitter/analysis/weights/instruments.npz

Of every five songs four teach, one tells what the network's certainty is worth; those that judge are not read.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize

from harmonix_splitter.analysis import instrument_model
from harmonix_splitter.analysis.instrument_model import NAMES, PATCH, Place, chances_in, patches_of
from harmonix_splitter.analysis.instruments import SEPARATE
from training.analysis.compose import USUAL
from training.analysis.compose_parts import Sound
from training.analysis.examples import parts_in

Songs = list[dict[str, Sound]]
REST = tuple(name for name in NAMES if name not in SEPARATE)
# What six stems leave to the rest.
FEW = tuple(name for name in REST if name not in ("guitar", "piano"))
_AMONG = {"mix": NAMES, "rest": REST, "few": FEW, "one": NAMES}
_MIXTURES, _TOLD = 6000, 150


def sum_of(parts: list[Sound], gains: np.ndarray) -> Sound:
    """Energies add, so parts are mixed without playing them again; who is louder lends the flutter."""
    length = min(len(part.timbre) for part in parts)
    energies = energies_of(parts, gains, length)
    total = np.sqrt((energies**2).sum(axis=0))
    flutter = sum(e**2 * part.flutter[:length] for e, part in zip(energies, parts, strict=True)) / total**2
    levels = [part.level[:length].astype(np.float32) * np.exp(gain) for part, gain in zip(parts, gains, strict=True)]
    return Sound(np.log(total), flutter, np.sqrt(sum(level**2 for level in levels)))


def energies_of(parts: list[Sound], gains: np.ndarray, length: int) -> np.ndarray:
    return np.stack([np.exp(p.timbre[:length].astype(np.float32) + g) for p, g in zip(parts, gains, strict=True)])


def mixture(songs: Songs, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The patches of a band that never played together, and which of its instruments can be heard in each."""
    kind = chance.choice(list(_AMONG), p=(0.3, 0.2, 0.25, 0.25))
    likely = chance.uniform(0.2, 0.7)
    names = [name for name in _AMONG[kind] if chance.random() < likely] if kind != "one" else []
    names = names or [chance.choice(_AMONG[kind])]
    leaking = 0.5 * (kind != "mix" and chance.random() < (0.7 if kind == "one" else 0.3))
    leak = [name for name in NAMES if name not in names and chance.random() < leaking]
    song = songs[chance.integers(len(songs))]
    parts = [_part(song if chance.random() < 0.6 else {}, songs, name, chance) for name in [*names, *leak]]
    gains = np.concatenate([chance.uniform(-1.1, 1.0, len(names)), chance.uniform(-6, -2, len(leak))])
    sound = sum_of(parts, gains)
    rows = patches_of(sound).rows
    truth = np.zeros((len(sound.timbre) // PATCH, len(NAMES)), np.float32)
    energies = energies_of(parts, gains, len(truth) * PATCH)[: len(names)]
    near = (energies > 0.12 * np.exp(sound.timbre[: len(truth) * PATCH])).mean(axis=2) > 0.1
    truth[:, [NAMES.index(name) for name in names]] = near.reshape(len(names), -1, PATCH).mean(axis=2).T > 0.15
    sounds = sound.timbre[: len(truth) * PATCH].reshape(len(truth), -1).max(axis=1) > instrument_model.QUIET
    return rows, truth[sounds]


def _part(song: dict[str, Sound], songs: Songs, name: str, chance: np.random.Generator) -> Sound:
    """A part of this song or of another, a little darker or brighter than it was played."""
    having = [each for each in songs if name in each]
    part = song[name] if name in song else having[chance.integers(len(having))][name]
    tilt = chance.uniform(-0.02, 0.02) * np.arange(-20, 20)
    return Sound(part.timbre + tilt.astype(np.float16), part.flutter, part.level)


def fitted(rows: np.ndarray, truths: np.ndarray, epochs: int = 30) -> dict[str, np.ndarray]:
    torch.manual_seed(0)
    mean, spread = rows.mean(0), rows.std(0) + 0.1
    x, y = torch.tensor((rows - mean) / spread), torch.tensor(truths)
    net = torch.nn.Sequential(
        torch.nn.Linear(rows.shape[1], 160), torch.nn.ReLU(), torch.nn.Dropout(0.3),
        torch.nn.Linear(160, 48), torch.nn.ReLU(), torch.nn.Dropout(0.1), torch.nn.Linear(48, len(NAMES)),
    )  # fmt: skip
    steps = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.03)
    pace = torch.optim.lr_scheduler.CosineAnnealingLR(steps, epochs)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(256):
            noisy = x[batch] + 0.15 * torch.randn_like(x[batch])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(noisy), y[batch])
            steps.zero_grad()
            loss.backward()
            steps.step()
        pace.step()
    arrays = {"mean": mean, "spread": spread}
    for number, layer in enumerate((net[0], net[3], net[6]), 1):
        arrays |= {f"w{number}": layer.weight.detach().numpy().T, f"b{number}": layer.bias.detach().numpy()}
    return {name: values.astype(np.float16 if name.startswith("w") else np.float32) for name, values in arrays.items()}


def trust_of(songs: Songs) -> np.ndarray:
    """(places, 2, NAMES): scale and shift of the network's odds that make its chances true of usual bands."""
    chance = np.random.default_rng(5)
    told: dict[tuple[Place, str], list[tuple[float, bool]]] = {}
    for _ in range(_TOLD):
        band = {name: _part({}, songs, name, chance) for name in NAMES if chance.random() < USUAL[name]}
        for place, among in ((Place.MIX, NAMES), (Place.REST, REST), (Place.REST, FEW)):
            inside = [part for name, part in band.items() if name in among]
            if not inside:
                continue
            said = chances_in(patches_of(sum_of(inside, chance.uniform(-0.3, 0.3, len(inside)))), place)
            for name in among:
                told.setdefault((place, name), []).append((said[name], name in band))
    trust = np.tile(np.array([1.0, 0.0])[None, :, None], (len(Place), 1, len(NAMES)))
    for (place, name), pairs in told.items():
        trust[place, :, NAMES.index(name)] = _straightened(np.array(pairs, float))
    return trust.astype(np.float32)


def _straightened(pairs: np.ndarray) -> np.ndarray:
    """Logistic regression of what was right on what was said, held near what was said."""
    odds, right = np.log(pairs[:, 0] / (1 - pairs[:, 0])), pairs[:, 1]

    def loss(line: np.ndarray) -> float:
        told = line[0] * odds + line[1]
        return float((np.logaddexp(0, told) - right * told).sum() + (line[0] - 1) ** 2 + 0.1 * line[1] ** 2)

    return minimize(loss, [1.0, 0.0]).x


def main() -> None:
    torch.set_num_threads(1)
    songs = parts_in(Path(sys.argv[1]))
    chance = np.random.default_rng(0)
    teachers = [song for number, song in songs.items() if number % 5]
    taught = [mixture(teachers, chance) for _ in range(_MIXTURES)]
    weights = fitted(*(np.concatenate(columns) for columns in zip(*taught, strict=True)))
    plain = np.tile(np.array([1.0, 0.0], np.float32)[None, :, None], (len(Place), 1, len(NAMES)))
    np.savez_compressed(sys.argv[2], **weights, trust=plain)
    instrument_model._weights.cache_clear()
    trust = trust_of([song for number, song in songs.items() if not number % 5])
    np.savez_compressed(sys.argv[2], **weights, trust=trust)


if __name__ == "__main__":
    main()
