"""What playback needs from outside: a stretcher, and a place for what was rendered."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from harmonix_splitter.domain.units import Semitones
from harmonix_splitter.services.ports.media import Samples


class Stretcher(Protocol):
    """Plays faster or slower, higher or lower, each without the other."""

    def stretched(
        self, blocks: Iterable[Samples], rate: int, tempo: float, semitones: Semitones, /
    ) -> Iterator[Samples]:
        """Blocks (frames, 2) of n frames in all come out as round(n / tempo); beats stay where they belong, to within
        a few samples. Memory does not grow with the recording."""
        ...


class Renderings(Protocol):
    """Files that can always be made again, by name; the least recently used go when there are too many."""

    def get(self, name: str, make: Callable[[Path], None]) -> Path:
        """The file of this name. When there is none, `make` writes it aside first; asked twice at once, made once."""
        ...

    def has(self, name: str) -> bool: ...
