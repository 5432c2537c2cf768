"""Spectrum-domain ONNX models on onnxruntime: the registry's and the user's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines.warm import WarmModels
from harmonix_splitter.audio.chunks import Segmentation, with_context
from harmonix_splitter.audio.spectra import istft, stft
from harmonix_splitter.domain.models import Layout, Model, Presence, SpectrumShape
from harmonix_splitter.domain.separation import Offer, Recipe, Track
from harmonix_splitter.errors import DeviceTooSmallError, EngineMissingError, SeparationError
from harmonix_splitter.services.ports.models import ModelStore
from harmonix_splitter.services.ports.separation import Setup, StemSplitter

_PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "mps": "CoreMLExecutionProvider",
    "dml": "DmlExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
_SIDES = 4
_MARGIN_FRAMES = 5
_USUAL_FRAMES = {Layout.TDC: 64, Layout.MDX: 256}


@dataclass(frozen=True)
class OnnxEngine:
    """SeparationEngine on onnxruntime."""

    store: ModelStore
    threads: int = 0
    warm: WarmModels = field(default_factory=WarmModels)
    name: str = "onnx"

    def offers(self, recipe: Recipe) -> tuple[Offer, ...]:
        models = [model for model in self.store.models() if model.engine == self.name]
        if recipe.model:
            models = [model for model in models if model.name == recipe.model]
            for model in models:
                self.store.paths(model)
        here = [model for model in models if self.store.presence(model) is Presence.HERE]
        if not here and not recipe.model:
            raise EngineMissingError(
                "No ONNX model is in the models folder.", advice="See: harmonix models list, harmonix models pull."
            )
        return tuple(Offer(self.name, model.name, model.stems) for model in here)

    def devices(self) -> tuple[str, ...]:
        import onnxruntime

        there = onnxruntime.get_available_providers()
        return tuple(device for device, provider in _PROVIDERS.items() if provider in there)

    def load(self, offer: Offer, _needed: tuple[str, ...], setup: Setup) -> StemSplitter:
        model = self.store.named(offer.model)
        path = self.store.paths(model)[0]
        with onnx_errors(setup.device):
            session = self.warm.get((path, setup.device), lambda: _session(path, setup.device, self.threads))
        return OnnxSplitter.around(session, model, setup)


@dataclass(frozen=True)
class OnnxSplitter:
    """StemSplitter around one session: spectra of fixed size go in, spectra of the stem come out."""

    session: Any
    stems: tuple[str, ...]
    shape: SpectrumShape
    bins: int
    segmentation: Segmentation
    device: str
    batch: int = 1
    notes: tuple[str, ...] = ()

    @classmethod
    def around(cls, session: Any, model: Model, setup: Setup) -> "OnnxSplitter":
        shape, given = model.spectrum, session.get_inputs()[0].shape
        if len(given) != _SIDES or given[1] != _SIDES or not isinstance(given[2], int):
            raise SeparationError(
                f"The model {model.name} wants {given}, not spectra of two channels (pieces, 4, bins, frames).",
                advice="Only MDX-Net and TDC layouts are supported.",
            )
        if given[2] > shape.size // 2 + 1:
            raise SeparationError(f"The model {model.name} wants {given[2]} bins; an STFT of {shape.size} has fewer.")
        frames = given[3] if isinstance(given[3], int) else _USUAL_FRAMES[shape.layout]
        margin = max(_MARGIN_FRAMES, shape.size // 2 // shape.hop + 1) * shape.hop
        core = (frames - 2) * shape.hop - 2 * margin
        provider = session.get_providers()[0]
        is_as_asked = provider == _PROVIDERS[setup.device]
        notes = () if is_as_asked else (f"onnxruntime could not use {setup.device} and runs on the processor.",)
        device = f"{setup.device if is_as_asked else 'cpu'} ({provider})"
        segmentation = with_context(core, margin, shape.hop)
        batch = 1 if provider == _PROVIDERS["cpu"] or isinstance(given[0], int) else max(1, 4 >> setup.shrink)
        return cls(session, model.stems, shape, given[2], segmentation, device, batch, notes)

    def split(self, segments: NDArray[np.float32], _track: Track, /) -> NDArray[np.float32]:
        spectra = np.stack([self._layered(segment) for segment in segments])
        with onnx_errors(self.device):
            results = self.session.run(None, {self.session.get_inputs()[0].name: spectra})[0]
        if results.shape != spectra.shape:
            raise SeparationError(f"The model returned spectra of an unexpected shape {results.shape}.")
        return np.stack([self._sound(result, segments.shape[2])[None] for result in results])

    def _layered(self, segment: NDArray[np.float32]) -> NDArray[np.float32]:
        """(2, samples) -> (left real, left imaginary, right real, right imaginary) x bins x frames."""
        spectrum = stft(segment, self.shape.size, self.shape.hop)[:, :, : self.bins].transpose(0, 2, 1)
        layers = np.empty((_SIDES, *spectrum.shape[1:]), np.float32)
        layers[0::2], layers[1::2] = spectrum.real, spectrum.imag
        layers[:, : self.shape.quiet_bins] = 0
        return layers

    def _sound(self, layers: NDArray[np.float32], samples: int) -> NDArray[np.float32]:
        spectrum = np.zeros((2, layers.shape[2], self.shape.size // 2 + 1), np.complex64)
        spectrum[:, :, : self.bins] = (layers[0::2] + 1j * layers[1::2]).transpose(0, 2, 1)
        return istft(spectrum, samples, self.shape.size, self.shape.hop) * np.float32(self.shape.gain)


def _session(path: Path, device: str, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    # Threads that wait by spinning steal the processor from the server beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    # Planning all buffers ahead costs twice the memory and is slower (docs/performance.md).
    options.enable_mem_pattern = False
    options.use_deterministic_compute = True
    providers = list(dict.fromkeys([_PROVIDERS[device], _PROVIDERS["cpu"]]))
    return onnxruntime.InferenceSession(str(path), options, providers=providers)


@contextmanager
def onnx_errors(device: str) -> Iterator[None]:
    """Translate what onnxruntime raises."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf, state.RuntimeException)
    try:
        yield
    except (MemoryError, *kinds, state.NotImplemented, state.NoSuchFile) as problem:
        text = str(problem)
        if isinstance(problem, MemoryError) or "alloc" in text.lower() or "out of memory" in text.lower():
            raise DeviceTooSmallError(f"{device} has too little memory for this model.", device=device) from problem
        raise SeparationError("The ONNX model could not be run.", reason=text[:300]) from problem
