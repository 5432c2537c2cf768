"""Notes from chances: when each pitch begins, how long it sounds."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.melody import Tune
from harmonix_splitter.domain.notes import Note

Floats = NDArray[Any]

_BEGINS, _SOUNDS, _SWELLS = 0.5, 0.3, 0.5
"""Chances from which a note begins, goes on, and is believed although nothing was heard to begin."""
_SHORTEST, _SWELL_SHORTEST, _GAP = 0.06, 0.13, 0.06
"""Seconds."""
_OVERTONES, _TOGETHER, _WEAK = (12, 19, 24, 28, 31, 34, 36), 0.03, 0.7
"""Semitones of the overtones, seconds within which they begin with their note, and how much weaker they are."""
_TUNE_STEP, _BREATH, _SUNG = 0.01, 0.08, 0.1


def notes_from(begins: Floats, sounds: Floats, rate: float, lowest: int) -> list[Note]:
    """Notes of chances (frames, pitches), `rate` frames a second; the first column is MIDI pitch `lowest`."""
    found = []
    for column in range(sounds.shape[1]):
        for first, last, force in _of_pitch(begins[:, column], sounds[:, column], rate):
            velocity = int(np.clip(round(127 * force), 1, 127))
            found.append(Note(round(first / rate, 4), round(last / rate, 4), lowest + column, velocity))
    return _without_overtones(sorted(found))


def notes_of_tune(tune: Tune) -> list[Note]:
    """The notes of one voice; between breaths it sings on."""
    found = []
    for first, last in _runs(np.isfinite(tune.pitch), round(_BREATH / _TUNE_STEP)):
        start, end = first * _TUNE_STEP, last * _TUNE_STEP
        if end - start >= _SUNG:
            found += [Note(round(a, 4), round(b, 4), pitch) for a, b, pitch in tune.notes(start, end)]
    return found


def _of_pitch(begins: Floats, sounds: Floats, rate: float) -> Iterator[tuple[int, int, float]]:
    """First frame, end and force of each note of one pitch."""
    struck = _peaks(begins)
    for first, last in _runs((sounds >= _SOUNDS) | struck, round(_GAP * rate)):
        starts = [first + int(at) for at in np.flatnonzero(struck[first:last])]
        is_swell = not starts or starts[0] - first > _SWELL_SHORTEST * rate
        if is_swell and sounds[first : starts[0] if starts else last].max(initial=0.0) >= _SWELLS:
            starts = [first, *starts]
        for start, end in pairwise([*starts, last]):
            shortest = _SHORTEST if struck[start] else _SWELL_SHORTEST
            if end - start >= shortest * rate:
                yield start, end, float(sounds[start:end].mean())


def _without_overtones(notes: list[Note]) -> list[Note]:
    """Without what only rings along with a stronger note that begins with it and lasts longer."""
    of_pitch = defaultdict(list)
    for note in notes:
        of_pitch[note.pitch].append(note)
    below = {note: [other for step in _OVERTONES for other in of_pitch.get(note.pitch - step, ())] for note in notes}
    return [note for note in notes if not any(_rings_with(note, other) for other in below[note])]


def _rings_with(note: Note, other: Note) -> bool:
    is_together = abs(other.start - note.start) <= _TOGETHER
    return is_together and note.velocity < _WEAK * other.velocity and note.end < other.end


def _peaks(begins: Floats) -> NDArray[np.bool_]:
    """Where a note is likelier to begin than just before and just after."""
    before, after = np.pad(begins[:-1], (1, 0)), np.pad(begins[1:], (0, 1))
    return np.asarray((begins >= _BEGINS) & (begins > before) & (begins >= after))


def _runs(is_on: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Stretches that are on, [first, end); pauses of up to `gap` do not part them."""
    edges = np.flatnonzero(np.diff(np.pad(is_on.astype(np.int8), 1)))
    runs: list[tuple[int, int]] = []
    for first, end in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((first, end))
    return runs
