"""Teach: `python -m training.voice_sounds.train LESSONS --out voice_sounds.npz --steps 3000 --width 96`."""

import argparse
from pathlib import Path

import numpy as np
import torch

from harmonix_splitter.analysis.voice_sounds import BANDS, REACH, SOUNDS

BATCH, PAD = 768, int(REACH.max())
Lessons = list[tuple[np.ndarray, np.ndarray]]


def lessons(folder: Path) -> Lessons:
    found: Lessons = []
    for file in sorted(folder.glob("*.npz")):
        with np.load(file) as arrays:
            found.append((arrays["level"], arrays["kinds"]))
    return found


def joined(tracks: Lessons) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All tracks in one row with margins between, and the places that are frames."""
    levels, kinds, places, at = [], [], [], 0
    for level, kind in tracks:
        levels.append(np.pad(level, ((PAD, PAD), (0, 0)), mode="edge"))
        kinds.append(np.pad(kind, PAD))
        places.append(at + PAD + np.arange(len(level)))
        at += len(level) + 2 * PAD
    return np.concatenate(levels), np.concatenate(kinds), np.concatenate(places)


def varied(batch: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """Other microphones, other throats, held notes."""
    count = len(batch)
    tilt = np.linspace(-1, 1, BANDS)
    batch = batch + dice.normal(0, 0.15, (count, 1, 1)) + tilt * dice.normal(0, 0.25, (count, 1, 1))
    batch = np.roll(batch, int(dice.integers(-2, 3)), 2)
    if dice.random() < 0.4:
        first = int(dice.integers(0, BANDS - 6))
        batch[:, :, first : first + 5] += dice.normal(-0.5, 0.5)
    batch += dice.normal(0, 0.1, batch.shape)
    before, after = dice.random(count) < 0.15, dice.random(count) < 0.15
    batch[before, :4] = batch[before, 4:5]
    batch[after, -4:] = batch[after, -5:-4]
    return np.asarray(batch, np.float32)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("lessons", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--width", type=int, default=96)
    asked = parser.parse_args()
    torch.manual_seed(0)
    dice = np.random.default_rng(0)
    tracks = lessons(asked.lessons)
    order = dice.permutation(len(tracks))
    held, taught = [tracks[n] for n in order[:14]], [tracks[n] for n in order[14:]]
    levels, kinds, places = joined(taught)
    prior = np.bincount(kinds[places], minlength=len(SOUNDS)) / len(places)
    width = asked.width
    net = torch.nn.Sequential(
        torch.nn.Linear(len(REACH) * BANDS, width), torch.nn.ReLU(),
        torch.nn.Linear(width, width), torch.nn.ReLU(),
        torch.nn.Linear(width, len(SOUNDS)),
    )  # fmt: skip
    teach(net, (levels, kinds, places), prior, asked.steps, dice)
    print(f"held-out accuracy {accuracy(net, joined(held)):.3f}")
    save(net, prior, asked.out)


def teach(
    net: torch.nn.Sequential,
    material: tuple[np.ndarray, np.ndarray, np.ndarray],
    prior: np.ndarray,
    steps: int,
    dice: np.random.Generator,
) -> None:
    levels, kinds, places = material
    weight = torch.tensor((1 / prior) ** 0.3, dtype=torch.float32)
    loss_of = torch.nn.CrossEntropyLoss(weight=weight / weight.mean(), label_smoothing=0.05)
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    for _ in range(steps):
        chosen = places[dice.integers(len(places), size=BATCH)]
        batch = varied(levels[chosen[:, None] + REACH].astype(np.float32), dice)
        loss = loss_of(net(torch.tensor(batch.reshape(BATCH, -1))), torch.tensor(kinds[chosen].astype(np.int64)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()


def accuracy(net: torch.nn.Sequential, material: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
    levels, kinds, places = material
    with torch.no_grad():
        said = net(torch.tensor(levels[places[:, None] + REACH].reshape(len(places), -1).astype(np.float32))).argmax(1)
    return float((said.numpy() == kinds[places]).mean())


def save(net: torch.nn.Sequential, prior: np.ndarray, out: Path) -> None:
    """As the package reads it: half precision weights, `w0, b0, w1, ...` and the prior."""
    arrays = {"prior": prior.astype(np.float32)}
    layers = [layer for layer in net if isinstance(layer, torch.nn.Linear)]
    for number, layer in enumerate(layers):
        arrays[f"w{number}"] = layer.weight.detach().numpy().astype(np.float16)
        arrays[f"b{number}"] = layer.bias.detach().numpy().astype(np.float32)
    np.savez_compressed(out, **arrays)


if __name__ == "__main__":
    main()
