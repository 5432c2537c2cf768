"""The key by a convolutional network (Korzeniowski & Widmer 2018, weights of Menschomat/MusicalKeyCNN)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines import torch_weights
from harmonix_splitter.adapters.engines.analysis_models import KEYNET
from harmonix_splitter.audio.constant_q import ConstantQ
from harmonix_splitter.errors import AnalysisError
from harmonix_splitter.services.ports.analysis import Sound
from harmonix_splitter.services.ports.models import ModelStore

Floats = NDArray[Any]

# The network learned from 44.1 kHz and 8820 samples a frame; its highest bin, 1.3 kHz, is heard at a quarter of that.
_RATE, _HOP, _SHARE = 11_025, 2_205, 4
_POOLED_AFTER = (2, 4, 6)
_CONVOLUTIONS = 9
_SHORTEST = 8


@dataclass(frozen=True)
class KeyNet:
    """KeyEngine on torch."""

    store: ModelStore
    name: str = "keynet"
    _weights: dict[str, Any] = field(default_factory=dict)

    def require(self) -> None:
        torch_weights.require_torch(self.name)
        self.store.paths(KEYNET)

    def chances(self, sound: Sound) -> Floats:
        seen = ConstantQ(_RATE, _HOP, 65.0, 105, 24).of(sound.mono(_RATE)) * np.float32(np.sqrt(_SHARE))
        if len(seen) < _SHORTEST + 2:
            raise AnalysisError("The recording is too short for the key network.")
        if not self._weights:
            self._weights.update(torch_weights.read(self.store.paths(KEYNET)[0]))
        return from_camelot(_answer(self._weights, np.log1p(seen[:-2].T)))


def from_camelot(chances: Floats) -> Floats:
    """The network counts round the wheel, 1A to 12A and 1B to 12B; we count 12 major keys from C, then 12 minor."""
    number = np.arange(12)
    major, minor = (7 * number + 7) % 12, (7 * (number + 3) + 7) % 12
    return np.concatenate([chances[12 + major], chances[minor]])


def _answer(weights: Mapping[str, Any], seen: Floats) -> Floats:
    import torch
    from torch.nn import functional as maths

    with torch.inference_mode():
        layer = torch.from_numpy(seen.astype(np.float32))[None, None]
        for number in range(1, _CONVOLUTIONS + 1):
            convolved = maths.conv2d(layer, weights[f"conv{number}.conv.weight"], padding="same")
            bn = {part: weights[f"conv{number}.bn.{part}"] for part in ("running_mean", "running_var")}
            layer = maths.elu(
                maths.batch_norm(
                    convolved, **bn, weight=weights[f"conv{number}.bn.weight"], bias=weights[f"conv{number}.bn.bias"]
                )
            )
            if number in _POOLED_AFTER:
                layer = maths.max_pool2d(layer, 2)
        chances: Floats = torch.softmax(layer.mean(dim=(2, 3))[0], dim=0).numpy()
    return chances
