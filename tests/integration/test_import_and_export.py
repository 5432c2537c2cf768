"""Songs in and out by the command line, and the settings of a StemTube installation taken over."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.bootstrap import studio
from harmonix_splitter.cli.main import _code
from harmonix_splitter.config.settings import load
from harmonix_splitter.config.stemtube import take_over, translated
from harmonix_splitter.errors import ConflictError


def last_line(captured: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(captured.readouterr().out.strip().splitlines()[-1])
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    here = studio({"data.dir": tmp_path / "data"})
    here.prepare()
    people = here.accounts.people
    people.create(people.new_user("ann"), "correct horse battery staple")
    here.close()
    return tmp_path / "data"


def test_a_folder_becomes_songs_that_wait_for_a_worker(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    music = tmp_path / "music" / "deep"
    music.mkdir(parents=True)
    for number in range(2):
        noise = np.random.default_rng(number).uniform(-0.1, 0.1, (44_100, 2))
        soundfile.write(music / f"song {number}.wav", noise, 44_100)
    (music / "notes.txt").write_text("not music")

    code = _code(["import", str(tmp_path / "music"), "--user", "ann", "--data-dir", str(data), "--json"])

    answer = last_line(capsys)
    assert code == 0
    assert answer["ok"] is True
    assert len(answer["songs"]) == 2  # type: ignore[arg-type]
    here = studio({"data.dir": data})
    assert here.songs.song(answer["songs"][0]["songId"]).facts.title == "song 0"  # type: ignore[index]
    here.close()


def test_hidden_files_and_links_in_a_folder_are_no_songs(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    music, elsewhere = tmp_path / "music", tmp_path / "elsewhere"
    for folder in (music / ".Trash", elsewhere):
        folder.mkdir(parents=True)
    for name in ("song.wav", "._song.wav", ".Trash/old.wav", "../elsewhere/private.wav"):
        soundfile.write(music / name, np.full((4410, 2), 0.1), 44_100)
    (music / "passwords.mp3").symlink_to("/etc/passwd")
    (music / "private.wav").symlink_to(elsewhere / "private.wav")
    (music / "gone.wav").symlink_to(elsewhere / "gone.wav")
    (music / "all").symlink_to(elsewhere)

    code = _code(["import", str(music), "--user", "ann", "--data-dir", str(data), "--json"])

    captured = capsys.readouterr()
    answer = json.loads(captured.out.strip().splitlines()[-1])
    assert code == 0
    assert [Path(song["file"]).name for song in answer["songs"]] == ["song.wav"]
    assert "passwords.mp3: left out, it is a link" in captured.err + captured.out


def test_importing_for_nobody_is_refused(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _code(["import", str(tmp_path), "--user", "nobody", "--data-dir", str(data)]) == 4
    assert "There is no user" in capsys.readouterr().err


def test_exporting_a_song_that_is_not_there_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _code(["export", "nothing", "--data-dir", str(data)]) == 4
    assert "There is no song" in capsys.readouterr().err


def test_a_share_command_without_a_server_says_what_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert _code(["share", "status", "123456", "--server", "http://127.0.0.1:9"]) == 1
    assert "cannot be reached" in capsys.readouterr().err


def test_stemtubes_keys_become_ours_and_the_rest_is_named(tmp_path: Path) -> None:
    old = tmp_path / "config.json"
    content = {"PORT": 5011, "max_concurrent_extractions": 2, "use_gpu_for_extraction": False, "theme": "dark"}
    old.write_text(json.dumps(content))

    left = take_over(old, tmp_path / "config.yaml")

    settings = load(file=tmp_path / "config.yaml")
    assert left == ["theme"]
    assert settings.server.port == 5011
    assert settings.queue.separations_at_once == 2
    assert settings.separation.device == "cpu"
    with pytest.raises(ConflictError):
        take_over(old, tmp_path / "config.yaml")


def test_upload_limits_are_translated_to_megabytes() -> None:
    assert translated({"MAX_CONTENT_LENGTH": 524_288_000})[0] == {"limits": {"upload_mb": 500}}
