"""The speech extra against the real package: its detector is run, its functions take what we give them."""

import inspect
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.speech.faster_whisper_transcriber import FasterWhisperTranscriber, _options
from harmonix_splitter.adapters.engines.speech.silero_detector import SileroDetector, bundled_silero
from harmonix_splitter.errors import EngineMissingError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, TranscriptionWish

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


def test_the_detector_inside_the_package_runs_and_hears_silence_as_silence():
    model = bundled_silero()
    assert model is not None

    shares = SileroDetector(model)._shares(np.zeros(VOICE_RATE * 2, np.float32))

    assert len(shares) == VOICE_RATE * 2 // 512
    assert 0 <= float(shares.min()) <= float(shares.max()) < 0.25
