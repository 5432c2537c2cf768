"""What can be checked."""

from typing import Protocol


class Check(Protocol):
    """Does a tiny real job with one part of the studio."""

    @property
    def name(self) -> str: ...

    @property
    def needed(self) -> bool:
        """False when the studio works without it."""
        ...

    def run(self) -> str:
        """What was really used. Raise a HarmonixError with advice when it does not work."""
        ...
