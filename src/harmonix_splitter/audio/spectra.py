"""Short-time spectra of audio and the way back, on a frame grid that a neighbouring stretch of the same song shares."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

SIZE, HOP = 4096, 1024
_AT_ONCE = 16
"""Frames worked on at a time, so that they stay in the processor's cache."""

Each = Callable[..., Iterable[None]]
"""`map`, or an executor's, to do it in several threads."""


def stft(audio: NDArray[np.float32], size: int = SIZE, hop: int = HOP, each: Each = map) -> NDArray[np.complex64]:
    """(channels, samples) -> (channels, frames, bins). Frame i is centred on sample i * hop; outside is silence.

    Periodic Hann window, no scaling; there are samples // hop + 1 frames. `each` works on one channel at a time.
    """
    channels, samples = audio.shape
    frames = samples // hop + 1
    padded = np.zeros((channels, (frames - 1) * hop + size), np.float32)
    padded[:, size // 2 : size // 2 + samples] = audio[:, : padded.shape[1] - size // 2]
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
    spectrum = np.empty((channels, frames, size // 2 + 1), np.complex64)
    # Unscaled, numpy would compute in double precision: it is told to divide by the size, and given that much more.
    weights = hann(size) * np.float32(size)

    def transform(side: NDArray[np.float32], out: NDArray[np.complex64]) -> None:
        for at in range(0, frames, _AT_ONCE):
            out[at : at + _AT_ONCE] = np.fft.rfft(side[at : at + _AT_ONCE] * weights, axis=-1, norm="forward")

    list(each(transform, windows, spectrum))
    return spectrum


def istft(spectrum: NDArray[np.complex64], samples: int, size: int = SIZE, hop: int = HOP) -> NDArray[np.float32]:
    """(..., frames, bins) -> (..., samples): the inverse of `stft` wherever every frame around is there."""
    flat = spectrum.reshape(-1, *spectrum.shape[-2:])
    out = np.stack([masked_istft(side, None, samples, size, hop) for side in flat])
    return out.reshape(*spectrum.shape[:-2], samples)


def masked_istft(
    spectrum: NDArray[np.complex64],
    mask: Callable[[slice], NDArray[np.float32]] | None,
    samples: int,
    size: int = SIZE,
    hop: int = HOP,
) -> NDArray[np.float32]:
    """The inverse of one channel, (frames, bins), times a mask that is asked for a few frames at a time."""
    frames, overlaps = len(spectrum), -(-size // hop)
    out = np.zeros((frames + overlaps - 1, hop), np.float32)
    room = np.zeros((_AT_ONCE, overlaps * hop), np.float32)
    for at in range(0, frames, _AT_ONCE):
        few = slice(at, min(at + _AT_ONCE, frames))
        heard = spectrum[few] if mask is None else spectrum[few] * mask(few)
        pieces = room[: len(heard)]
        np.multiply(np.fft.irfft(heard, n=size, axis=-1), hann(size), out=pieces[:, :size])
        for part in range(overlaps):
            out[few.start + part : few.stop + part] += pieces[:, part * hop : (part + 1) * hop]
    out /= _energy(frames, size, hop)
    return out.reshape(-1)[size // 2 : size // 2 + samples]


@cache
def hann(size: int) -> NDArray[np.float32]:
    """The periodic Hann window."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


@lru_cache(maxsize=8)
def _energy(frames: int, size: int, hop: int) -> NDArray[np.float32]:
    """The sum of squared windows over every sample, never zero."""
    overlaps = -(-size // hop)
    squares = np.pad(hann(size) ** 2, (0, overlaps * hop - size)).reshape(overlaps, hop)
    total = np.zeros((frames + overlaps - 1, hop), np.float32)
    for part in range(overlaps):
        total[part : part + frames] += squares[part]
    return np.maximum(total, np.float32(1e-6))
