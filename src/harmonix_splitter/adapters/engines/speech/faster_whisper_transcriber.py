"""Writes down what is sung with faster-whisper (extra `speech`), from a model already on this machine.

Never reaches for the network: a model that is not in the models folder is missing, and the user is told what to pull.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.lyrics import Word
from harmonix_splitter.domain.lyrics.invented import Heard
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import EngineError, EngineMissingError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, Transcript, TranscriptionWish, VoiceSamples
from harmonix_splitter.services.ports.progress import Progress, unheard

SIZES = ("tiny", "base", "small", "medium", "large-v2", "large-v3", "large-v3-turbo")
_ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}
_PADDING = 0.4


@dataclass(frozen=True)
class FasterWhisperTranscriber:
    """Meets `SpeechTranscriber`. The model stays loaded between songs."""

    models_dir: Path
    device: str = "auto"
    _loaded: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def missing(self, model: str) -> str:
        size = _ALIASES.get(model, model)
        if size not in SIZES:
            return f"There is no speech model {model!r}; known: {', '.join(SIZES)}."
        if find_spec("faster_whisper") is None:
            return "Install it: pip install 'harmonix-splitter[speech]'."
        if not (self._folder(size) / "model.bin").is_file():
            return f"Put the faster-whisper model {size} into {self._folder(size)} (harmonix models pull {size})."
        return ""

    def transcribe(
        self,
        voice: VoiceSamples,
        wish: TranscriptionWish,
        stretches: Sequence[tuple[float, float]],
        progress: Progress = unheard,
    ) -> Transcript:
        size = _ALIASES.get(wish.model, wish.model)
        if advice := self.missing(size):
            raise EngineMissingError("Transcription is not installed.", advice=advice, model=size)
        model, device = self._model(size)
        progress(0.05)
        try:
            segments, facts = model.transcribe(voice, **_options(wish, stretches, len(voice) / VOICE_RATE))
            heard = tuple(_heard(segments, len(voice) / VOICE_RATE, progress))
        except (RuntimeError, ValueError) as failed:
            raise EngineError(f"The speech model failed: {failed}.", advice="Try a smaller model.") from None
        progress(1.0)
        return Transcript(heard, str(facts.language), float(facts.language_probability), f"whisper-{size}", device)

    def _folder(self, size: str) -> Path:
        return self.models_dir / "speech" / f"faster-whisper-{size}"

    def _model(self, size: str) -> tuple[Any, str]:
        """Loaded once: half precision on a GPU, 8 bits on a CPU."""
        if size not in self._loaded:
            from faster_whisper import WhisperModel

            device = self.device if self.device != "auto" else "cuda" if _has_gpu() else "cpu"
            compute = "float16" if device == "cuda" else "int8"
            model = WhisperModel(str(self._folder(size)), device=device, compute_type=compute, local_files_only=True)
            self._loaded.clear()
            self._loaded[size] = (model, f"{device} ({compute})")
        model, device = self._loaded[size]
        return model, device


def _options(wish: TranscriptionWish, stretches: Sequence[tuple[float, float]], length: float) -> dict[str, Any]:
    """Words need times; text before must not lead the text after; repeats are allowed, choruses do that."""
    options: dict[str, Any] = {
        "language": wish.language or None,
        "beam_size": 5,
        "word_timestamps": True,
        "condition_on_previous_text": False,
        "vad_filter": False,
        "hallucination_silence_threshold": 2.0,
    }
    if stretches:
        options["clip_timestamps"] = [edge for pair in _windows(stretches, length) for edge in pair]
    return options


def _windows(stretches: Sequence[tuple[float, float]], length: float) -> list[tuple[float, float]]:
    """The stretches with a little air around them, joined where they then meet."""
    windows: list[tuple[float, float]] = []
    for start, end in stretches:
        begin, finish = max(0.0, start - _PADDING), min(length, end + _PADDING)
        if windows and begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(finish, windows[-1][1]))
        else:
            windows.append((begin, finish))
    return windows


def _heard(segments: Any, length: float, progress: Progress) -> Iterator[Heard]:
    """Segments come while the model listens, so progress and cancelling happen between them."""
    for segment in segments:
        progress(min(0.99, 0.05 + 0.94 * segment.end / max(length, 0.1)))
        words = tuple(
            Word(word.word.strip(), Seconds(word.start), Seconds(word.end), float(word.probability))
            for word in segment.words or ()
            if word.word.strip()
        )
        yield Heard(
            segment.text.strip(),
            float(segment.start),
            float(segment.end),
            words,
            float(segment.no_speech_prob),
            float(segment.avg_logprob),
        )


def _has_gpu() -> bool:
    """ctranslate2 is what faster-whisper computes with."""
    try:
        return bool(import_module("ctranslate2").get_cuda_device_count())
    except (ImportError, RuntimeError):
        return False
