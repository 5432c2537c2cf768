"""What looking after the house needs: its own log, and how much room is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class LogQuery:
    """Entries of at least this level that hold these words, the newest `limit`."""

    level: str = "info"
    words: str = ""
    limit: int = 200


class LogBook(Protocol):
    """What the studio logged lately, secrets already taken out."""

    def newest(self, query: LogQuery) -> Sequence[dict[str, Any]]:
        """Newest first; empty when nothing was logged yet."""
        ...

    def note(self, event: str, **fields: str) -> None:
        """Log something a browser reported, as a warning of its own kind."""
        ...


class Room(Protocol):
    def free_bytes(self) -> int: ...
