"""Demucs models through our own streaming loop: batched on a GPU, short arithmetic where it was tried and agrees."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines.separation.demucs_models import (
    Part,
    Repository,
    bag_of,
    network,
    torch_errors,
)
from harmonix_splitter.adapters.engines.separation.precision import best_precision, run_at
from harmonix_splitter.adapters.engines.separation.qualities import DEMUCS, ONE_SPECIALIST, SIX_STEMS
from harmonix_splitter.adapters.engines.warm import WarmModels
from harmonix_splitter.audio.chunks import Segmentation, with_triangle
from harmonix_splitter.domain.models import Presence
from harmonix_splitter.domain.separation import Mode, Offer, Quality, Recipe, Track
from harmonix_splitter.errors import EngineMissingError
from harmonix_splitter.services.ports.models import ModelStore
from harmonix_splitter.services.ports.separation import Setup, StemSplitter

_RATE = 44_100
_GPU_BATCH = 8
_STEMS = ("drums", "bass", "other", "vocals")


@dataclass(frozen=True)
class DemucsEngine:
    """SeparationEngine on the demucs package; `repository` holds models of the user's own in Demucs' form."""

    store: ModelStore
    repository: Repository
    threads: int = 0
    short_arithmetic: bool = True
    warm: WarmModels = field(default_factory=WarmModels)
    name: str = "demucs"

    def offers(self, recipe: Recipe) -> tuple[Offer, ...]:
        if find_spec("demucs") is None or find_spec("torch") is None:
            raise EngineMissingError("It is not installed.", advice="Run: pip install harmonix-splitter[demucs]")
        if recipe.model:
            return self._named(recipe.model)
        names = [model.name for model in self.store.models() if model.engine == self.name]
        here = [name for name in names if self.store.presence(self.store.named(name)) is Presence.HERE]
        if not here:
            raise EngineMissingError("None of its models is here.", advice="Run: harmonix models pull htdemucs")
        order = [name for name in _preference(recipe) if name in here]
        return tuple(Offer(self.name, name, self.store.named(name).stems) for name in order)

    def devices(self) -> tuple[str, ...]:
        import torch

        has_mps = torch.backends.mps.is_available()
        return (*(("cuda",) if torch.cuda.is_available() else ()), *(("mps",) if has_mps else ()), "cpu")

    def load(self, offer: Offer, needed: tuple[str, ...], setup: Setup) -> StemSplitter:
        parts, segment = self._parts(offer.model)
        if setup.shrink:
            self.warm.forget()
        networks = [self._network(part, offer, needed, setup) for part in parts]
        chosen = [(model, part.weights) for model, part in zip(networks, parts, strict=True) if model is not None]
        return _splitter(chosen, offer, setup, segment, self.short_arithmetic)

    def _named(self, name: str) -> tuple[Offer, ...]:
        if name in self.repository.names():
            parts, _ = self.repository.parts(name)
            stems = tuple(self._loaded(parts[0], "cpu").sources)
            return (Offer(self.name, name, stems),)
        known = [model for model in self.store.models() if (model.engine, model.name) == (self.name, name)]
        for model in known:
            self.store.paths(model)
        return tuple(Offer(self.name, model.name, model.stems) for model in known)

    def _parts(self, name: str) -> tuple[tuple[Part, ...], float]:
        if name in self.repository.names():
            return self.repository.parts(name)
        return bag_of(name, self.store.paths(self.store.named(name)))

    def _network(self, part: Part, offer: Offer, needed: tuple[str, ...], setup: Setup) -> Any:
        """None for a specialist of a stem nobody wants: a quarter of the work for vocals alone, the same vocals."""
        if part.weights and not any(w for w, stem in zip(part.weights, offer.stems, strict=True) if stem in needed):
            return None
        return self._loaded(part, setup.device)

    def _loaded(self, part: Part, device: str) -> Any:
        return self.warm.get((part.path, device), lambda: _on_device(part.path, device, self.threads))


def _preference(recipe: Recipe) -> Sequence[str]:
    """Model names, best first: six stems when guitar or piano are asked for, the specialist for a single stem."""
    models = list(DEMUCS[recipe.quality].models)
    if recipe.mode is Mode.PER_INSTRUMENT and {"guitar", "piano"} & set(recipe.stems):
        return [SIX_STEMS, *models]
    if recipe.mode is Mode.KARAOKE and recipe.quality is not Quality.DRAFT:
        return [ONE_SPECIALIST, *(name for name in models if name != ONE_SPECIALIST), SIX_STEMS]
    return [*models, SIX_STEMS]


@dataclass(frozen=True)
class DemucsSplitter:
    """StemSplitter around one network or a weighted bag of them."""

    networks: list[tuple[Any, tuple[float, ...]]]
    stems: tuple[str, ...]
    segmentation: Segmentation
    device: str
    batch: int
    precisions: tuple[str, ...]
    on: str
    notes: tuple[str, ...] = ()

    def split(self, segments: NDArray[np.float32], track: Track, /) -> NDArray[np.float32]:
        """Demucs hears every song at the same loudness: the mean and spread of the whole song are taken out first."""
        import torch

        spread = np.float32(track.spread + 1e-8)
        with torch_errors(self.on):
            audio = torch.from_numpy((segments - np.float32(track.mean)) / spread).to(self.on)
            total: Any = 0.0
            for (model, weights), precision in zip(self.networks, self.precisions, strict=True):
                result = run_at(model, audio, self.on, precision)
                total = total + (result * self._row(weights).to(self.on) if weights else result)
            total = total / self._sum_of_weights().to(self.on)
            stems: NDArray[np.float32] = total.cpu().numpy()
        return stems * spread + np.float32(track.mean)

    def _row(self, weights: tuple[float, ...]) -> Any:
        import torch

        return torch.tensor(weights, dtype=torch.float32)[None, :, None, None]

    def _sum_of_weights(self) -> Any:
        """Per stem; stems nobody computes are silent and divided by one."""
        import torch

        rows = [weights or (1.0,) * len(self.stems) for _, weights in self.networks]
        return torch.tensor([sum(column) or 1.0 for column in zip(*rows, strict=True)])[None, :, None, None]


def _splitter(
    networks: list[tuple[Any, tuple[float, ...]]], offer: Offer, setup: Setup, segment: float, short: bool
) -> DemucsSplitter:
    import torch

    first = networks[0][0]
    length = (
        int(_RATE * (segment or float(first.segment))) if not _is_transformer(first) else int(_RATE * first.segment)
    )
    if not _is_transformer(first):
        length >>= setup.shrink
    probe = torch.zeros(1, 2, length).normal_(generator=torch.Generator().manual_seed(0)).to(setup.device)
    with torch_errors(setup.device):
        precisions = [_precision(model, probe, setup.device, short) for model, _ in networks]
    batch = max(1, _GPU_BATCH >> setup.shrink) if setup.device == "cuda" else 1
    segmentation = with_triangle(length, DEMUCS[setup.quality].overlap)
    device = f"{setup.device} ({precisions[0]})"
    return DemucsSplitter(networks, offer.stems, segmentation, device, batch, tuple(precisions), setup.device)


def _precision(model: Any, probe: Any, device: str, short: bool) -> str:
    """Tried once per network, remembered on it while it stays warm."""
    if not short:
        return "float32"
    if not hasattr(model, "harmonix_precision"):
        model.harmonix_precision = best_precision(model, probe, device)
    return str(model.harmonix_precision)


def _is_transformer(model: Any) -> bool:
    return bool(getattr(model, "use_train_segment", False))


def _on_device(path: Path, device: str, threads: int) -> Any:
    import torch

    if threads:
        torch.set_num_threads(threads)
    # PyTorch's short cut for attention keeps all of its weights at once: slower on a processor, and 50 MB at the peak.
    torch.backends.mha.set_fastpath_enabled(device != "cpu")
    model = network(path)
    with torch_errors(device):
        return model.to(device=device, memory_format=torch.channels_last)
