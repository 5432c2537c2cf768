"""The small real vocal model, and the engine without one, on real music with true stems."""

import os
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.onnx import OnnxEngine
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.services.separation import SeparationService

MODELS = Path(os.environ.get("HARMONIX_TEST_MODELS", "../shared/models")) / "separation"
MUSIC = Path(os.environ.get("HARMONIX_TEST_AUDIO", "../shared/audio")) / "stems"
MEDIA = PyAvMedia()
pytestmark = [
    pytest.mark.models,
    pytest.mark.music,
    pytest.mark.slow,
    pytest.mark.skipif(not MODELS.is_dir(), reason=f"HARMONIX_TEST_MODELS: {MODELS} is not there"),
    pytest.mark.skipif(not MUSIC.is_dir(), reason=f"HARMONIX_TEST_AUDIO: {MUSIC} is not there"),
]


def sdr(true: np.ndarray, got: np.ndarray) -> float:
    return float(10 * np.log10((true**2).sum() / ((true - got) ** 2).sum()))


@pytest.mark.parametrize(
    ("song", "engine", "vocals", "accompaniment"),
    [
        ("Cristina Vane - So Easy", "onnx", 6.95, 9.5),
        ("Triviul feat. The Fiend - Widow", "embedded", 4.0, 5.5),
    ],
)
def test_real_music_is_separated_as_well_as_measured(
    tmp_path: Path, song: str, engine: str, vocals: float, accompaniment: float
) -> None:
    engines = (OnnxEngine(ModelFolder(MODELS)), EmbeddedEngine())
    service = SeparationService(MEDIA, FileWriters(), engines, FileLocks(tmp_path / "locks"))

    done = service.separate(MUSIC / song / "mix.mp3", Recipe(Mode.KARAOKE, engine=engine), tmp_path / "out")

    assert sdr(MEDIA.load(MUSIC / song / "vocals_true.mp3"), MEDIA.load(done.stems["vocals"])) > vocals
    true = MEDIA.load(MUSIC / song / "accompaniment_true.mp3")
    assert sdr(true, MEDIA.load(done.stems["instrumental"])) > accompaniment
