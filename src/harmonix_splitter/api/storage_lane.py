"""The lane for whatever may have to be brought from the library's storage first: threads of its own, and a queue with
an end, so that a store that hangs holds up nobody who does not want to hear."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread

from harmonix_splitter.errors import UnavailableError

AT_ONCE, MOST_WAITING = 16, 512
Found = TypeVar("Found")
Asked = TypeVarTuple("Asked")


class StorageLane:
    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._limiter, self._most = CapacityLimiter(at_once), most_waiting

    async def run(self, bring: Callable[[*Asked], Found], *about: *Asked) -> Found:
        """Raise UnavailableError when too many wait already."""
        if self._limiter.statistics().tasks_waiting >= self._most:
            raise UnavailableError("Too many ask for sound at once.", retry_after=2, advice="Ask again in a moment.")
        return await to_thread.run_sync(bring, *about, limiter=self._limiter)
