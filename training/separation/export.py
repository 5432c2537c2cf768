"""Export a checkpoint, or the average of several, as the model the package ships, checked against PyTorch.

python -m training.separation.export --checkpoint training/checkpoints/best.pt training/checkpoints/last.pt
"""

import argparse
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from harmonix_splitter.adapters.engines.separation.learned_masks import MODEL, learned_masks
from harmonix_splitter.audio.bands import BANDS, FEATURES
from training.separation.network import Separator
from training.separation.train import CHECKPOINTS

_MOST_BYTES = 8 * 2**20


def network_from(*checkpoints: Path) -> Separator:
    """The averaged network of a checkpoint, or the average of those of several of one course, ready to answer."""
    states = [torch.load(checkpoint, map_location="cpu", weights_only=True) for checkpoint in checkpoints]
    first = states[0]
    network = Separator(tuple(first["widths"]))
    network.load_state_dict(
        {
            name: sum(state["average"][name] for state in states) / len(states) if value.is_floating_point() else value
            for name, value in first["average"].items()
        }
    )
    return network.eval()


class Quick(nn.Module):
    """The same answers, put so that onnxruntime is quick: its softmax over any axis but the last is a third of all."""

    def __init__(self, network: Separator) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: Tensor) -> Tensor:
        scores = self.network.scores(features)
        shares = torch.exp(scores - scores.amax(1, keepdim=True))
        return shares / shares.sum(1, keepdim=True)


def export(network: Separator, target: Path) -> float:
    """Write the model and its checksum; the largest difference to PyTorch on noise of another length."""
    torch.onnx.export(
        Quick(network).eval(),
        (torch.zeros(1, FEATURES, 64, BANDS),),
        str(target),
        input_names=["features"],
        output_names=["masks"],
        dynamic_axes={"features": {2: "frames"}, "masks": {3: "frames"}},
        opset_version=17,
        dynamo=False,
    )
    content = target.read_bytes()
    if len(content) > _MOST_BYTES:
        raise SystemExit(f"{target} has {len(content)} bytes; {_MOST_BYTES} is the most the package may carry.")
    target.with_suffix(".sha256").write_text(f"{sha256(content).hexdigest()}  {target.name}\n")
    noise = np.random.default_rng(0).uniform(-1.5, 1, (1, FEATURES, 152, BANDS)).astype(np.float32)
    with torch.no_grad():
        ours = network(torch.from_numpy(noise)).numpy()
    return float(np.abs(learned_masks(target).network(noise) - ours).max())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--checkpoint", type=Path, nargs="+", default=[CHECKPOINTS / "best.pt"])
    asked.add_argument("--target", type=Path, default=MODEL)
    wish = asked.parse_args()
    difference = export(network_from(*wish.checkpoint), wish.target)
    if difference > 1e-3:
        raise SystemExit(f"The exported model differs from PyTorch by {difference:.2e}.")
    print(f"{wish.target}: {wish.target.stat().st_size} bytes, differs from PyTorch by at most {difference:.1e}")


if __name__ == "__main__":
    main()
