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

    @property
    def rests_on(self) -> str:
        """The earlier check without which this one would only repeat its complaint; empty when it stands alone."""
        ...

    def run(self) -> str:
        """What was really used. Raise a HarmonixError with advice when it does not work."""
        ...
