"""What the stage does at this moment, and the changes remotes may ask for."""

import math
from dataclasses import dataclass, replace

from harmonix_splitter.errors import InvalidRequestError


@dataclass(frozen=True)
class Stage:
    """`position` is where the song was at `at` (seconds of the server's clock); while playing it moves on by itself."""

    turn_id: str = ""
    is_playing: bool = False
    position: float = 0.0
    at: float = 0.0
    tempo: float = 1.0
    semitones: int = 0
    guide: float = 0.0
    """How loud the original voice stays, 0 to 1."""
    volume: float = 1.0
    lyrics_size: float = 1.0
    lyrics_offset: float = 0.0
    shows_chords: bool = False

    def position_at(self, now: float) -> float:
        moved = (now - self.at) * self.tempo if self.is_playing else 0.0
        return max(0.0, self.position + moved)

    def frozen_at(self, now: float) -> "Stage":
        return replace(self, position=self.position_at(now), at=now)

    def of(self, turn_id: str, now: float, *, semitones: int = 0, offset: float = 0.0) -> "Stage":
        """The next song: from the start, in its singer's key, at its tempo; loudness and size stay as they were."""
        return replace(
            self,
            turn_id=turn_id,
            is_playing=bool(turn_id),
            position=0.0,
            at=now,
            tempo=1.0,
            semitones=semitones,
            lyrics_offset=offset,
        )

    def empty(self, now: float) -> "Stage":
        return self.of("", now)


_LIMITS = {
    "position": (0.0, 36_000.0),
    "tempo": (0.5, 2.0),
    "semitones": (-12, 12),
    "guide": (0.0, 1.0),
    "volume": (0.0, 1.0),
    "lyrics_size": (0.5, 3.0),
    "lyrics_offset": (-10.0, 10.0),
}


@dataclass(frozen=True)
class StageChange:
    """What a remote asks for; None leaves as it is. Position, tempo and key are the host's and the singer's."""

    is_playing: bool | None = None
    position: float | None = None
    tempo: float | None = None
    semitones: int | None = None
    guide: float | None = None
    volume: float | None = None
    lyrics_size: float | None = None
    lyrics_offset: float | None = None
    shows_chords: bool | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise InvalidRequestError(f"{name} must be between {low} and {high}.", field=name)

    def applied_to(self, stage: Stage, now: float) -> Stage:
        asked = {name: value for name, value in self.__dict__.items() if value is not None}
        return replace(stage.frozen_at(now), **asked)
