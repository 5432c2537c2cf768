"""The real beat, key and chord networks on the demo song, whose tempo is known."""

import os
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.beats.beatnet import BeatNet
from harmonix_splitter.adapters.engines.chords.chordnet import ChordNet
from harmonix_splitter.adapters.engines.keys.keynet import KeyNet
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.services.analysis.listening import RecordedSound

MODELS = Path(os.environ.get("HARMONIX_TEST_MODELS", "../shared/models"))
DEMO = Path(os.environ.get("HARMONIX_TEST_AUDIO", "../shared/audio")) / "demo"
pytestmark = [
    pytest.mark.models,
    pytest.mark.music,
    pytest.mark.slow,
    pytest.mark.skipif(not MODELS.is_dir(), reason=f"HARMONIX_TEST_MODELS: {MODELS} is not there"),
    pytest.mark.skipif(not DEMO.is_dir(), reason=f"HARMONIX_TEST_AUDIO: {DEMO} is not there"),
]


@pytest.fixture(scope="module")
def sound() -> RecordedSound:
    return RecordedSound(PyAvMedia(), next(iter(sorted(DEMO.glob("mix*")))))


def test_beatnet_finds_the_tempo(sound: RecordedSound) -> None:
    pytest.importorskip("torch")

    found = BeatNet(ModelFolder(MODELS / "beats")).beats(sound)

    assert 60 / np.median(np.diff(found.times)) == pytest.approx(100, abs=2)


def test_keynet_and_chordnet_agree_on_what_is_played_most(sound: RecordedSound) -> None:
    pytest.importorskip("torch")

    key = int(KeyNet(ModelFolder(MODELS / "key")).chances(sound).argmax())
    chords = ChordNet(ModelFolder(MODELS / "chords")).chances(sound)

    steps = (0, 2, 4, 5, 7, 9, 11) if key < 12 else (0, 2, 3, 5, 7, 8, 10)
    inside = {(key + step) % 12 for step in steps}
    roots = [chords.names[state].root for state in chords.logs.argmax(axis=1)]
    assert np.mean([root in inside for root in roots if root is not None]) > 0.8
