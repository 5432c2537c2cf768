"""Harmonix for scripts and notebooks, under the names of its documents.

from harmonix_splitter import HarmonixSeparator, QualityMode

stems = HarmonixSeparator(quality_mode=QualityMode.STUDIO).separate("song.mp3", "stems/")
"""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.bootstrap import studio
from harmonix_splitter.domain.analysis import Analysis, KeyFinding, Tempo
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.domain.lyrics.languages import asked_language
from harmonix_splitter.domain.lyrics.shapes import document_of
from harmonix_splitter.domain.media import STUDIO_RATE, AudioFormat, Encoding, MediaFacts
from harmonix_splitter.domain.separation import VOCALS, Mode, Quality, Recipe, Separated
from harmonix_splitter.errors import AudioError, HarmonixError
from harmonix_splitter.services.analysis import analysis_of_samples
from harmonix_splitter.services.ports.lyrics import TranscriptionWish
from harmonix_splitter.services.separation import Output

__all__ = [
    "AudioPreprocessor",
    "HarmonixOrchestrator",
    "HarmonixSeparator",
    "InstrumentDetector",
    "LyricsExtractor",
    "MusicAnalyzer",
    "ProcessingResult",
    "QualityMode",
    "SeparationMode",
]

QualityMode = Quality
SeparationMode = Mode
Audio = NDArray[np.float32]
_FULL = np.float32(0.98)


class HarmonixSeparator:
    """Splits recordings into stems. Models stay loaded between calls of one process.

    `last` tells how the latest separation came about: engine, model, device, notes, silent stems.
    """

    def __init__(
        self,
        quality_mode: Quality | str = Quality.BALANCED,
        mode: Mode | str = Mode.GROUPED,
        engine: str = "auto",
        model: str = "",
        device: str = "auto",
        stems: tuple[str, ...] = (),
    ) -> None:
        self.quality_mode, self.device = Quality(quality_mode), device
        self.recipe = Recipe(Mode(mode), self.quality_mode, engine, model, tuple(stems))
        self._service = studio({"separation.device": device}).separation
        self.last: Separated | None = None

    @property
    def model(self) -> str:
        """The engine and model that would run."""
        offer = self._service.choose(self.recipe).offer
        return f"{offer.engine}/{offer.model}"

    def separate(
        self, audio_path: Path | str, output_dir: Path | str | None = None, encoding: Encoding | None = None
    ) -> dict[str, Path]:
        """A file for each stem, in `output_dir` or in a folder "stems" beside the recording named after it."""
        path = Path(audio_path)
        target = Path(output_dir) if output_dir else path.with_name(f"{path.stem}_stems")
        self.last = self._service.separate(path, self.recipe, target, output=Output(encoding or Encoding()))
        return dict(self.last.stems)

    def separate_stems(self, audio: Audio, sr: int) -> dict[str, Audio]:
        """Arrays in, arrays out: (frames,) or (channels, frames) at `sr`; each stem is (2, frames) at `sr`."""
        import soundfile

        with tempfile.TemporaryDirectory(prefix="harmonix-") as folder:
            recording = Path(folder) / "recording.wav"
            soundfile.write(recording, np.atleast_2d(audio).T, sr, subtype="FLOAT")
            exact = Output(Encoding(AudioFormat.WAV, 32))
            self.last = self._service.separate(recording, self.recipe, Path(folder) / "stems", output=exact)
            reader = self._service.reader
            return {name: reader.load(path, sr).T for name, path in self.last.stems.items()}


class AudioPreprocessor:
    """Looks at recordings before anything is done with them."""

    def __init__(self, sample_rate: int = STUDIO_RATE) -> None:
        self.sample_rate = sample_rate
        self._media = studio().separation.reader

    def load_and_validate(self, path: Path | str) -> tuple[Audio, int]:
        """The recording as (2, frames) and its rate. Raise AudioError, in a sentence, when it is none."""
        return self._media.load(Path(path), self.sample_rate).T, self.sample_rate

    def normalize(self, audio: Audio) -> Audio:
        """As loud as it can be without clipping; silence stays silence. Raise AudioError for what is not sound."""
        if not np.isfinite(audio).all():
            raise AudioError("This audio holds values that are not numbers.")
        loudest = np.abs(audio).max(initial=0.0)
        return audio * (_FULL / loudest) if loudest > 0 else audio

    def facts(self, path: Path | str) -> MediaFacts:
        """Duration, rate, channels, codec and tags, from the headers."""
        from harmonix_splitter.bootstrap.separation import media

        return media().probe(Path(path))


class LyricsExtractor:
    """The words of a vocal stem: written down, or timed when the text is known."""

    def __init__(self, model_size: str = "small", device: str = "auto") -> None:
        self.model_size = model_size
        self._words = studio({"separation.device": device}).word_timing

    def extract(self, vocals_path: Path | str, language: str = "") -> dict[str, Any]:
        """The lyrics document of what is sung. Raise EngineMissingError, with what to install, without `speech`."""
        wish = TranscriptionWish(self.model_size, asked_language(language))
        return document_of(self._words.transcribe(Path(vocals_path), wish))

    def align(
        self,
        vocals_path: Path | str,
        text: str,
        language: str = "",
        engine: str = "",
        recording_path: Path | str | None = None,
    ) -> dict[str, Any]:
        """The lyrics document of a known text, each word timed; `fit` says how well the text belongs (0 to 1).

        With the recording the vocals were separated from, the times get better.
        """
        recording = Path(recording_path) if recording_path else None
        wanted = TextToAlign.of_text(text, asked_language(language))
        timed = self._words.align(Path(vocals_path), wanted, engine, recording=recording)
        return document_of(timed.lyrics) | {"fit": timed.fit, "belongs": timed.belongs}


class MusicAnalyzer:
    """Tempo, key and everything else that can be heard in music."""

    def __init__(self) -> None:
        self._service = studio().analysis

    def analyze_tempo(self, audio: Audio, sr: int) -> Tempo | None:
        """BPM, confidence and stability; None when no steady beat is heard. (frames,) or (channels, frames)."""
        return _heard(audio, sr).rhythm.tempo

    def analyze_key(self, audio: Audio, sr: int) -> KeyFinding | None:
        """The likeliest key with its confidence; None for what has none, such as speech or noise."""
        keys = _heard(audio, sr).keys
        return keys[0] if keys else None

    def full_analysis(self, audio_path: Path | str, stems: Mapping[str, Path] | None = None) -> Analysis:
        """Everything about a recording; with its stems the answers are better."""
        return self._service.analyze(Path(audio_path), stems or {})


class InstrumentDetector:
    """Which instruments play: a confidence from 0 to 1 for each of ten."""

    def detect(self, audio_path: Path | str, stems: Mapping[str, Path] | None = None) -> dict[str, float]:
        return dict(studio().analysis.analyze(Path(audio_path), stems or {}).instruments)

    def detect_from_array(self, audio: Audio, sr: int) -> dict[str, float]:
        return dict(_heard(audio, sr).instruments)


def _heard(audio: Audio, sr: int) -> Analysis:
    return analysis_of_samples(audio.T if audio.ndim == 2 else audio, sr)


@dataclass(frozen=True)
class ProcessingResult:
    """What became of one file. `error` says why when it could not be processed, and the rest is empty."""

    source: Path
    stems: Mapping[str, Path] = field(default_factory=dict)
    analysis: Analysis | None = None
    lyrics: dict[str, Any] | None = None
    error: str = ""


class HarmonixOrchestrator:
    """The whole way of a recording: separated, then analysed with its stems, its words timed when they are given."""

    def __init__(self, quality_mode: Quality = Quality.BALANCED, mode: Mode = Mode.GROUPED) -> None:
        self._separator = HarmonixSeparator(quality_mode=quality_mode, mode=mode)
        self._analyzer = MusicAnalyzer()

    def process(self, input_path: Path | str, output: Path | str = "stems", text: str = "") -> ProcessingResult:
        source = Path(input_path)
        stems = self._separator.separate(source, Path(output) / source.stem)
        analysis = self._analyzer.full_analysis(source, stems)
        lyrics = None
        if text and VOCALS in stems:
            lyrics = LyricsExtractor().align(stems[VOCALS], text, recording_path=source)
        return ProcessingResult(source, stems, analysis, lyrics)

    def analyze_only(self, input_path: Path | str) -> Analysis:
        return self._analyzer.full_analysis(input_path)

    def batch_process(self, paths: Iterable[Path | str], output: Path | str = "stems") -> list[ProcessingResult]:
        """One result per path, in order; what fails says why and the rest goes on."""
        return [self._tried(Path(path), Path(output)) for path in paths]

    def _tried(self, path: Path, output: Path) -> ProcessingResult:
        try:
            return self.process(path, output)
        except HarmonixError as error:
            return ProcessingResult(path, error=str(error))
