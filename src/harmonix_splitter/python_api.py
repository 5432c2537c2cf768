"""Harmonix for scripts and notebooks, under the names of its documents.

from harmonix_splitter import HarmonixSeparator, QualityMode

stems = HarmonixSeparator(quality_mode=QualityMode.STUDIO).separate("song.mp3", "stems/")
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.bootstrap import studio
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.domain.lyrics.shapes import document_of
from harmonix_splitter.domain.media import STUDIO_RATE, AudioFormat, Encoding, MediaFacts
from harmonix_splitter.domain.separation import Mode, Quality, Recipe, Separated
from harmonix_splitter.errors import AudioError
from harmonix_splitter.services.ports.lyrics import TranscriptionWish
from harmonix_splitter.services.separation import Output

__all__ = ["AudioPreprocessor", "HarmonixSeparator", "LyricsExtractor", "QualityMode", "SeparationMode"]

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
        wish = TranscriptionWish(self.model_size, "" if language == "auto" else language)
        return document_of(self._words.transcribe(Path(vocals_path), wish))

    def align(self, vocals_path: Path | str, text: str, language: str = "", engine: str = "") -> dict[str, Any]:
        """The lyrics document of a known text, each word timed; `fit` says how well the text belongs (0 to 1)."""
        timed = self._words.align(Path(vocals_path), TextToAlign.of_text(text, language), engine)
        return document_of(timed.lyrics) | {"fit": timed.fit, "belongs": timed.belongs}
