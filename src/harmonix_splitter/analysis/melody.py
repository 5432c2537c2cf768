"""The tune a single voice sings: its pitch over time, and the notes of a word."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

RATE = 16_000
"""What `tune_of` wants to hear, mono."""
_HOP, _WINDOW, _SIZE = 160, 1024, 2048
_LOWEST_HZ, _HIGHEST_HZ = 70.0, 1_000.0
_CLEAR, _NEARLY_BEST = 0.2, 0.07
_QUIET = 1e-3
_AT_ONCE = 2_000
_NEW_NOTE = 0.8
"""Semitones away from the note so far: more is another note, less is vibrato."""
_SHORTEST = 0.12
_VOICED_SHARE = 0.3
_HELD_SHARE, _LEAST_SUNG = 0.015, 200


@dataclass(frozen=True)
class Tune:
    """MIDI pitch (60 is middle C, fractions are cents) every 10 ms; not a number where nothing is sung."""

    pitch: Floats

    def notes(self, start: float, end: float) -> list[tuple[float, float, int]]:
        """The notes sung between two moments as (start, end, MIDI number); none when too little of it has a pitch."""
        first, last = round(start * RATE / _HOP), max(round(end * RATE / _HOP), round(start * RATE / _HOP) + 1)
        heard = _steadied(self.pitch[first:last])
        if not len(heard) or np.isfinite(heard).mean() < _VOICED_SHARE:
            return []
        borders = [0, *_changes(heard), len(heard)]
        step = (end - start) / len(heard)
        return [
            (start + step * a, start + step * b, round(float(np.nanmedian(heard[a:b])))) for a, b in pairwise(borders)
        ]

    @property
    def range(self) -> tuple[int, int] | None:
        """Lowest and highest note held for more than a moment; None when too little is sung."""
        sung = np.round(self.pitch[np.isfinite(self.pitch)]).astype(int)
        if len(sung) < _LEAST_SUNG:
            return None
        held = np.flatnonzero(np.bincount(sung) > _HELD_SHARE * len(sung))
        return (int(held[0]), int(held[-1])) if len(held) else None


def tune_of(sound: Floats) -> Tune:
    """The pitch of one voice (mono, RATE), by how alike the sound is to itself a moment later (YIN).

    A. de Cheveigne, H. Kawahara: YIN, a fundamental frequency estimator for speech and music, JASA 111 (2002).
    """
    padded = np.pad(np.asarray(sound, np.float32), (_WINDOW // 2, _SIZE))
    count = len(sound) // _HOP + 1
    parts = [
        _pitches(padded, np.arange(first, min(first + _AT_ONCE, count)) * _HOP) for first in range(0, count, _AT_ONCE)
    ]
    return Tune(np.concatenate(parts))


def _pitches(sound: Floats, starts: Floats) -> Floats:
    import scipy.fft

    lowest, highest = int(RATE / _HIGHEST_HZ), int(RATE / _LOWEST_HZ) + 2
    whole = sound[starts[:, None] + np.arange(_WINDOW + highest)]
    head = whole[:, :_WINDOW]
    alike = scipy.fft.irfft(scipy.fft.rfft(whole, _SIZE) * np.conj(scipy.fft.rfft(head, _SIZE)))[:, :highest]
    energy = np.cumsum(np.pad(whole**2, ((0, 0), (1, 0))), axis=1)
    shifted = energy[:, _WINDOW : _WINDOW + highest] - energy[:, :highest]
    unlike = np.maximum(shifted[:, :1] + shifted - 2 * alike, 0)
    relative = unlike * np.arange(highest) / np.maximum(np.cumsum(unlike, axis=1), 1e-9)
    lag, is_clear = _first_dip(relative, lowest)
    midi = 69 + 12 * np.log2(RATE / lag / 440)
    is_loud = np.sqrt(shifted[:, 0] / _WINDOW) > _QUIET
    return np.where(is_clear & is_loud, midi, np.nan)


def _first_dip(relative: Floats, lowest: int) -> tuple[Floats, Floats]:
    """The first lag at which the sound repeats itself clearly, to a fraction of a sample."""
    inner = relative[:, lowest:-1]
    # A strong second harmonic also dips at half the period, but not as deep.
    clear = np.minimum(_CLEAR, inner.min(axis=1, keepdims=True) + _NEARLY_BEST)
    is_dip = (inner <= clear) & (inner <= relative[:, lowest + 1 :]) & (inner <= relative[:, lowest - 1 : -2])
    at = is_dip.argmax(axis=1) + lowest
    rows = np.arange(len(relative))
    before, here, after = relative[rows, at - 1], relative[rows, at], relative[rows, at + 1]
    bend = before - 2 * here + after
    offset = np.where(bend > 1e-9, 0.5 * (before - after) / np.maximum(bend, 1e-9), 0)
    return at + np.clip(offset, -0.5, 0.5), np.asarray(is_dip.any(axis=1))


def _steadied(pitch: Floats, width: int = 9) -> Floats:
    """Each value the median of its neighbourhood: single wrong octaves go."""
    if len(pitch) < width:
        return pitch
    around = np.lib.stride_tricks.sliding_window_view(np.pad(pitch, width // 2, constant_values=np.nan), width)
    voiced = np.isfinite(around)
    middle = np.full(len(pitch), np.nan)
    is_known = voiced.sum(axis=1) > width // 2
    if is_known.any():
        middle[is_known] = np.nanmedian(around[is_known], axis=1)
    return middle


def _changes(pitch: Floats) -> Iterator[int]:
    """Where another note begins and lasts."""
    shortest = round(_SHORTEST * RATE / _HOP)
    begin = 0
    for at in range(shortest, len(pitch) - shortest + 1):
        if at - begin < shortest:
            continue
        before, after = pitch[begin:at], pitch[at : at + shortest]
        if not np.isfinite(before).any() or np.isfinite(after).sum() < shortest // 2:
            continue
        if abs(np.nanmedian(after) - np.nanmedian(before)) > _NEW_NOTE and _is_level(after):
            yield at
            begin = at


def _is_level(pitch: Floats) -> bool:
    return bool(np.nanmax(pitch) - np.nanmin(pitch) < 2 * _NEW_NOTE)
