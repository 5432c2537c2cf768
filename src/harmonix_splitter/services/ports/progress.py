"""How long work says how far it is, and hears that it should stop."""

from typing import Protocol


class Progress(Protocol):
    """Called often by long work with the share done, 0 to 1, never backwards."""

    def __call__(self, share: float, /) -> None:
        """Raise CancelledError when whoever asked for the work no longer wants it."""
        ...


def unheard(_share: float, /) -> None:
    """Progress nobody listens to."""
