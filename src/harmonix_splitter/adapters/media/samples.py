"""Decoded frames of every sample form and channel layout, as floating-point stereo or mono."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.errors import AudioError

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler

_UNSAFE_PLANES = 8
_HALF = np.float32(np.sqrt(0.5))
_LEFT = {"FL": 1.0, "FLC": 0.9, "BL": _HALF, "SL": _HALF, "TFL": _HALF, "TBL": _HALF, "DL": 1.0, "WL": _HALF}
_RIGHT = {"FR": 1.0, "FRC": 0.9, "BR": _HALF, "SR": _HALF, "TFR": _HALF, "TBR": _HALF, "DR": 1.0, "WR": _HALF}
_BOTH = {"FC": _HALF, "BC": 0.5, "TC": 0.5, "TFC": 0.5, "TBC": 0.5}
_SCALES = {"u8": 128.0, "s16": 32_768.0, "s32": 2_147_483_648.0, "s64": 2.0**63, "flt": 1.0, "dbl": 1.0}


def floats_of(frame: "AudioFrame") -> NDArray[np.float32]:
    """A frame as (frames, channels), full scale -1 to 1."""
    if frame.format.is_planar and frame.layout.nb_channels >= _UNSAFE_PLANES:
        return np.concatenate([floats_of(packed) for packed in _interleaver(frame.layout.name).resample(frame)])
    form = frame.format.name.removesuffix("p")
    raw = frame.to_ndarray()
    table = raw.T if frame.format.is_planar else raw.reshape(-1, len(frame.layout.channels))
    if form == "u8":
        return (table.astype(np.float32) - 128.0) / np.float32(128.0)
    scaled: NDArray[np.float32] = table.astype(np.float32)
    if _SCALES[form] != 1.0:
        scaled *= np.float32(1.0 / _SCALES[form])
    return scaled


def without_gaps(samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """What is not a number, or without end, made silence; and how many samples are left as they were."""
    is_usable = np.isfinite(samples)
    usable = int(np.count_nonzero(is_usable))
    return (samples if usable == samples.size else np.where(is_usable, samples, np.float32(0.0))), usable


def _interleaver(layout: str) -> "AudioResampler":
    """From eight planes on PyAV walks past the end of its table and crashes; interleaved frames have one plane."""
    from av import AudioResampler

    return AudioResampler(format="flt", layout=layout)


def fold_for(frame: "AudioFrame", wanted: int) -> NDArray[np.float32] | None:
    """The matrix (own channels, wanted channels) that folds this layout down or up; None when nothing is to do."""
    names = [channel.name for channel in frame.layout.channels]
    own = len(names)
    if own == wanted:
        return None
    if wanted not in (1, 2):
        raise AudioError(f"Audio is read as mono or stereo, not as {wanted} channels.")
    if own == 1:
        return np.ones((1, wanted), np.float32)
    stereo = np.eye(2, dtype=np.float32) if own == 2 else _stereo_fold(names)
    return stereo if wanted == 2 else stereo.mean(axis=1, keepdims=True)


def _stereo_fold(names: list[str]) -> NDArray[np.float32]:
    """ITU-style weights, the low-frequency channel left out, scaled so that nothing can clip."""
    weights = np.array([[_LEFT.get(n, _BOTH.get(n, 0.0)), _RIGHT.get(n, _BOTH.get(n, 0.0))] for n in names], np.float32)
    if not weights.sum(axis=0).all():  # An unnamed layout: every channel to both sides.
        weights = np.ones((len(names), 2), np.float32)
    scaled: NDArray[np.float32] = weights / weights.sum(axis=0).max()
    return scaled
