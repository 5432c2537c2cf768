"""Beats by the convolutional recurrent network of BeatNet (Heydari, Cwitkowitz, Duan, ISMIR 2021), decoded our way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines import torch_weights
from harmonix_splitter.adapters.engines.analysis_models import BEATNET
from harmonix_splitter.analysis.activations import beats_from
from harmonix_splitter.services.ports.analysis import FoundBeats, Sound
from harmonix_splitter.services.ports.models import ModelStore

Floats = NDArray[Any]

RATE, HOP, WINDOW = 22_050, 441, 1_411
_PER_OCTAVE, _LOWEST, _HIGHEST = 24, 30.0, 17_000.0
_FRAMES_AT_ONCE = 3_000


@dataclass(frozen=True)
class BeatNet:
    """BeatEngine on torch."""

    store: ModelStore
    name: str = "beatnet"
    _weights: dict[str, Any] = field(default_factory=dict)

    def require(self) -> None:
        torch_weights.require_torch(self.name)
        self.store.paths(BEATNET)

    def beats(self, sound: Sound) -> FoundBeats:
        if not self._weights:
            self._weights.update(torch_weights.read(self.store.paths(BEATNET)[0]))
        chances = _answer(self._weights, features_of(sound.mono(RATE)))
        times, positions = beats_from(chances[:, 0], chances[:, 1], RATE / HOP)
        return FoundBeats(times, positions)


def features_of(audio: Floats) -> Floats:
    """What the network was trained to see: log energies 24 to the octave, and how much each rose. (frames, 272)"""
    padded = np.pad(audio.astype(np.float32), WINDOW // 2 + 1)
    count = -(-len(audio) // HOP)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[1::HOP][:count]
    logs = np.concatenate([_log_bands(frames[at : at + 2048]) for at in range(0, count, 2048)])
    rises = np.maximum(np.diff(logs, axis=0, prepend=logs[:1]), 0)
    return np.concatenate([logs, rises], axis=1)


def _log_bands(frames: Floats) -> Floats:
    import scipy.fft

    spectra = np.abs(scipy.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32), axis=1))[:, : WINDOW // 2]
    return np.asarray(np.log10(1 + spectra @ _filters()), np.float32)


@cache
def _filters() -> Floats:
    """Triangles over the distinct bins nearest to a quarter-tone scale on 440 Hz, each summing to one."""
    low, high = (np.log2(edge / 440) * _PER_OCTAVE for edge in (_LOWEST, _HIGHEST))
    scale = 440 * 2 ** (np.arange(np.ceil(low), np.floor(high) + 1) / _PER_OCTAVE)
    bins = np.arange(WINDOW // 2) * RATE / (WINDOW // 2 * 2)
    after = np.clip(np.searchsorted(bins, scale), 1, len(bins) - 1)
    nearest = after - (scale - bins[after - 1] < bins[after] - scale)
    edges = np.unique(nearest)
    filters = np.zeros((len(bins), len(edges) - 2), np.float32)
    for band, (start, middle, stop) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
        filters[start:middle, band] = np.arange(middle - start) / (middle - start)
        filters[middle:stop, band] = np.arange(stop - middle, 0, -1) / (stop - middle)
    return np.asarray(filters / np.maximum(filters.sum(axis=0), 1e-9))


def _answer(weights: Mapping[str, Any], seen: Floats) -> Floats:
    """Chances of beat, downbeat and neither, frame by frame. The memory of the network runs through the whole song."""
    import torch
    from torch.nn import functional as maths

    memory = torch.nn.LSTM(150, 150, 2, batch_first=True)
    memory.load_state_dict({name[5:]: value for name, value in weights.items() if name.startswith("lstm.")})
    state, parts = None, []
    with torch.inference_mode():
        for at in range(0, len(seen), _FRAMES_AT_ONCE):
            rows = torch.from_numpy(seen[at : at + _FRAMES_AT_ONCE])[:, None]
            heard = maths.max_pool1d(maths.conv1d(rows, weights["conv1.weight"], weights["conv1.bias"]).relu(), 2)
            narrow = maths.linear(heard.flatten(1), weights["linear0.weight"], weights["linear0.bias"])
            remembered, state = memory(narrow[None], state)
            logits = maths.linear(remembered[0], weights["linear.weight"], weights["linear.bias"])
            parts.append(torch.softmax(logits, dim=1).numpy())
    return np.concatenate(parts)
