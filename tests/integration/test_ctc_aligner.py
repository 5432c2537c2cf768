"""The CTC aligner on a real ONNX model whose answer is known: it hears one pitch per letter."""

import json
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.speech.ctc_aligner import CtcAligner
from harmonix_splitter.analysis.ctc import spelled
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.errors import EngineError, EngineMissingError, InvalidRequestError
from tests.ctc_model import pitches, write_model

pytest.importorskip("onnx")
WORDS = ("abba", "cafe", "hide", "jade", "big", "edge")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "ctc")


def text(words: tuple[str, ...]) -> TextToAlign:
    return TextToAlign.of_text("\n".join(" ".join(words[at : at + 3]) for at in range(0, len(words), 3)))


def test_every_word_starts_where_its_letters_are_heard(folder: Path):
    voice, starts = pitches(WORDS)

    found = CtcAligner(folder).align(voice, text(WORDS))

    assert [word.start for word in found.words] == pytest.approx(starts, abs=0.04)
    assert found.belongs
    assert min(word.confidence for word in found.words) > 0.5


def test_a_recording_longer_than_a_piece_is_timed_without_a_seam(folder: Path):
    words = WORDS * 12
    voice, starts = pitches(words)
    assert len(voice) > 45 * 16_000

    found = CtcAligner(folder).align(voice, text(words))

    assert [word.start for word in found.words] == pytest.approx(starts, abs=0.04)


def test_capitals_accents_and_letters_the_model_lacks_do_not_matter(folder: Path):
    voice, starts = pitches(("abba", "cafe"))

    found = CtcAligner(folder).align(voice, TextToAlign.of_text("Abba xyz CAFÉ"))

    assert [found.words[0].start, found.words[2].start] == pytest.approx(starts, abs=0.04)
    assert found.words[1].confidence == 0


def test_a_text_of_another_song_does_not_belong(folder: Path):
    voice, _ = pitches(WORDS)

    found = CtcAligner(folder).align(voice, text(("jig", "egg", "hag", "fij", "gad", "ihb")))

    assert not found.belongs


def test_what_is_missing_or_does_not_fit_is_said_in_words(folder: Path):
    voice, _ = pitches(WORDS)
    (folder / "vocab.json").write_text(json.dumps({"<pad>": 0, "a": 99}))
    with pytest.raises(EngineError, match=r"vocab\.json"):
        CtcAligner(folder).align(voice, text(("a",)))
    (folder / "vocab.json").write_text("not json")
    with pytest.raises(EngineError, match="cannot be read"):
        CtcAligner(folder).align(voice, text(WORDS))
    (folder / "model.onnx").unlink()
    with pytest.raises(EngineMissingError) as missing:
        CtcAligner(folder).align(voice, text(WORDS))
    assert "model.onnx" in missing.value.advice


def test_equal_letters_in_a_row_need_a_blank_between_them():
    sure = np.log(np.full((5, 2), 0.1, np.float32))
    sure[[1, 3], 1] = sure[[0, 2, 4], 0] = np.log(0.9)

    found = spelled(sure, [1, 1], blank=0)

    assert (found.starts.tolist(), found.ends.tolist()) == ([1, 3], [2, 4])
    with pytest.raises(InvalidRequestError, match="do not fit"):
        spelled(sure, [1, 1, 1, 1], blank=0)
