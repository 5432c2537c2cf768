"""What a voice sings: from the pitch energies of the vocal stem."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.pitches import LOWEST_NOTE, notes_in, tuning_of

Floats = NDArray[Any]

_LOWEST_SUNG, _HIGHEST_SUNG = 38, 88
_SHARE_OF_TIME = 0.015


def range_of(pitches: Floats) -> tuple[int, int] | None:
    """Lowest and highest MIDI note held for more than a moment; None when too little is sung."""
    notes = notes_in(pitches, tuning_of(pitches))
    if not len(notes):
        return None
    low, high = _LOWEST_SUNG - LOWEST_NOTE, _HIGHEST_SUNG - LOWEST_NOTE
    loud = notes.max(axis=1)
    sung = loud > 0.2 * max(float(np.percentile(loud, 95)), 1e-6)
    if float(loud.max()) < 1e-3 or sung.sum() < 20:
        return None
    leading = low + _lowest_strong(notes[sung][:, low:high])
    counts = np.bincount(leading, minlength=84) / len(leading)
    held = np.flatnonzero(counts > _SHARE_OF_TIME)
    return (int(held[0]) + LOWEST_NOTE, int(held[-1]) + LOWEST_NOTE) if len(held) else None


def _lowest_strong(notes: Floats) -> Floats:
    """The lowest note nearly as strong as the strongest: octaves above it are its harmonics."""
    return (notes >= 0.6 * notes.max(axis=1, keepdims=True)).argmax(axis=1)
