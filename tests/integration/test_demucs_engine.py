"""Demucs models through our own loop, against the package's."""

from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.separation.demucs import DemucsEngine
from harmonix_splitter.adapters.engines.separation.demucs_models import Repository
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.services.separation import Output, SeparationService
from tests import makers_media as make

torch = pytest.importorskip("torch", reason="needs torch and demucs")
demucs = pytest.importorskip("demucs", reason="needs torch and demucs")
from tests.makers_demucs import tiny_model  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
MEDIA = PyAvMedia()
EXACT = Output(Encoding(AudioFormat.WAV, 32))


def service(folder: Path) -> SeparationService:
    engine = DemucsEngine(ModelFolder(folder / "none"), Repository(folder), threads=1, short_arithmetic=False)
    return SeparationService(MEDIA, FileWriters(), (engine,), FileLocks(folder / "locks"))


def song(folder: Path, seconds: float = 4.3) -> Path:
    noise = np.random.default_rng(3).normal(scale=0.1, size=(round(seconds * 44_100), 2)).astype(np.float32)
    return make.write(folder / "song.wav", noise + 0.02)


def theirs(model: object, path: Path, overlap: float) -> np.ndarray:
    from demucs.apply import apply_model

    audio = torch.from_numpy(MEDIA.load(path).T.copy())
    reference = audio.mean(0)
    mean, spread = reference.mean(), reference.std()
    with torch.no_grad():
        result = apply_model(model, ((audio - mean) / (spread + 1e-8))[None], shifts=0, overlap=overlap)[0]
    return (result * (spread + 1e-8) + mean).numpy()


def decibels(error: np.ndarray, signal: np.ndarray) -> float:
    return float(10 * np.log10((error**2).sum() / (signal**2).sum() + 1e-30))


def test_the_result_is_the_packages_own(tmp_path: Path) -> None:
    from demucs.states import load_model

    path, recording = tiny_model(tmp_path), song(tmp_path)

    done = service(tmp_path).separate(
        recording, Recipe(engine="demucs", model="1234abcd"), tmp_path / "out", output=EXACT
    )

    expected = theirs(load_model(path), recording, 0.25)
    for number, stem in enumerate(("drums", "bass", "other", "vocals")):
        ours = MEDIA.load(done.stems[stem]).T
        assert ours.shape == expected[number].shape
        assert decibels(ours - expected[number], expected[number]) < -80


def test_for_one_stem_only_its_specialist_runs_and_gives_the_same_stem(tmp_path: Path) -> None:
    recording = song(tmp_path, 1.5)
    stems = ["drums", "bass", "other", "vocals"]
    for number, stem in enumerate(stems):
        tiny_model(tmp_path, f"{stem}00", seed=number)
    rows = [[float(i == j) for j in range(4)] for i in range(4)]
    (tmp_path / "bag.yaml").write_text(f"models: {[f'{stem}00' for stem in stems]}\nweights: {rows}\n")
    own = service(tmp_path)

    whole = own.separate(recording, Recipe(engine="demucs", model="bag"), tmp_path / "a", output=EXACT)
    single = own.separate(recording, Recipe(Mode.KARAOKE, engine="demucs", model="bag"), tmp_path / "b", output=EXACT)

    engine = own.engines[0]
    choice = own.choose(Recipe(Mode.KARAOKE, engine="demucs", model="bag"))
    splitter = engine.load(choice.offer, choice.plan.needed, own.setups(choice, Recipe())[0])
    assert len(splitter.networks) == 1
    assert np.array_equal(MEDIA.load(whole.stems["vocals"]), MEDIA.load(single.stems["vocals"]))
    joined = sum(MEDIA.load(path) for path in single.stems.values())
    assert np.allclose(joined, MEDIA.load(recording), atol=1e-6)
