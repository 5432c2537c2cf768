"""What time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, so that tests can decide it."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever go forward."""
        ...
