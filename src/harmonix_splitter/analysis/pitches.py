"""From pitch energies to notes: how far from 440 Hz the band is tuned, and which notes would sound like this."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.onsets import moving_mean

Floats = NDArray[Any]

LOWEST_NOTE, NOTES, BINS = 21, 84, 3
_HARMONICS, _FADE = 16, 0.7
_ROUNDS = 24


def tuning_of(pitches: Floats) -> float:
    """Cents above (or below) 440 Hz, -50 to 50, from where the energy sits inside its semitone."""
    mean = pitches.astype(np.float32).mean(axis=0) if len(pitches) else np.zeros(NOTES * BINS)
    around = mean[: NOTES * BINS].reshape(NOTES, BINS)[24:72].sum(axis=0)
    turn = np.exp(-2j * np.pi * (np.arange(BINS) - 1) / BINS)
    if float(around.sum()) <= 1e-9:
        return 0.0
    return float(-np.angle((around * turn).sum()) / (2 * np.pi) * 100)


def notes_in(pitches: Floats, tuning: float, step: int = 4096) -> Floats:
    """How strongly each of the 84 notes from A0 sounds in each frame: non-negative, (frames, 84)."""
    parts = [_notes_in(pitches[at : at + step].astype(np.float32), tuning) for at in range(0, len(pitches), step)]
    return np.concatenate(parts) if parts else np.zeros((0, NOTES), np.float32)


def _notes_in(pitches: Floats, tuning: float) -> Floats:
    tuned = _retuned(pitches, tuning)
    clear = _whitened(tuned)
    return _explained(clear)


def _retuned(pitches: Floats, tuning: float) -> Floats:
    shift = tuning / 100 * BINS
    at = np.arange(pitches.shape[1]) + shift
    low = np.clip(np.floor(at).astype(int), 0, pitches.shape[1] - 1)
    high = np.minimum(low + 1, pitches.shape[1] - 1)
    share = np.clip(at - low, 0, 1).astype(np.float32)
    return pitches[:, low] * (1 - share) + pitches[:, high] * share


def _whitened(pitches: Floats) -> Floats:
    """What stands out of the octave around it, in units of that octave's spread (to the 0.7)."""
    width = 12 * BINS + 1
    mean = moving_mean(pitches.T, width).T
    spread = np.sqrt(np.maximum(moving_mean((pitches**2).T, width).T - mean**2, 0)) + 1e-4
    loud = pitches.max(axis=1, keepdims=True, initial=0)
    return np.where(loud > 1e-3, np.maximum(pitches - mean, 0) / spread**0.7, 0)


@cache
def _dictionary() -> Floats:
    """What each note looks like: harmonics fading by a fixed share, on raised-cosine bins. (notes, bins)"""
    notes, bins = np.arange(NOTES), np.arange(NOTES * BINS)
    look = np.zeros((NOTES, NOTES * BINS))
    for harmonic in range(1, _HARMONICS + 1):
        place = 1 + BINS * (notes + 12 * np.log2(harmonic))
        distance = np.abs(bins[None, :] - place[:, None])
        look += _FADE ** (harmonic - 1) * np.where(distance < 1.5, 0.5 + 0.5 * np.cos(np.pi * distance / 1.5), 0)
    return (look / np.linalg.norm(look, axis=1, keepdims=True)).astype(np.float32)


def _explained(spectra: Floats) -> Floats:
    """Non-negative least squares for all frames at once, by multiplicative steps."""
    look = _dictionary()
    seen, overlap = spectra @ look.T, look @ look.T
    notes = seen.copy()
    for _ in range(_ROUNDS):
        notes *= seen / (notes @ overlap + 1e-6)
    return notes


def folded(notes: Floats, low: int, high: int) -> Floats:
    """Pitch classes (0 is C) of the MIDI notes from `low` up to `high`, faded in and out over half an octave."""
    midi = np.arange(LOWEST_NOTE, LOWEST_NOTE + NOTES)
    weight = np.clip((midi - low) / 6 + 0.5, 0, 1) * np.clip((high - midi) / 6 + 0.5, 0, 1)
    classes = np.zeros((NOTES, 12), np.float32)
    classes[np.arange(NOTES), midi % 12] = weight
    return notes @ classes
