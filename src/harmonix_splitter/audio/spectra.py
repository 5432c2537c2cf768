"""Short-time spectra of audio and the way back, on a frame grid that a neighbouring stretch of the same song shares."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

SIZE, HOP = 4096, 1024


def stft(audio: NDArray[np.float32], size: int = SIZE, hop: int = HOP) -> NDArray[np.complex64]:
    """(channels, samples) -> (channels, frames, bins). Frame i is centred on sample i * hop; outside is silence.

    Periodic Hann window, no scaling; there are samples // hop + 1 frames.
    """
    channels, samples = audio.shape
    frames = samples // hop + 1
    padded = np.zeros((channels, (frames - 1) * hop + size), np.float32)
    padded[:, size // 2 : size // 2 + samples] = audio[:, : padded.shape[1] - size // 2]
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
    spectrum = np.empty((channels, frames, size // 2 + 1), np.complex64)
    for side in range(channels):
        spectrum[side] = fft.rfft(windows[side] * hann(size), axis=-1)
    return spectrum


def istft(spectrum: NDArray[np.complex64], samples: int, size: int = SIZE, hop: int = HOP) -> NDArray[np.float32]:
    """(..., frames, bins) -> (..., samples): the inverse of `stft` wherever every frame around is there."""
    frames = spectrum.shape[-2]
    pieces = fft.irfft(spectrum, n=size, axis=-1).astype(np.float32, copy=False)
    pieces *= hann(size)
    overlaps = -(-size // hop)
    if overlaps * hop != size:
        pieces = np.pad(pieces, [(0, 0)] * (pieces.ndim - 1) + [(0, overlaps * hop - size)])
    parts = pieces.reshape(*pieces.shape[:-1], overlaps, hop)
    out = np.zeros((*spectrum.shape[:-2], frames + overlaps - 1, hop), np.float32)
    for part in range(overlaps):
        out[..., part : part + frames, :] += parts[..., part, :]
    out /= _energy(frames, size, hop)
    flat = out.reshape(*out.shape[:-2], -1)
    return flat[..., size // 2 : size // 2 + samples]


def hann(size: int) -> NDArray[np.float32]:
    """The periodic Hann window."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


def _energy(frames: int, size: int, hop: int) -> NDArray[np.float32]:
    """The sum of squared windows over every sample, never zero."""
    overlaps = -(-size // hop)
    squares = np.pad(hann(size) ** 2, (0, overlaps * hop - size)).reshape(overlaps, hop)
    total = np.zeros((frames + overlaps - 1, hop), np.float32)
    for part in range(overlaps):
        total[part : part + frames] += squares[part]
    return np.maximum(total, np.float32(1e-6))
