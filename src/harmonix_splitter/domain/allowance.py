"""How much one person may have made: bytes of the items they link to, and jobs of the last day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from harmonix_splitter.errors import BodyTooLargeError, TooManyRequestsError

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Use:
    """What somebody has: the size of their items, and when their jobs of the last day were asked for."""

    bytes: int = 0
    jobs: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Allowance:
    """None: as much as one likes. What is in the library already costs nothing and is never refused."""

    most_bytes: int | None = None
    most_jobs: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.most_bytes is not None or self.most_jobs is not None

    def check(self, use: Use, now: datetime) -> None:
        """Whether one more song may be worked on for somebody who uses so much."""
        if self.most_bytes is not None and use.bytes >= self.most_bytes:
            raise BodyTooLargeError(
                f"Your songs take {use.bytes / 1e9:.1f} GB of the {self.most_bytes / 1e9:g} GB you may have.",
                advice="Delete songs you no longer need, or ask an admin for more.",
            )
        if self.most_jobs is not None and len(use.jobs) >= self.most_jobs:
            free_again = sorted(use.jobs)[-self.most_jobs] + DAY
            raise TooManyRequestsError(
                f"You may have {self.most_jobs} songs worked on in a day, and you did.",
                retry_after=max(1.0, (free_again - now).total_seconds()),
                advice=f"The next one from {free_again:%H:%M} UTC; songs of the library can be had at once.",
            )


UNLIMITED = Allowance()
