"""`harmonix analyze` as people type it."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.cli.main import run

RATE = 22_050


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Twelve seconds of an A minor chord struck every half second: 120 beats a minute."""
    time = np.arange(RATE * 12) / RATE
    wave = 0.2 * np.exp(-6 * (time % 0.5)) * sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 261.63, 329.63))
    soundfile.write(tmp_path / "song.wav", wave.astype(np.float32), RATE)
    return tmp_path / "song.wav"


def analyzed(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, dict, str]:
    with pytest.raises(SystemExit) as left:
        run(["analyze", "--json", "--data-dir", str(folder / "data"), *words])
    printed = capsys.readouterr()
    return int(left.value.code or 0), json.loads(printed.out.strip().splitlines()[-1]), printed.err


def test_one_song_answers_its_document_and_writes_jams(
    tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document, told = analyzed(capsys, tmp_path, str(song), "--jams", str(tmp_path / "jams"))

    assert code == 0
    assert document["tempo"]["bpm"] == pytest.approx(120, abs=2)
    assert document["key"]["camelot"] == "8A"
    assert "A minor (8A)" in told
    jams = json.loads((tmp_path / "jams" / "song.jams").read_text())
    assert jams["file_metadata"]["title"] == "song"


def test_an_engine_that_is_missing_is_named_and_the_rest_goes_on(
    tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document, _ = analyzed(capsys, tmp_path, str(song), "--beats", "beatnet", "--key", "keynet")

    assert code == 0
    assert set(document["missing"]) >= {"beats.beatnet", "key.keynet"}
    assert document["engines"]["beats"] == "harmonix"


def test_a_file_that_is_no_music_does_not_stop_the_others(
    tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no music")

    code, answer, _ = analyzed(capsys, tmp_path, str(tmp_path / "bad.wav"), str(song))

    assert code == 3
    assert [result["ok"] for result in answer["results"]] == [False, True]


def test_a_vocal_stem_tells_the_range_of_the_voice(
    tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    time = np.arange(RATE * 3) / RATE
    sung = np.concatenate([
        sum(np.sin(2 * np.pi * hertz * overtone * time) / overtone**1.5 for overtone in range(1, 6))
        for hertz in (196.0, 261.63, 392.0, 261.63)
    ])  # fmt: skip
    (tmp_path / "stems").mkdir()
    soundfile.write(tmp_path / "stems" / "vocals.wav", (0.1 * sung).astype(np.float32), RATE)

    _, document, _ = analyzed(capsys, tmp_path, str(song), "--stems", str(tmp_path / "stems"))

    assert document["vocal_range"] == {"low": 55, "high": 67, "low_name": "G3", "high_name": "G4"}
