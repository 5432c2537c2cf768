"""What writing down notes needs from outside: engines that hear them, and a shelf for each person's MIDI files."""

from pathlib import Path
from typing import Protocol

from harmonix_splitter.domain.notes import Note
from harmonix_splitter.services.ports.analysis import Engine, Sound
from harmonix_splitter.services.ports.progress import Progress


class NoteEngine(Engine, Protocol):
    def notes(self, sound: Sound, progress: Progress) -> list[Note]:
        """In order of their beginnings. Raise AnalysisError when the network fails."""
        ...


class MidiShelf(Protocol):
    """MIDI files by their owner and name; what one person keeps is not there for another."""

    def keep(self, user_id: str, name: str, content: bytes) -> str:
        """Under a name of its own that begins with `name`; the answer is that name."""
        ...

    def listed(self, user_id: str) -> list[Path]:
        """Newest first."""
        ...

    def find(self, user_id: str, name: str) -> Path:
        """Raise NotFoundError for whatever is not the name of a file of theirs."""
        ...

    def remove(self, user_id: str, name: str) -> None:
        """Raise NotFoundError as `find` does."""
        ...
