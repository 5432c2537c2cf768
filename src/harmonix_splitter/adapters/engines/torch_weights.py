"""Reads the weights of a torch checkpoint: numbers only, never code."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from harmonix_splitter.errors import AnalysisError, EngineMissingError

Weights = Mapping[str, Any]


def require_torch(engine: str) -> None:
    """Raise EngineMissingError when torch is not installed."""
    if find_spec("torch") is None:
        raise EngineMissingError(
            f"The engine {engine} needs PyTorch.", advice='Install it: pip install "harmonix-splitter[demucs]".'
        )


def read(path: Path) -> Weights:
    """The tensors in a .pt or .ckpt file. Files that hold more than numbers are refused."""
    import torch

    try:
        with torch.serialization.safe_globals(_number_types()):
            found: Weights = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as broken:  # pickle, zip and torch raise errors without a common base
        raise AnalysisError(f"{path.name} cannot be read as weights: {str(broken)[:200]}") from broken
    return found


def _number_types() -> list[Any]:
    """What numpy's own scalars (a mean, a spread) are made of."""
    import numpy as np
    from numpy._core.multiarray import scalar

    return [scalar, np.dtype, type(np.dtype(np.float64)), type(np.dtype(np.float32))]
