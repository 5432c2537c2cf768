"""Ready before your turn: when the songs somebody waits for will be prepared, and whether that is early enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    READY = "ready"
    IN_TIME = "in_time"
    CLOSE = "close"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Work:
    """A song being prepared or waiting for it: seconds still needed, at least and at most, once somebody is at it."""

    song_id: str
    least: float
    most: float
    due_in: float
    is_running: bool = False


@dataclass(frozen=True)
class ReadyIn:
    """Seconds from now, at least and at most."""

    least: float
    most: float

    def verdict(self, wait: float) -> Verdict:
        if self.most <= wait:
            return Verdict.IN_TIME
        return Verdict.LATE if self.least > wait else Verdict.CLOSE


def prepared(works: Sequence[Work], lanes: int = 1) -> dict[str, ReadyIn]:
    """When each song will be ready: what runs goes on, what waits follows by when it is due, `lanes` at a time."""
    free = [ReadyIn(0.0, 0.0)] * max(1, lanes)
    found: dict[str, ReadyIn] = {}
    for work in sorted(works, key=lambda each: (not each.is_running, each.due_in)):
        lane = min(range(len(free)), key=lambda number: free[number].most)
        begins = free[lane]
        free[lane] = found[work.song_id] = ReadyIn(begins.least + work.least, begins.most + work.most)
    return found
