"""Somebody's own cut of a recording that the library has: where it begins in it, how long it is, and what that does
to times."""

from dataclasses import dataclass
from enum import StrEnum

# Encoders lengthen and shorten a file by a few frames: that is no other cut.
_FRAMES = 0.2
# Times are told in milliseconds: of what reaches into a cut by less, nothing would be left.
_SLIVER = 0.001


class Times(StrEnum):
    """Whose times are told: those of the library's sound, or those of one's own file."""

    LIBRARY = "library"
    MINE = "mine"


@dataclass(frozen=True)
class Cut:
    """Begins at second `starts_at` of the library's recording (negative: so much before it), and lasts `duration`."""

    starts_at: float
    duration: float

    @classmethod
    def of(cls, starts_at: float, length: float | None, whole: float) -> "Cut | None":
        """None for the whole recording. Where the file's own length is not known, it goes on to the end."""
        duration = max(0.0, whole - starts_at) if length is None else length
        return None if not starts_at and duration >= whole - _FRAMES else cls(starts_at, duration)

    def moment(self, at: float) -> float | None:
        """The same moment in this cut; None when it is not in it."""
        moved = at - self.starts_at
        return moved if 0 <= moved <= self.duration else None

    def span(self, start: float, end: float) -> tuple[float, float] | None:
        """The part of a span that is in this cut; None when nothing of it is."""
        first, last = start - self.starts_at, end - self.starts_at
        if 0 <= first < self.duration and last <= self.duration:
            return first, last
        first, last = max(0.0, first), min(self.duration, last)
        return (first, last) if last - first >= _SLIVER else None
