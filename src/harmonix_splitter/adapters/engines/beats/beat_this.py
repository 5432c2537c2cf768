"""Beats by Beat This (Foscarin, Schlüter, Widmer, ISMIR 2024): our own ears, the network as ONNX or its package."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines import torch_weights
from harmonix_splitter.adapters.engines.analysis_models import BEAT_THIS, BEAT_THIS_ONNX
from harmonix_splitter.analysis.activations import beats_from
from harmonix_splitter.domain.models import Presence
from harmonix_splitter.errors import AnalysisError, EngineMissingError
from harmonix_splitter.services.ports.analysis import FoundBeats, Sound
from harmonix_splitter.services.ports.models import ModelStore

Floats = NDArray[Any]
Network = Callable[[Floats], tuple[Floats, Floats]]

RATE, HOP, WINDOW, BANDS = 22_050, 441, 1_024, 128
_LOWEST, _HIGHEST = 30.0, 11_000.0
_CHUNK, _BORDER = 1_500, 6


@dataclass(frozen=True)
class BeatThis:
    """BeatEngine: on onnxruntime where the ONNX file is here, otherwise on the package `beat_this`."""

    store: ModelStore
    name: str = "beat_this"
    _opened: list[Network] = field(default_factory=list)

    def require(self) -> None:
        if self.store.presence(BEAT_THIS_ONNX) is Presence.HERE:
            return
        torch_weights.require_torch(self.name)
        if find_spec("beat_this") is None:
            raise EngineMissingError(
                "Beat This needs its network.",
                advice="Put beat_this.onnx into the models folder, or its checkpoint and the package beat-this.",
            )
        self.store.paths(BEAT_THIS)

    def beats(self, sound: Sound) -> FoundBeats:
        if not self._opened:
            self._opened.append(self._network())
        beat, downbeat = _in_chunks(self._opened[0], log_mel(sound.mono(RATE)))
        chances = 1 / (1 + np.exp(-np.stack([beat, downbeat])))
        times, positions = beats_from(np.maximum(chances[0] - chances[1], 0), chances[1], RATE / HOP)
        return FoundBeats(times, positions)

    def _network(self) -> Network:
        if self.store.presence(BEAT_THIS_ONNX) is Presence.HERE:
            return _from_onnx(self.store.paths(BEAT_THIS_ONNX)[0])
        return _from_package(self.store.paths(BEAT_THIS)[0])


def log_mel(audio: Floats) -> Floats:
    """(frames, 128): magnitudes by the square root of the window, on Slaney's mel scale, log(1 + 1000 x)."""
    import scipy.fft

    padded = np.pad(audio.astype(np.float32), WINDOW // 2, mode="reflect" if len(audio) > WINDOW // 2 else "constant")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)
    rows = [
        np.abs(scipy.fft.rfft(frames[at : at + 2048] * hann, axis=1)) / np.sqrt(WINDOW) @ _triangles()
        for at in range(0, len(frames), 2048)
    ]
    return np.asarray(np.log1p(1000 * np.concatenate(rows)), np.float32)


@cache
def _triangles() -> Floats:
    bins = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    edges = _hertz(np.linspace(_mel(_LOWEST), _mel(_HIGHEST), BANDS + 2))
    rising = (bins[:, None] - edges[None, :-2]) / np.diff(edges)[:-1]
    falling = (edges[None, 2:] - bins[:, None]) / np.diff(edges)[1:]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _mel(hertz: float) -> float:
    """Slaney's scale: even steps up to 1 kHz, then even steps in the logarithm."""
    return hertz * 3 / 200 if hertz < 1000 else 15 + float(np.log(hertz / 1000)) * 27 / float(np.log(6.4))


def _hertz(mel: Floats) -> Floats:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


def _in_chunks(network: Network, seen: Floats) -> tuple[Floats, Floats]:
    """Thirty seconds at a time; the frames nearest to a chunk's borders are taken from the chunk beside it."""
    count = len(seen)
    starts = list(range(-_BORDER, max(1, count - _BORDER), _CHUNK - 2 * _BORDER))
    if len(starts) > 1:
        starts[-1] = count - (_CHUNK - _BORDER)  # the last chunk is as long as the others
    padded = np.pad(seen, ((_BORDER, _BORDER), (0, 0)))
    found = np.zeros((2, count), np.float32)
    for start in reversed(starts):
        chunk = padded[start + _BORDER : start + _BORDER + _CHUNK]
        inner = np.stack(network(chunk))[:, _BORDER:-_BORDER]
        found[:, start + _BORDER : start + _BORDER + inner.shape[1]] = inner
    return found[0], found[1]


def _from_onnx(path: Path) -> Network:
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as broken:  # onnxruntime's own errors share no base class
        raise AnalysisError(f"{path.name} cannot be opened: {str(broken)[:200]}") from broken
    wanted, names = session.get_inputs()[0].name, {output.name for output in session.get_outputs()}
    if not {"beat", "downbeat"} <= names:
        raise AnalysisError(f"{path.name} must answer `beat` and `downbeat`.")

    def network(chunk: Floats) -> tuple[Floats, Floats]:
        try:
            beat, downbeat = session.run(["beat", "downbeat"], {wanted: chunk[None]})
        except Exception as broken:  # as above
            raise AnalysisError(f"The beat network failed: {str(broken)[:200]}") from broken
        return np.ravel(beat), np.ravel(downbeat)

    return network


def _from_package(path: Path) -> Network:
    import torch
    from beat_this.model.beat_tracker import BeatThis as Tracker

    found = torch_weights.read(path)
    try:
        width = found["state_dict"]["model.transformer_blocks.norm.gamma"].shape[0]
        tracker = Tracker(transformer_dim=width).eval()
        tracker.load_state_dict({name.removeprefix("model."): value for name, value in found["state_dict"].items()})
    except (KeyError, RuntimeError) as other:
        raise AnalysisError(f"{path.name} is no Beat This checkpoint: {str(other)[:200]}") from other

    def network(chunk: Floats) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            answer = tracker(torch.from_numpy(chunk)[None])
        return answer["beat"][0].numpy(), answer["downbeat"][0].numpy()

    return network
