"""Hears what kind of sound a voice makes, every 20 ms: silence, five vowels, hiss, breath, stop, nasal, liquid.

A small network answers with a share per kind. It was trained on synthetic voices in ten languages (see
`training/voice_sounds/`), so it knows no words and no language; spelling and time come from `alignment`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE, HOP, WINDOW, BANDS = 16_000, 320, 512, 40
FRAMES_A_SECOND = RATE // HOP
SOUNDS = ("silence", "a", "e", "i", "o", "u", "hiss", "breath", "stop", "nasal", "liquid")
REACH = np.array([-10, -7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 10])
_BLOCK = 4_096


@dataclass(frozen=True)
class SoundNet:
    """The weights: fully connected layers over the frames around each frame, and how common each kind was."""

    layers: tuple[tuple[Floats, Floats], ...]
    prior: Floats

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> "SoundNet":
        """`w0, b0, w1, b1, ... prior`, weights as (outputs, inputs)."""
        count = sum(name.startswith("w") for name in arrays)
        as_float = {name: np.asarray(value, np.float32) for name, value in arrays.items()}
        layers = tuple((as_float[f"w{n}"], as_float[f"b{n}"]) for n in range(count))
        return cls(layers, as_float["prior"])


def bands(voice: Floats) -> Floats:
    """Loudness in 40 mel bands, in decibels, (frames, 40); frame n is centred on n * 20 + 10 ms."""
    count = len(voice) // HOP
    padded = np.pad(voice, (WINDOW // 2 - HOP // 2, WINDOW))
    views = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    shape, filters = np.hanning(WINDOW).astype(np.float32), _mel_filters()
    rows = [
        np.abs(np.fft.rfft(views[at : at + _BLOCK] * shape, axis=1)) ** 2 @ filters.T for at in range(0, count, _BLOCK)
    ]
    power = np.concatenate(rows) if rows else np.zeros((0, BANDS))
    return np.asarray(10 * np.log10(power + 1e-9), np.float32)


def levelled(decibels: Floats) -> Floats:
    """The bands relative to this singer and this recording: what the network was taught on."""
    loudness = 10 * np.log10(np.sum(10 ** (decibels / 10), axis=1))
    reference = np.percentile(loudness, 97)
    floored = np.maximum(decibels, reference - 75)
    active = loudness > reference - 28
    return np.asarray((floored - floored[active].mean(0)) / 10, np.float32)


def sounds(decibels: Floats, net: SoundNet) -> Floats:
    """The share of each of `SOUNDS` per frame, (frames, 11), rows adding up to one."""
    level = levelled(decibels)
    reach = int(REACH.max())
    padded = np.pad(level, ((reach, reach), (0, 0)), mode="edge")
    found = [
        _through(padded[np.arange(at, min(at + _BLOCK, len(level)))[:, None] + reach + REACH], net)
        for at in range(0, len(level), _BLOCK)
    ]
    return np.concatenate(found).astype(np.float32)


def onsets(decibels: Floats) -> Floats:
    """How much each frame looks like the beginning of a sound, about 0 to 1.5: louder bands, or another spectrum."""
    reference = np.percentile(decibels.max(1), 97)
    floored = np.maximum(decibels, reference - 50)
    rise = np.zeros(len(floored), np.float32)
    rise[1:-1] = np.maximum(0, floored[2:] - floored[:-2]).mean(1)
    shape = floored - floored.mean(1, keepdims=True)
    before, after = _sum_before(shape, 3), _sum_after(shape, 3)
    length = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    turn = 1 - (before * after).sum(1) / np.maximum(1e-6, length)
    strength = _scaled(_scaled(rise) + 0.7 * _scaled(turn))
    around = np.lib.stride_tricks.sliding_window_view(np.pad(strength, 2, mode="edge"), 5).max(1)
    return np.where(strength >= around - 1e-9, strength, strength * 0.6).astype(np.float32)


def _through(context: Floats, net: SoundNet) -> Floats:
    x = context.reshape(len(context), -1)
    for number, (weights, bias) in enumerate(net.layers):
        x = x @ weights.T + bias
        if number + 1 < len(net.layers):
            x = np.maximum(0, x)
    raised = np.exp(x - x.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def _scaled(values: Floats) -> Floats:
    low, high = np.percentile(values, (20, 98))
    return np.asarray(np.clip((values - low) / (high - low + 1e-9), 0, 1.5), np.float32)


def _sum_before(rows: Floats, count: int) -> Floats:
    total = np.concatenate([np.zeros((1, rows.shape[1]), rows.dtype), np.cumsum(rows, axis=0)])
    at = np.arange(len(rows))
    return np.asarray(total[at] - total[np.maximum(at - count, 0)])


def _sum_after(rows: Floats, count: int) -> Floats:
    total = np.concatenate([np.zeros((1, rows.shape[1]), rows.dtype), np.cumsum(rows, axis=0)])
    at = np.arange(len(rows))
    return np.asarray(total[np.minimum(at + count, len(rows))] - total[at])


def _mel_filters() -> Floats:
    """Triangles from 60 to 7600 Hz, evenly spaced in mel, each with area one."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (60, 7600))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    bins = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles / np.maximum(triangles.sum(1, keepdims=True), 1e-9), np.float32)
