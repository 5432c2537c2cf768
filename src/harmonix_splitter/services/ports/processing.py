"""What a job needs from the rooms that do the work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.lyrics.wishes import WordsWish
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.services.ports.progress import Progress


class SeparatedStems(Protocol):
    """The outcome of a separation: a lossless file per stem, and what really ran."""

    @property
    def stems(self) -> Mapping[str, Path]: ...

    @property
    def engine(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def device(self) -> str: ...

    @property
    def notes(self) -> tuple[str, ...]: ...


class Separates(Protocol):
    def separate(self, recording: Path, recipe: Recipe, target: Path, progress: Progress, /) -> SeparatedStems: ...


class FactDocument(Protocol):
    def to_document(self) -> dict[str, Any]: ...


class Analyses(Protocol):
    def analyze(self, recording: Path, stems: Mapping[str, Path], progress: Progress, /) -> FactDocument: ...

    def with_stems(self, known: Mapping[str, Any], stems: Mapping[str, Path], progress: Progress, /) -> FactDocument:
        """A stored analysis with what the stems tell better; all stems of the recording are needed."""
        ...


class FindsWords(Protocol):
    """Gives a recording its words; whatever somebody corrected by hand stays."""

    def find(self, recording: Recording, stems: Mapping[str, Path], progress: Progress, /) -> None: ...

    def carry_out(self, recording_id: str, stems: Mapping[str, Path], wish: WordsWish, progress: Progress, /) -> str:
        """Do what somebody asked for, and say in a sentence what became of it."""
        ...


@dataclass(frozen=True)
class Identity:
    """What a recording is, whatever file it came in. `words` are 32-bit fingerprint words, `seconds_per_word` apart."""

    audio_hash: str
    words: tuple[int, ...]
    duration: float
    sample_rate: int
    samples: int
    has_video: bool = False
    levels: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32), compare=False, repr=False)
    """How loud each band is at each word."""


class Identifies(Protocol):
    def identify(self, recording: Path, progress: Progress, /) -> Identity:
        """AudioError for a file that is not audio, is broken or is too long."""
        ...


@dataclass(frozen=True)
class Match:
    """Another recording of the same sound. This one starts `offset` seconds into the other (negative: before it)."""

    recording_id: str
    offset: float
    likeness: float
    is_same: bool


class Compares(Protocol):
    """Finds out whether two recordings are the same sound."""

    def marks(self, words: tuple[int, ...]) -> list[int]:
        """A few words of the fingerprint by which candidates are found."""
        ...

    def marks_near(self, words: tuple[int, ...]) -> list[int]:
        """The marks that a copy of this may have."""
        ...

    def compare(self, words: tuple[int, ...], other: Recording) -> Match | None: ...

    def is_same_mix(self, ours: Identity, theirs: Identity, offset: float) -> bool:
        """Asked of what `compare` calls the same: a fingerprint hardly hears whether somebody sings."""
        ...
