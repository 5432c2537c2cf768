"""The separation service with the engines of this installation, best first."""

import os
from functools import partial

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.devices.memory import give_back_freed_memory
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.separation.demucs import DemucsEngine
from harmonix_splitter.adapters.engines.separation.demucs_models import Repository
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.learned_masks import NAME, learned_masks
from harmonix_splitter.adapters.engines.separation.onnx import OnnxEngine
from harmonix_splitter.adapters.media.encoding import FileWriters, PyAvEncoder
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.domain.media import MediaLimits
from harmonix_splitter.services.ports.models import ModelStore
from harmonix_splitter.services.ports.separation import SeparationEngine
from harmonix_splitter.services.separation import SeparationService


def separation(parts: Parts) -> SeparationService:
    give_back_freed_memory()
    return SeparationService(
        reader=media(),
        writers=FileWriters(),
        engines=engines(parts),
        locks=FileLocks(parts.settings.data_dir / "locks"),
        device=parts.settings.separation.device,
    )


def engines(parts: Parts) -> tuple[SeparationEngine, ...]:
    store, threads = models(parts), parts.settings.separation.threads
    repository = Repository(parts.settings.models_dir / "demucs")
    cores = threads or os.cpu_count() or 1
    ours = EmbeddedEngine(NAME, partial(learned_masks, threads=cores), threads=cores)
    return (DemucsEngine(store, repository, threads), OnnxEngine(store, threads), ours, EmbeddedEngine(threads=cores))


def models(parts: Parts) -> ModelStore:
    """The models folder with the registry."""
    return ModelFolder(parts.settings.models_dir)


def media(limits: MediaLimits | None = None) -> PyAvMedia:
    """Probe and reader; the limits are generous unless the caller has its own."""
    return PyAvMedia(limits or MediaLimits())


def encoder() -> PyAvEncoder:
    return PyAvEncoder()
