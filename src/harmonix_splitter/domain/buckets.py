"""A token bucket: so many at once, so many a second, and how long to wait otherwise."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Bucket:
    """`level` tokens are left since `at` (seconds of any clock that goes forward)."""

    size: float
    per_second: float
    level: float
    at: float

    @classmethod
    def full(cls, size: float, per_second: float, now: float) -> "Bucket":
        return cls(size, per_second, size, now)

    def at_time(self, now: float) -> "Bucket":
        return replace(self, level=min(self.size, self.level + (now - self.at) * self.per_second), at=now)

    def wait(self, now: float) -> float:
        """Seconds until one token is there; 0 when there is one."""
        return max(0.0, (1 - self.at_time(now).level) / self.per_second)

    def taken(self, now: float) -> "Bucket":
        filled = self.at_time(now)
        return replace(filled, level=filled.level - 1)
