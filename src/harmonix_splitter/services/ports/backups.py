"""Copies of everything, to come back from."""

from pathlib import Path
from typing import Protocol


class Backups(Protocol):
    def back_up(self, target: Path) -> int:
        """Write library, database, keys and user notes into a new folder while the studio runs; how many bytes.

        ConflictError when the folder holds something already.
        """
        ...

    def listed(self, shelf: Path) -> list[str]:
        """The names of the whole backups on this shelf, oldest first; what is being written is not among them."""
        ...

    def remove(self, backup: Path) -> None:
        """Nothing happens when it is gone already."""
        ...

    def export(self, folder: str, target: Path) -> Path:
        """One recording with all its items as a `.tar` in `target`."""
        ...

    def bring_in(self, archive: Path) -> str:
        """Unpack an exported recording into the library; the name of its folder. Nothing in it can land elsewhere.

        ConflictError when it is there already, InvalidRequestError when the archive is not one of ours.
        """
        ...
