"""Gives words their times by listening to the vocal stem, and writes down words nobody has given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from harmonix_splitter.domain.lyrics import Line, Lyrics, Provenance
from harmonix_splitter.domain.lyrics.alignment import Aligned, TextToAlign, aligned_lyrics
from harmonix_splitter.domain.lyrics.invented import Heard, sifted
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import AudioError, EngineMissingError, InvalidRequestError
from harmonix_splitter.services.ports.lyrics import (
    VOICE_RATE,
    SpeechTranscriber,
    TranscriptionWish,
    VoiceDetector,
    VoiceSamples,
    WordAligner,
)
from harmonix_splitter.services.ports.media import AudioReader
from harmonix_splitter.services.ports.progress import Progress, unheard

DEFAULT_ALIGNER = "built-in"
_SILENT = 1e-3
"""60 dB below full scale: what a separator leaves where nobody sings, and no voice."""


@dataclass(frozen=True)
class TimedText:
    """Aligned lyrics, and whether the text seems to belong to the recording."""

    lyrics: Lyrics
    fit: float
    belongs: bool


@dataclass(frozen=True)
class WordTiming:
    reader: AudioReader
    aligners: Mapping[str, WordAligner]
    detector: VoiceDetector
    transcriber: SpeechTranscriber

    def align(
        self,
        vocals: Path,
        text: TextToAlign,
        engine: str = "",
        progress: Progress = unheard,
        source: str = "",
        recording: Path | None = None,
    ) -> TimedText:
        """Time every word of a text. Raise AudioError when nobody sings in the recording.

        `recording` is the whole the vocals come from: an engine may want a share of it back.
        """
        aligner = self.aligner(engine)
        voice = self._voice(vocals)
        if recording is not None and aligner.recording_share:
            voice = _with_some_of(voice, self.reader.load(recording, VOICE_RATE, mono=True), aligner.recording_share)
        found = aligner.align(voice, text, progress)
        return TimedText(aligned_lyrics(text, _said(found, text), source), round(found.fit, 3), found.belongs)

    def transcribe(self, vocals: Path, wish: TranscriptionWish, progress: Progress = unheard) -> Lyrics:
        """Write down what is sung. Raise EngineMissingError, at once, when the speech engine is not there."""
        self.check(wish.model)
        voice = self._voice(vocals)
        stretches = self.detector.stretches(voice)
        transcript = self.transcriber.transcribe(voice, wish, stretches, progress)
        believed = sifted(transcript.segments, stretches or None)
        notes = [f"Transcribed on {transcript.device}; draft, please read it over."]
        if believed.dropped:
            notes.append(f"{len(believed.dropped)} segments were left out as invented.")
        return Lyrics(
            tuple(_line(heard) for heard in believed.kept),
            language=transcript.language,
            language_confidence=transcript.language_confidence,
            duration=Seconds(len(voice) / VOICE_RATE),
            source="transcription",
            model=transcript.model,
            notes=tuple(notes),
        )

    def check(self, model: str) -> None:
        """Raise EngineMissingError, with what to do, when this model cannot run here."""
        if missing := self.transcriber.missing(model):
            raise EngineMissingError("Transcription is not installed.", advice=missing, model=model)

    def can_transcribe(self, model: str) -> str:
        """Empty when it can; otherwise what to install."""
        return self.transcriber.missing(model)

    def aligner(self, engine: str) -> WordAligner:
        """The engine of this name ("" for the default). Raise InvalidRequestError when there is none."""
        name = engine or DEFAULT_ALIGNER
        if name not in self.aligners:
            raise InvalidRequestError(
                f"There is no aligner {name!r}.", advice=f"Known: {', '.join(sorted(self.aligners))}."
            )
        return self.aligners[name]

    def _voice(self, vocals: Path) -> VoiceSamples:
        voice = self.reader.load(vocals, VOICE_RATE, mono=True)
        if not len(voice) or float(np.abs(voice).max()) < _SILENT:
            raise AudioError(
                "Nobody sings here: the vocal stem is silent.",
                advice="Check that this is the vocal stem, or mark the song as instrumental.",
            )
        return voice


def _with_some_of(voice: VoiceSamples, recording: VoiceSamples, share: float) -> VoiceSamples:
    together = voice.astype(np.float32)
    count = min(len(voice), len(recording))
    together[:count] += np.float32(share) * recording[:count]
    return together


def _said(found: Aligned, text: TextToAlign) -> Aligned:
    """A poor fit, and another language than the text's own, are said in the notes: so they travel with the lyrics."""
    doubts = []
    if not found.belongs:
        doubts.append(
            f"This text may not belong to the recording (fit {found.fit:.0%}): check it before you use the times."
        )
    if text.language and text.reads_like not in {"", text.language.lower()[:2]}:
        doubts.append(f"This text was timed as {text.language}, but reads like {text.reads_like}.")
    return replace(found, notes=(*found.notes, *doubts))


def _line(heard: Heard) -> Line:
    text = " ".join(heard.text.split())
    start, end = Seconds(heard.start), Seconds(max(heard.start, heard.end))
    given = None if heard.words else max(0.0, min(1.0, float(np.exp(heard.mean_log_probability))))
    return Line(text, start, end, heard.words, provenance=Provenance.TRANSCRIBED, confidence_given=given)
