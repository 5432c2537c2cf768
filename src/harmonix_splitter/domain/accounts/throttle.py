"""How long somebody who keeps guessing has to wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class AttemptCount:
    """Tries since the last success, and when the last one was."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True)
class Throttle:
    """The first `free` tries cost nothing; every further one doubles the wait up to `longest`; quiet forgives all."""

    free: int
    longest: timedelta
    forget_after: timedelta = timedelta(hours=24)

    def wait(self, tries: AttemptCount, now: datetime) -> timedelta:
        """What is left to wait before the next try is looked at."""
        if tries.last_at is None or tries.count < self.free or now - tries.last_at > self.forget_after:
            return timedelta(0)
        pause = min(self.longest, timedelta(seconds=2 ** min(tries.count - self.free, 30)))
        return max(timedelta(0), tries.last_at + pause - now)
