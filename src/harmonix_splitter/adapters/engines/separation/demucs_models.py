"""Demucs' model objects, from files we verified or from a repository folder of the user's own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harmonix_splitter.errors import DeviceTooSmallError, EngineMissingError, SeparationError

_SPECIALISTS: Mapping[str, tuple[str, ...]] = {"htdemucs_ft": ("drums", "bass", "other", "vocals")}
_LONG_SEGMENTS: Mapping[str, float] = {"hdemucs_mmi": 44.0, "mdx_extra": 44.0}


@dataclass(frozen=True)
class Part:
    """One file of a model and the weight of each of its stems in the result."""

    path: Path
    weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class Repository:
    """Models of the user's own in Demucs' form: SIG.th or SIG-CHECKSUM.th, and NAME.yaml for bags."""

    folder: Path

    def names(self) -> tuple[str, ...]:
        if not self.folder.is_dir():
            return ()
        known = (path.stem.split("-")[0] for path in sorted(self.folder.glob("*.th")))
        return (*(path.stem for path in sorted(self.folder.glob("*.yaml"))), *known)

    def parts(self, name: str) -> tuple[tuple[Part, ...], float]:
        """The parts of a model and the segment it asks for in seconds (0: the model's own)."""
        bag = self.folder / f"{name}.yaml"
        if not bag.exists():
            return (Part(self._file(name)),), 0.0
        words = yaml.safe_load(bag.read_text())
        if not isinstance(words, dict) or not isinstance(words.get("models"), list):
            raise SeparationError(f'"{bag.name}" is not a bag of models.', advice="It needs a list called models.")
        weights = words.get("weights") or [()] * len(words["models"])
        rows = zip(words["models"], weights, strict=True)
        return tuple(Part(self._file(str(sig)), tuple(row)) for sig, row in rows), float(words.get("segment") or 0)

    def _file(self, signature: str) -> Path:
        found = [*self.folder.glob(f"{signature}.th"), *self.folder.glob(f"{signature}-*.th")]
        if not found:
            raise EngineMissingError(f'There is no model "{signature}" in {self.folder}.')
        return found[0]


def bag_of(name: str, paths: tuple[Path, ...]) -> tuple[tuple[Part, ...], float]:
    """The parts of one of the registry's models."""
    if specialists := _SPECIALISTS.get(name):
        rows = [tuple(float(stem == own) for stem in specialists) for own in specialists]
        return tuple(Part(path, row) for path, row in zip(paths, rows, strict=True)), 0.0
    return tuple(Part(path) for path in paths), _LONG_SEGMENTS.get(name, 0.0)


def network(path: Path) -> Any:
    """The network in a file, ready to run. Demucs files are Python pickles: only verified or own files get here."""
    import torch
    from demucs.states import load_model

    with torch_errors("cpu", path.name):
        model = load_model(path)
    if not all(hasattr(model, name) for name in ("sources", "samplerate", "audio_channels")):
        raise SeparationError(f'"{path.name}" is not a Demucs model.')
    if (model.samplerate, model.audio_channels) != (44_100, 2):
        raise SeparationError(f'"{path.name}" is not for stereo at 44.1 kHz.')
    model.eval()
    if isinstance(model, torch.nn.Module):
        model.requires_grad_(requires_grad=False)
    return model


@contextmanager
def torch_errors(device: str, what: str = "The model") -> Iterator[None]:
    """Translate what torch raises. It says "out of memory" in several ways."""
    import pickle

    try:
        yield
    except MemoryError as problem:
        raise DeviceTooSmallError(f"{device} has too little memory.", device=device) from problem
    except RuntimeError as problem:
        text = str(problem).lower()
        if "out of memory" in text or "can't allocate" in text or "not enough memory" in text:
            raise DeviceTooSmallError(f"{device} has too little memory.", device=device) from problem
        raise SeparationError(f"{what} could not be run.", reason=str(problem)[:300]) from problem
    except (pickle.UnpicklingError, EOFError, KeyError, AttributeError, ModuleNotFoundError) as problem:
        raise SeparationError(f"{what} cannot be loaded; the file is damaged.", reason=str(problem)[:300]) from problem
