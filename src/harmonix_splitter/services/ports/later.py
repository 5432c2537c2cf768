"""Small chores that nobody should wait for."""

from collections.abc import Callable
from typing import Protocol


class Later(Protocol):
    def soon(self, name: str, chore: Callable[[], object]) -> None:
        """Do this shortly, once, however often it is asked for under this name before it is done.

        A chore that fails is logged and forgotten: it must be one whose result can be rebuilt.
        """
        ...

    def close(self) -> None:
        """Returns when what was asked for is done; nothing is taken on after that."""
        ...
