"""harmonix lyrics on plain files."""

import json
from pathlib import Path

import pytest
import soundfile

from harmonix_splitter.cli.main import run
from harmonix_splitter.domain.lyrics.languages import asked_language
from harmonix_splitter.python_api import LyricsExtractor
from tests.singer import RATE, sung

LINES = ("lima sotu napi", "teka sulo mena disa", "nolu pati zema")


@pytest.fixture
def vocals(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "vocals.flac", sung(LINES).samples, RATE)
    return tmp_path / "vocals.flac"


def harmonix(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        run([str(each) for each in arguments])
    return int(left.value.code or 0)


def test_a_plain_file_of_singing_is_aligned(vocals: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = tmp_path / "words.txt"
    text.write_text("[Verse]\n" + "\n".join(LINES), encoding="utf-8")

    code = harmonix("lyrics", "align", vocals, text, "--vocals", "--language", "es", "--json", "--data-dir", tmp_path)

    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (code, answer["ok"], answer["belongs"], answer["engine"]) == (0, True, True, "built-in")
    starts = [word["start"] for line in answer["lines"] for word in line["words"]]
    missed = sorted(abs(a - b) for a, b in zip(starts, sung(LINES).starts, strict=True))
    assert missed[len(missed) // 2] <= 0.08


def test_transcribing_without_the_engine_says_what_to_do(vocals: Path, capsys: pytest.CaptureFixture[str]):
    assert harmonix("lyrics", "transcribe", vocals, "--vocals", "--model", "enormous") == 5
    assert "known: tiny" in capsys.readouterr().err


def test_files_are_converted_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.lrc").write_text("[00:01.00]lima", encoding="utf-8")

    assert harmonix("lyrics", "export", tmp_path / "a.lrc", "--format", "srt", "-o", tmp_path / "a.srt") == 0
    assert harmonix("lyrics", "import", tmp_path / "a.srt", "-o", tmp_path / "a.yaml") == 0
    assert harmonix("lyrics", "show", tmp_path / "a.yaml") == 0
    assert "0:01.00  lima" in capsys.readouterr().out


def test_a_text_that_is_not_there_is_named(vocals: Path, capsys: pytest.CaptureFixture[str]):
    assert harmonix("lyrics", "align", vocals, "missing.txt", "--vocals") == 4
    assert "missing.txt" in capsys.readouterr().err


def test_a_file_that_holds_no_text_is_not_timed(vocals: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "words.txt").write_bytes(bytes(range(256)))

    assert harmonix("lyrics", "align", vocals, tmp_path / "words.txt", "--vocals") == 2
    assert "words.txt holds no text" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["klingon", "e", "english", "fr en", "e1"])
def test_a_language_without_a_code_is_refused_with_advice(vocals: Path, asked: str, capsys: pytest.CaptureFixture[str]):
    assert harmonix("lyrics", "align", vocals, "lima sotu", "--vocals", "--language", asked) == 2
    assert harmonix("lyrics", "transcribe", vocals, "--vocals", "--language", asked) == 2
    assert capsys.readouterr().err.count("two or three letters") == 2


@pytest.mark.parametrize(
    ("asked", "meant"), [("auto", ""), (" fr ", "fr"), ("yue", "yue"), ("pt-BR", "pt-BR"), ("zh_Hant_TW", "zh_Hant_TW")]
)
def test_codes_of_two_or_three_letters_are_taken_with_their_regions(asked: str, meant: str):
    assert asked_language(asked) == meant


def test_scripts_time_words_too(vocals: Path):
    document = LyricsExtractor().align(vocals, "\n".join(LINES), "es")

    assert document["belongs"] is True
    assert document["timing"] == "word"
