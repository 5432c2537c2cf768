"""What lyrics need from outside: engines that listen, places that know words, and somewhere to keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.domain.lyrics import LyricsVersion, VersionState
from harmonix_splitter.domain.lyrics.alignment import Aligned, TextToAlign
from harmonix_splitter.domain.lyrics.invented import Heard
from harmonix_splitter.domain.lyrics.lookup import FoundLyrics, SongFacts
from harmonix_splitter.services.ports.progress import Progress, unheard

VOICE_RATE = 16_000
VoiceSamples = NDArray[np.float32]
"""A vocal stem as mono samples at 16 kHz."""


class WordAligner(Protocol):
    """Finds where the words of a known text are sung."""

    @property
    def name(self) -> str:
        """What is written beside the times it found."""
        ...

    @property
    def recording_share(self) -> float:
        """How much of the whole recording it wants mixed back into the vocals; 0 for engines that want a bare voice."""
        ...

    def align(self, voice: VoiceSamples, text: TextToAlign, progress: Progress = unheard) -> Aligned:
        """One time per word, in order, starts never going back.

        Raise EngineMissingError with what to install, InvalidRequestError for a language it does not know, EngineError
        when it finds no way through the text.
        """
        ...


@dataclass(frozen=True)
class TranscriptionWish:
    """How to transcribe: the model's size and the language ("" to let it be detected)."""

    model: str = "small"
    language: str = ""


@dataclass(frozen=True)
class Transcript:
    """What a speech model wrote down, before anything is doubted, and what it ran on."""

    segments: tuple[Heard, ...]
    language: str
    language_confidence: float
    model: str
    device: str = "cpu"


class SpeechTranscriber(Protocol):
    """Writes down what is sung."""

    def transcribe(
        self,
        voice: VoiceSamples,
        wish: TranscriptionWish,
        stretches: Sequence[tuple[float, float]],
        progress: Progress = unheard,
    ) -> Transcript:
        """Listen only to the stretches (seconds), all of the voice when there are none.

        Raise EngineMissingError, at once and without the network, when the extra or the model is not there.
        """
        ...

    def missing(self, model: str) -> str:
        """What to do before this model can run; empty when it can."""
        ...


class VoiceDetector(Protocol):
    """Hears where somebody sings."""

    def stretches(self, voice: VoiceSamples) -> list[tuple[float, float]]:
        """Seconds, in order, not touching."""
        ...


class LyricsFinder(Protocol):
    """A place on the web that knows lyrics."""

    @property
    def name(self) -> str: ...

    def find(self, wanted: SongFacts) -> FoundLyrics | None:
        """The lyrics of this very recording, None when the place does not have them.

        Raise SourceError when the place is down, slow or answers nonsense, TooManyRequestsError when it says so.
        """
        ...

    def search(self, wanted: SongFacts) -> list[FoundLyrics]:
        """Everything the place has under this title and artist."""
        ...


class LyricsFiles(Protocol):
    """Words that lie in or beside a file of music."""

    def embedded(self, recording: Path, tags: Sequence[tuple[str, str]]) -> str:
        """The words in the file's own tags (`tags` are those already read), synced ones as LRC; "" when none."""
        ...

    def beside(self, recording: Path) -> tuple[str, str]:
        """Text and name of a lyrics file with the recording's own name; two empty strings when there is none."""
        ...

    def decoded(self, raw: bytes) -> str:
        """The text of a lyrics file, whatever its encoding."""
        ...


class YamlReader(Protocol):
    """Reads YAML safely."""

    def parse(self, text: str) -> object:
        """Plain values only. Raise InvalidRequestError for broken YAML, aliases and foreign types."""
        ...


class LyricsShelf(Protocol):
    """Keeps every version of every song's lyrics."""

    def current(self, song: str) -> LyricsVersion | None:
        """The applied version with the highest number."""
        ...

    def version(self, song: str, number: int) -> LyricsVersion:
        """Raise NotFoundError when there is no such version."""
        ...

    def versions(self, song: str) -> list[LyricsVersion]:
        """All of them, the newest first."""
        ...

    def add(self, version: LyricsVersion, expected: int | None = None) -> LyricsVersion:
        """Keep it under the next free number, which the answer carries.

        With `expected`, raise StaleLyricsError unless the current applied version has that number (0: none yet).
        """
        ...

    def mark(self, song: str, number: int, state: VersionState) -> LyricsVersion:
        """Change the state of a version. Raise NotFoundError when there is no such version."""
        ...

    def forget(self, song: str) -> None:
        """Delete every version of a song."""
        ...
