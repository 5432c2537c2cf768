"""`harmonix midi` as people type it; no model is here, so one voice is followed."""

import json
from pathlib import Path

import mido
import pytest
import soundfile

from harmonix_splitter.cli.main import run
from tests.songs_on_file import RATE, sound


def written_down(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, dict[str, object], str]:
    with pytest.raises(SystemExit) as left:
        run(["midi", "--json", "--data-dir", str(folder / "data"), "--out", str(folder / "midi"), *words])
    printed = capsys.readouterr()
    return int(left.value.code or 0), json.loads(printed.out.strip().splitlines()[-1]), printed.err


def test_a_line_becomes_a_midi_file_and_who_heard_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "bass.wav", sound(110.0, 1.0), RATE)

    code, answer, told = written_down(capsys, tmp_path, str(tmp_path / "bass.wav"), "--tempo", "90")

    assert (code, answer["notes"], answer["engine"]) == (0, 1, "one_voice")
    file = mido.MidiFile(str(answer["midi"]))
    assert [message.note for message in file if message.type == "note_on"] == [45]
    assert [mido.tempo2bpm(message.tempo) for message in file if message.type == "set_tempo"] == [pytest.approx(90)]
    assert "harmonix models pull basic_pitch" in told


def test_a_file_that_is_no_sound_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no music")
    soundfile.write(tmp_path / "voice.wav", sound(220.0, 1.0), RATE)

    code, answer, _ = written_down(capsys, tmp_path, str(tmp_path))

    assert code == 3
    assert [result["ok"] for result in answer["results"]] == [False, True]
    assert [path.name for path in (tmp_path / "midi").iterdir()] == ["voice.mid"]
