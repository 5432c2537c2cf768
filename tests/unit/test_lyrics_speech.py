"""The speech extra against the real package: its detector is run, its functions take what we give them."""

import inspect
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.speech.faster_whisper_transcriber import FasterWhisperTranscriber, _options
from harmonix_splitter.adapters.engines.speech.silero_detector import SileroDetector, bundled_silero
from harmonix_splitter.errors import CancelledError, EngineMissingError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, TranscriptionWish
from tests import whisper_model

whisper = pytest.importorskip("faster_whisper", reason="the extra speech is not installed")


def test_the_real_package_takes_every_option_we_give_it(tmp_path: Path):
    options = _options(TranscriptionWish("tiny", "fr"), [(1.0, 2.0), (5.0, 6.0)], 10.0)

    inspect.signature(whisper.WhisperModel.transcribe).bind(None, np.zeros(16_000, np.float32), **options)
    inspect.signature(whisper.WhisperModel).bind(
        str(tmp_path), device="cpu", compute_type="int8", local_files_only=True
    )
    assert options["clip_timestamps"] == pytest.approx([0.6, 2.4, 4.6, 6.4])


def test_a_model_that_is_not_there_is_missed_at_once_with_the_next_step(tmp_path: Path):
    with pytest.raises(EngineMissingError) as missing:
        FasterWhisperTranscriber(tmp_path).transcribe(np.zeros(16_000, np.float32), TranscriptionWish("tiny"), [])

    assert "faster-whisper-tiny" in missing.value.advice


@pytest.fixture(scope="module")
def babbler(tmp_path_factory: pytest.TempPathFactory) -> FasterWhisperTranscriber:
    """The real engine on a model of random weights."""
    folder: Path = tmp_path_factory.mktemp("models")
    whisper_model.save(folder / "speech" / "faster-whisper-tiny")
    return FasterWhisperTranscriber(folder, device="cpu")


def voice(seconds: float) -> np.ndarray:
    return np.random.default_rng(0).normal(scale=0.1, size=int(seconds * VOICE_RATE)).astype(np.float32)


def test_a_model_in_the_folder_is_run_and_its_words_come_back_with_times_inside_the_song(babbler):
    shares: list[float] = []

    written = babbler.transcribe(voice(4), TranscriptionWish("tiny", "en"), [(0.5, 3.0)], shares.append)

    words = [word for segment in written.segments for word in segment.words]
    assert words
    assert all(0.0 <= word.start <= word.end <= 4.0 for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert (written.model, written.device, written.language) == ("whisper-tiny", "cpu (int8)", "en")
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_transcribing_can_be_cancelled_between_segments(babbler):
    def stop(share: float) -> None:
        if share > 0.05:
            raise CancelledError("Enough.")

    with pytest.raises(CancelledError):
        babbler.transcribe(voice(4), TranscriptionWish("tiny", "en"), [(0.5, 3.0)], stop)


def test_the_detector_inside_the_package_runs_and_hears_silence_as_silence():
    model = bundled_silero()
    assert model is not None

    shares = SileroDetector(model)._shares(np.zeros(VOICE_RATE * 2, np.float32))

    assert len(shares) == VOICE_RATE * 2 // 512
    assert 0 <= float(shares.min()) <= float(shares.max()) < 0.25
