"""The lane for slow hashing: few at a time, a short queue, and never on the threads other requests need."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from harmonix_splitter.errors import TooManyRequestsError

AT_ONCE, QUEUE, PATIENCE = 2, 30, 5.0
Done = TypeVar("Done")


@lru_cache(maxsize=1)
def _lane() -> CapacityLimiter:
    return CapacityLimiter(AT_ONCE)


async def hashing(work: Callable[[], Done]) -> Done:
    """Run `work` when it is its turn; raise TooManyRequestsError when too many stand before it."""
    lane = _lane()
    if lane.statistics().tasks_waiting >= QUEUE:
        raise TooManyRequestsError("Many people are signing in just now.", retry_after=PATIENCE)
    return await to_thread.run_sync(work, limiter=lane)
