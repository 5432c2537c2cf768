"""Stand-ins for what lyrics need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from harmonix_splitter.domain.lyrics import LyricsVersion, VersionState
from harmonix_splitter.domain.lyrics.alignment import Aligned, TextToAlign, evenly
from harmonix_splitter.domain.lyrics.invented import Heard
from harmonix_splitter.domain.lyrics.lookup import FoundLyrics, SongFacts
from harmonix_splitter.domain.media import MediaFacts
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import NotFoundError, SourceError, StaleLyricsError
from harmonix_splitter.services.ports.lyrics import Transcript, TranscriptionWish, VoiceSamples
from harmonix_splitter.services.ports.progress import Progress, unheard


@dataclass
class ShelfInMemory:
    """LyricsShelf, as the contract says, in a dictionary."""

    kept: dict[str, list[LyricsVersion]] = field(default_factory=dict)

    def current(self, song: str) -> LyricsVersion | None:
        applied = [each for each in self.kept.get(song, []) if each.state is VersionState.APPLIED]
        return applied[-1] if applied else None

    def version(self, song: str, number: int) -> LyricsVersion:
        for each in self.kept.get(song, []):
            if each.number == number:
                return each
        raise NotFoundError(f"There is no version {number} of these lyrics.")

    def versions(self, song: str) -> list[LyricsVersion]:
        return list(reversed(self.kept.get(song, [])))

    def add(self, version: LyricsVersion, expected: int | None = None) -> LyricsVersion:
        held = self.current(version.song)
        number = held.number if held else 0
        if expected is not None and expected != number:
            raise StaleLyricsError("Somebody saved meanwhile.", current=number)
        numbered = replace(version, number=len(self.kept.get(version.song, [])) + 1)
        self.kept.setdefault(version.song, []).append(numbered)
        return numbered

    def mark(self, song: str, number: int, state: VersionState) -> LyricsVersion:
        marked = replace(self.version(song, number), state=state)
        self.kept[song] = [marked if each.number == number else each for each in self.kept[song]]
        return marked

    def forget(self, song: str) -> None:
        self.kept.pop(song, None)


@dataclass
class FakeAligner:
    """Spaces words evenly over ten seconds, with the fit it is told."""

    fit: float = 0.9
    name: str = "built-in"
    recording_share: float = 0.0
    voices: list[VoiceSamples] = field(default_factory=list)
    asked: list[TextToAlign] = field(default_factory=list)

    def align(self, voice: VoiceSamples, text: TextToAlign, progress: Progress = unheard) -> Aligned:
        self.asked.append(text)
        self.voices.append(voice)
        return Aligned(tuple(evenly(text.word_count, (0.0, 10.0))), self.fit, self.name)


@dataclass
class FakeTranscriber:
    heard: tuple[Heard, ...] = ()
    advice: str = ""
    windows: list[tuple[float, float]] = field(default_factory=list)

    def missing(self, model: str) -> str:
        return self.advice

    def transcribe(
        self,
        voice: VoiceSamples,
        wish: TranscriptionWish,
        stretches: Sequence[tuple[float, float]],
        progress: Progress = unheard,
    ) -> Transcript:
        self.windows = list(stretches)
        return Transcript(self.heard, wish.language or "en", 0.9, f"whisper-{wish.model}", "cpu (int8)")


@dataclass
class FakeDetector:
    found: list[tuple[float, float]] = field(default_factory=list)

    def stretches(self, voice: VoiceSamples) -> list[tuple[float, float]]:
        return self.found


@dataclass
class FakeFinder:
    answer: FoundLyrics | None = None
    is_down: bool = False
    name: str = "LRCLIB"

    def find(self, wanted: SongFacts) -> FoundLyrics | None:
        if self.is_down:
            raise SourceError("LRCLIB cannot be reached.")
        return self.answer

    def search(self, wanted: SongFacts) -> list[FoundLyrics]:
        return [self.answer] if self.answer else []


@dataclass
class FakeFiles:
    tags: str = ""
    sidecar: str = ""

    def embedded(self, recording: Path, tags: Sequence[tuple[str, str]]) -> str:
        return self.tags

    def beside(self, recording: Path) -> tuple[str, str]:
        return (self.sidecar, "song.lrc") if self.sidecar else ("", "")

    def decoded(self, raw: bytes) -> str:
        return raw.decode()


@dataclass
class FakeVoice:
    """MediaProbe and AudioReader for one recording that is always the same."""

    samples: np.ndarray = field(default_factory=lambda: np.full(160_000, 0.1, np.float32))

    def probe(self, path: Path) -> MediaFacts:
        return MediaFacts(Seconds(10.0), 44_100, 2, 441_000, "flac", "flac")

    def load(self, path: Path, rate: int | None = None, mono: bool = False) -> np.ndarray:
        return self.samples
