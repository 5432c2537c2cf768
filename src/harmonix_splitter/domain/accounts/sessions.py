"""A session: one browser somebody signed in with, and how long that lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class SessionLimits:
    """A session ends when it lies idle or grows old; "remember me" stretches both."""

    idle: timedelta = timedelta(hours=12)
    longest: timedelta = timedelta(days=7)
    remembered_idle: timedelta = timedelta(days=30)
    remembered_longest: timedelta = timedelta(days=90)

    def idle_for(self, remembered: bool) -> timedelta:
        return self.remembered_idle if remembered else self.idle

    def longest_for(self, remembered: bool) -> timedelta:
        return self.remembered_longest if remembered else self.longest


@dataclass(frozen=True)
class Session:
    """`id` is a hash of what the cookie carries: reading the table does not let anybody in."""

    id: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    remembered: bool = False
    agent: str = ""
    address: str = ""

    def is_over(self, now: datetime, limits: SessionLimits) -> bool:
        idle, age = now - self.seen_at, now - self.created_at
        return idle > limits.idle_for(self.remembered) or age > limits.longest_for(self.remembered)

    def ends_at(self, limits: SessionLimits) -> datetime:
        return self.created_at + limits.longest_for(self.remembered)
