"""`harmonix separate` as people type it."""

import io
import json
import sys
from pathlib import Path

import pytest

from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.cli.main import run
from harmonix_splitter.cli.separate_inputs import checked_template, recordings
from harmonix_splitter.errors import InvalidRequestError
from tests import makers_media as make


def separate(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, dict]:
    base = ["separate", "--json", "--engine", "embedded", "--data-dir", str(folder / "data"), "-o", str(folder / "out")]
    with pytest.raises(SystemExit) as left:
        run([*base, *words])
    printed = capsys.readouterr().out.strip()
    return int(left.value.code or 0), json.loads(printed.splitlines()[-1]) if printed else {}


@pytest.fixture
def song(tmp_path: Path) -> Path:
    (tmp_path / "songs" / "more").mkdir(parents=True)
    make.write(tmp_path / "songs" / "more" / "b.mp3", make.tone(0.4))
    return make.write(tmp_path / "songs" / "a.wav", make.tone(0.5))


def test_demucs_spellings_work(tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--two-stems", "drums", "--mp3", "--mp3-bitrate", "192", "--shifts", "1", "-d", "cpu"]

    code, answer = separate(capsys, tmp_path, *words, "--filename", "{stem} of {track}.{ext}", str(song))

    assert code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["drums of a.mp3", "no_drums of a.mp3"]
    assert answer["results"][0]["sampleCount"] == 22_050


def test_one_bad_file_among_good_ones_is_exit_code_3(
    tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "songs" / "bad.mp3").write_bytes(b"no music")

    code, answer = separate(capsys, tmp_path, "--stems", "vocals", str(tmp_path / "songs"), "nowhere.mp3")

    assert code == 3
    assert [result["ok"] for result in answer["results"]] == [True, False, True, False]
    assert not answer["ok"]


def test_resume_skips_what_is_there(tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    separate(capsys, tmp_path, str(song))
    before = (tmp_path / "out" / "a" / "vocals.wav").stat().st_mtime_ns

    code, answer = separate(capsys, tmp_path, "--resume", str(song))

    assert (code, answer["results"][0]["skipped"]) == (0, True)
    assert (tmp_path / "out" / "a" / "vocals.wav").stat().st_mtime_ns == before


def test_a_stream_on_stdin_is_a_song(
    tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(song.read_bytes())))

    code, _ = separate(capsys, tmp_path, "-")

    assert code == 0
    assert len(PyAvMedia().load(tmp_path / "out" / "stream" / "vocals.wav")) == 22_050


def test_stems_nobody_can_make_are_refused(tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = separate(capsys, tmp_path, "--stems", "piano", str(song))

    assert code == 2
    assert "vocals" in answer["results"][0]["error"]["advice"]


def test_songs_of_one_name_get_folders_of_their_own(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "song.mp3").touch()

    assert [found.track for found in recordings([str(tmp_path / "*" / "*.mp3")])] == ["song", "song (2)"]


@pytest.mark.parametrize("template", ["{track}", "{stem}/{artist}", "{stem", "x"])
def test_a_wrong_name_template_is_refused_with_the_fields(template: str) -> None:
    with pytest.raises(InvalidRequestError, match="template"):
        checked_template(template)
