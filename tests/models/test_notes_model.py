"""The real Basic Pitch network on notes we made: the pitches and moments are known."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.notes.basic_pitch import BasicPitch
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.services.analysis.listening import RecordedSound
from harmonix_splitter.services.ports.progress import unheard

MODELS = Path(os.environ.get("HARMONIX_TEST_MODELS", "../shared/models")) / "notes"
RATE = 44_100
pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(not MODELS.is_dir(), reason=f"HARMONIX_TEST_MODELS: {MODELS} is not there"),
]


def struck(pitch: int, seconds: float) -> np.ndarray:
    """A string: overtones that die away, the higher the sooner."""
    time = np.arange(int(RATE * seconds)) / RATE
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    wave = sum(np.exp(-(1.5 + n) * time) * np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 7))
    return np.minimum(time / 0.005, 1) * np.minimum((seconds - time) / 0.02, 1) * wave * 0.2


def test_chords_and_a_line_over_several_windows_are_heard_where_they_are(tmp_path: Path) -> None:
    played = [(0.5 + 0.6 * n, 0.6, 60 + step) for n, step in enumerate((0, 4, 7, 12, 7, 4, 0, 5, 9, 12))]
    played += [(6.8, 1.2, pitch) for pitch in (48, 64, 67)]
    wave = np.zeros(9 * RATE)
    for start, length, pitch in played:
        part = struck(pitch, length)
        wave[int(start * RATE) :][: len(part)] += part
    path = tmp_path / "played.wav"
    soundfile.write(path, wave.astype(np.float32), RATE)

    notes = BasicPitch(ModelFolder(MODELS)).notes(RecordedSound(PyAvMedia(), path), unheard)

    found = [
        any(note.pitch == pitch and abs(note.start - start) < 0.05 for note in notes) for start, _, pitch in played
    ]
    assert all(found), [row for row, is_found in zip(played, found, strict=True) if not is_found]
    assert len(notes) == len(played)
