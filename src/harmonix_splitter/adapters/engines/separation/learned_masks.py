"""Masks from our own small network, which ships in the package: no download, four stems, any laptop."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines.separation.onnx import onnx_errors
from harmonix_splitter.audio.bands import band_widths, features
from harmonix_splitter.errors import EngineMissingError, SeparationError
from harmonix_splitter.services.ports.separation import Masks, Spectrum

MODEL = Path(__file__).with_name("embedded.onnx")
NAME = "harmonix-small"
_GRID = 8
"""The network folds time three times: it takes frames in eights."""
_CONTEXT = 124
"""The network hears 118 frames to either side and no further. With the four frames a segment loses at its border this
is a multiple of eight: every segment lies on the same grid as the song in one piece, and both are equal."""
_REPAIR = "Install Harmonix again (pip install --force-reinstall harmonix-splitter)."


class Network(Protocol):
    """Band features (1, 5, frames, bands) in, masks (1, stems, 2, frames, bands) out."""

    def __call__(self, heard: NDArray[np.float32], /) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class LearnedMasks:
    """MaskEstimator from a network that answers per band. Equal input, equal masks; so for the sides of a mono song."""

    network: Network
    stems: tuple[str, ...] = ("vocals", "drums", "bass", "other")
    context_frames: int = _CONTEXT
    threads: int = 1

    @property
    def band_widths(self) -> NDArray[np.intp]:
        return band_widths()

    def masks(self, spectrum: Spectrum, level: float, /) -> Masks:
        with ThreadPoolExecutor(self.threads) as pool:
            heard = features(spectrum, level, pool.map)
        frames = heard.shape[1]
        padded = np.pad(heard, ((0, 0), (0, -frames % _GRID), (0, 0)), mode="edge")
        answer: Masks = self.network(padded[None])[0, :, :, :frames]
        if not np.isfinite(answer).all():
            raise SeparationError("The built-in model gave no usable answer.", advice=_REPAIR)
        mono = (heard[0] == heard[1]).all(axis=-1)
        answer[:, :, mono] = answer[:, :, mono].mean(axis=1, keepdims=True)
        return answer


def learned_masks(model: Path = MODEL, threads: int = 0) -> LearnedMasks:
    """The estimator, loaded and checked. `threads` 0 leaves it to onnxruntime.

    Raise EngineMissingError when the model file is absent or damaged, or onnxruntime cannot run here.
    """
    return LearnedMasks(_session(_intact(model), model, threads), threads=max(1, threads))


def _intact(model: Path) -> bytes:
    """The model's bytes, compared with the checksum that lies beside it."""
    try:
        content = model.read_bytes()
        expected = model.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError) as unreadable:
        raise EngineMissingError(f"The built-in model {model} cannot be read.", advice=_REPAIR) from unreadable
    if sha256(content).hexdigest() != expected:
        raise EngineMissingError(f"The built-in model {model} is damaged.", advice=_REPAIR, path=str(model))
    return content


def _session(content: bytes, model: Path, threads: int) -> Network:
    try:
        import onnxruntime
    except ImportError as missing:
        raise EngineMissingError(
            "onnxruntime cannot be loaded on this machine.", advice="Install it again: pip install onnxruntime."
        ) from missing
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait by spinning would take the cores from decoding, writing and whatever else runs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as refused:
        raise EngineMissingError(f"onnxruntime refuses the built-in model {model}.", advice=_REPAIR) from refused

    def network(heard: NDArray[np.float32], /) -> NDArray[np.float32]:
        with onnx_errors("cpu"):
            answer: NDArray[np.float32] = session.run(None, {"features": heard})[0]
        return answer

    return network
