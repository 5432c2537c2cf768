"""Fits analysis/weights/stems.npz on composed songs; every fifth song is kept to judge. Whatever can be heard at all
counts as there, so that a stem's own instrument is found in all that leaks into it.

python -m training.analysis.fit_stems /composed src/harmonix_splitter/analysis/weights/stems.npz
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from harmonix_splitter.analysis.instrument_model import NAMES, patches_of, without_flutter
from training.analysis.examples import examples_in


def mixtures(examples: list, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random bands of parts of random songs; energies add, so log-mels mix without rendering again."""
    chance = np.random.default_rng(seed)
    rows, truths = [], []
    for _ in range(count):
        song = examples[chance.integers(len(examples))]
        parts = [p for p in song.parts if chance.random() < 0.6] or [next(iter(song.parts))]
        if chance.random() < 0.3:
            parts = [parts[0]]
        length = min(len(song.parts[p].timbre) for p in parts)
        gains = chance.uniform(-1.2, 1.0, len(parts))
        energy = sum(np.exp(song.parts[p].timbre[:length] + g) for p, g in zip(parts, gains, strict=True))
        heard = np.stack([(np.exp(song.parts[p].timbre[:length] + g) > 0.03 * energy).mean(axis=(1)) > 0.05
                          for p, g in zip(parts, gains, strict=True)])  # fmt: skip
        mixed = SimpleNamespace(timbre=np.log(energy), flutter=np.zeros_like(energy), level=energy.sum(axis=1))
        patches = without_flutter(patches_of(mixed).rows)
        for index, patch in enumerate(patches):
            truth = np.zeros(len(NAMES), np.float32)
            for p, audible in zip(parts, heard, strict=True):
                truth[NAMES.index(p)] = audible[index * 32 : index * 32 + 32].mean() > 0.15
            rows.append(patch)
            truths.append(truth)
    return np.array(rows), np.array(truths)


def fitted(rows: np.ndarray, truths: np.ndarray, epochs: int = 60) -> dict[str, np.ndarray]:
    torch.manual_seed(0)
    mean, spread = rows.mean(0), rows.std(0) + 0.1
    x, y = torch.tensor((rows - mean) / spread), torch.tensor(truths)
    net = torch.nn.Sequential(torch.nn.Linear(160, 64), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(64, 32),
                              torch.nn.ReLU(), torch.nn.Linear(32, len(NAMES)))  # fmt: skip
    steps = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.02)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(256):
            noisy = x[batch] + 0.15 * torch.randn_like(x[batch])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(noisy), y[batch])
            steps.zero_grad()
            loss.backward()
            steps.step()
    layers = [net[0], net[3], net[5]]
    arrays = {"mean": mean, "spread": spread}
    for number, layer in enumerate(layers, 1):
        arrays |= {f"w{number}": layer.weight.detach().numpy().T, f"b{number}": layer.bias.detach().numpy()}
    return {name: values.astype(np.float16 if name.startswith("w") else np.float32) for name, values in arrays.items()}


def main() -> None:
    torch.set_num_threads(1)
    examples = examples_in(Path(sys.argv[1]))
    kept = [e for number, e in examples.items() if number % 5]
    rows, truths = mixtures(kept, 1500, 0)
    np.savez_compressed(sys.argv[2], **fitted(rows, truths))


if __name__ == "__main__":
    main()
