"""Chords by the bi-directional transformer of Park et al. (ISMIR 2019), 170 labels; the user brings the weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines import torch_weights
from harmonix_splitter.adapters.engines.analysis_models import BTC
from harmonix_splitter.audio.constant_q import ConstantQ
from harmonix_splitter.domain.analysis import ChordName
from harmonix_splitter.errors import AnalysisError
from harmonix_splitter.services.ports.analysis import ChordChances, Sound
from harmonix_splitter.services.ports.models import ModelStore

Floats = NDArray[Any]

RATE, HOP, _PIECE_SECONDS, _FRAMES = 22_050, 2_048, 10, 108
_C1 = 440 * 2 ** ((24 - 69) / 12)
_HEADS, _WIDTH = 4, 128
_QUALITIES = ("min", "maj", "dim", "aug", "min6", "maj6", "min7", "minmaj7", "maj7", "7", "dim7", "hdim7", "sus2",
              "sus4")  # fmt: skip
# Label 168 is "something else"; nobody can show that as a chord, so its chance goes to no chord.
NAMES = (*(ChordName(root, quality) for root in range(12) for quality in _QUALITIES), ChordName(None, "N"))


@dataclass(frozen=True)
class Btc:
    """ChordEngine on torch, for `btc_model_large_voca.pt`."""

    store: ModelStore
    name: str = "btc"
    _checkpoint: dict[str, Any] = field(default_factory=dict)

    def require(self) -> None:
        torch_weights.require_torch(self.name)
        self.store.paths(BTC)

    def chances(self, sound: Sound) -> ChordChances:
        if not self._checkpoint:
            self._checkpoint.update(_checked(torch_weights.read(self.store.paths(BTC)[0])))
        mean, spread = float(self._checkpoint["mean"]), float(self._checkpoint["std"])
        audio, step = sound.mono(RATE), RATE * _PIECE_SECONDS
        pieces = [_seen(audio[at : at + step]) for at in range(0, max(1, len(audio)), step)]
        logs = np.concatenate([_answer(self._checkpoint["model"], (piece - mean) / spread) for piece in pieces])
        nothing = np.logaddexp(logs[:, 168], logs[:, 169])
        return ChordChances(NAMES, np.column_stack([logs[:, :168], nothing]), _FRAMES / _PIECE_SECONDS)


def _checked(found: Mapping[str, Any]) -> Mapping[str, Any]:
    labels = found.get("model", {}).get("output_layer.output_projection.bias")
    if labels is None or "mean" not in found or "std" not in found:
        raise AnalysisError("This file is no BTC checkpoint: it lacks mean, std or model.")
    if len(labels) != len(NAMES) + 1:
        raise AnalysisError(f"This BTC checkpoint knows {len(labels)} labels; the one with 170 is needed.")
    return found


def _seen(piece: Floats) -> Floats:
    """Log magnitudes of ten seconds: quarter tones from C1, as many frames as the network counts."""
    padded = np.pad(piece, (0, max(0, HOP * 8 - len(piece))))
    return np.log(ConstantQ(RATE, HOP, _C1, 144, 24).of(padded)[:_FRAMES] + 1e-6)


def _answer(weights: Mapping[str, Any], seen: Floats) -> Floats:
    """(frames, 144) -> log chances (frames, 170)."""
    import torch
    from torch.nn import functional as maths

    with torch.inference_mode():
        rows = torch.from_numpy(np.pad(seen, ((0, _FRAMES - len(seen)), (0, 0))).astype(np.float32))
        layer = maths.linear(rows, weights["self_attn_layers.embedding_proj.weight"]) + torch.from_numpy(_places())
        count = sum(name.endswith("attn_block.layer_norm_mha.gamma") for name in weights) // 2
        later = torch.triu(torch.full((_FRAMES, _FRAMES), -torch.inf), 1)
        for number in range(count):
            at = f"self_attn_layers.self_attn_layers.{number}"
            ways = [_block(weights, f"{at}.attn_block", layer, later),
                    _block(weights, f"{at}.backward_attn_block", layer, later.T)]  # fmt: skip
            layer = maths.linear(torch.cat(ways, dim=1), weights[f"{at}.linear.weight"], weights[f"{at}.linear.bias"])
        last = _levelled(weights, "self_attn_layers.layer_norm", layer)
        out = "output_layer.output_projection"
        logits = maths.linear(last, weights[f"{out}.weight"], weights[f"{out}.bias"])
        logs: Floats = torch.log_softmax(logits, dim=1)[: len(seen)].numpy()
    return logs


def _block(weights: Mapping[str, Any], at: str, layer: Any, mask: Any) -> Any:
    """Attention one way through time, then two short convolutions; each is added to what came in."""
    from torch.nn import functional as maths

    heard = layer + _attended(
        weights, f"{at}.multi_head_attention", _levelled(weights, f"{at}.layer_norm_mha", layer), mask
    )
    inner = _levelled(weights, f"{at}.layer_norm_ffn", heard).T[None]
    for number in range(2):
        place = f"{at}.positionwise_convolution.layers.{number}.conv"
        inner = maths.conv1d(inner, weights[f"{place}.weight"], weights[f"{place}.bias"], padding=1).relu()
    return heard + inner[0].T


def _attended(weights: Mapping[str, Any], at: str, layer: Any, mask: Any) -> Any:
    import torch
    from torch.nn import functional as maths

    query, key, value = (
        maths.linear(layer, weights[f"{at}.{part}_linear.weight"]).view(len(layer), _HEADS, -1).transpose(0, 1)
        for part in ("query", "key", "value")
    )
    likeness = query * (_WIDTH // _HEADS) ** -0.5 @ key.transpose(1, 2) + mask
    gathered = (torch.softmax(likeness, dim=-1) @ value).transpose(0, 1).flatten(1)
    return maths.linear(gathered, weights[f"{at}.output_linear.weight"])


def _levelled(weights: Mapping[str, Any], at: str, layer: Any) -> Any:
    spread = layer.std(-1, keepdim=True) + 1e-6
    return weights[f"{at}.gamma"] * (layer - layer.mean(-1, keepdim=True)) / spread + weights[f"{at}.beta"]


def _places() -> Floats:
    """Where in the ten seconds a frame stands: sines, then cosines, of ever longer waves."""
    waves = _WIDTH // 2
    turns = np.arange(_FRAMES)[:, None] * np.exp(-np.log(1e4) * np.arange(waves) / (waves - 1))[None, :]
    return np.concatenate([np.sin(turns), np.cos(turns)], axis=1).astype(np.float32)
