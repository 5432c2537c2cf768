"""The documents' Python names at work."""

from pathlib import Path

import numpy as np
import pytest

import harmonix_splitter
from harmonix_splitter.errors import AudioError
from tests import makers_media as make


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_separator_takes_files_and_arrays(tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", make.tone(0.5, 22_050), 22_050)
    separator = harmonix_splitter.HarmonixSeparator(quality_mode="draft", mode="karaoke", engine="embedded")

    files = separator.separate(song, tmp_path / "out")
    arrays = separator.separate_stems(make.tone(0.5, 22_050).T, 22_050)

    assert set(files) == set(arrays) == {"vocals", "instrumental"}
    assert {array.shape for array in arrays.values()} == {(2, 11_025)}
    assert np.allclose(sum(arrays.values())[:, 500:-500], make.tone(0.5, 22_050).T[:, 500:-500], atol=1e-3)
    assert separator.last is not None
    assert separator.last.engine == "embedded"


def test_the_preprocessor_loads_checks_and_levels(tmp_path: Path) -> None:
    prepare = harmonix_splitter.AudioPreprocessor()
    song = make.write(tmp_path / "song.mp3", make.tone(0.5))

    audio, rate = prepare.load_and_validate(song)

    assert (audio.shape, rate) == ((2, 22_050), 44_100)
    assert np.abs(prepare.normalize(audio)).max() == pytest.approx(0.98, abs=1e-4)
    assert np.abs(prepare.normalize(audio * 0)).max() == 0
    with pytest.raises(AudioError):
        prepare.normalize(audio * np.nan)
    with pytest.raises(AttributeError):
        _ = harmonix_splitter.HarmonixTimeMachine


def test_analysis_alone_separates_nothing(tmp_path: Path) -> None:
    time = np.arange(22_050 * 12) / 22_050
    wave = 0.2 * np.exp(-6 * (time % 0.5)) * sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 261.63, 329.63))
    song = make.write(tmp_path / "song.wav", np.stack([wave, wave], axis=1).astype(np.float32), 22_050)

    found = harmonix_splitter.HarmonixOrchestrator().analyze_only(song)

    assert found.key is not None
    assert found.key.camelot == "8A"
    assert found.rhythm.tempo is not None
    assert found.rhythm.tempo.bpm == pytest.approx(120, abs=2)
    assert (found.stems, found.vocal_range) == ((), None)
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".wav", ".flac") and path != song]
