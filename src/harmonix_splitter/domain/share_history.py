"""What is kept of a live session when it is over: how long it was, who listened, and its sound on tape."""

from dataclasses import dataclass, field, replace

from harmonix_splitter.domain.sharing import Chunk, SessionFacts

PATIENCE = 6
"""Chunks (three seconds of the known client's) that may come before a missing one is given up."""
LONGEST_SILENCE = 10
"""Seconds of silence at most where chunks are missing: a sharer who was away for an hour leaves no hour of nothing."""


@dataclass(frozen=True)
class PastShare:
    """One life of a session id. Times in milliseconds since 1970; 0 while it goes on (or when nobody ended it)."""

    session: str
    epoch: int
    owner_id: str
    started_at: int
    ended_at: int = 0
    chunks: int = 0
    bytes: int = 0
    peak_listeners: int = 0
    unique_listeners: int = 0
    song_id: str = ""

    @property
    def id(self) -> str:
        return f"{self.session}-{self.epoch}"

    @property
    def seconds(self) -> float:
        return max(0, self.ended_at - self.started_at) / 1000

    def ended(self, facts: SessionFacts, now: int) -> "PastShare":
        return replace(
            self,
            ended_at=now,
            chunks=facts.chunks,
            bytes=facts.bytes,
            peak_listeners=facts.peak_listeners,
            unique_listeners=facts.unique_listeners,
        )


@dataclass
class Tape:
    """Puts chunks in order, as they come in any. The first one decides rate and channels; one of another shape is kept
    as silence of its length."""

    rate: int = 0
    channels: int = 0
    _next: int | None = None
    _waiting: dict[int, Chunk] = field(default_factory=dict)

    def take(self, chunk: Chunk) -> bytes:
        """The sound that is in order now: interleaved 32-bit floats."""
        if self._next is not None and chunk.sequence < self._next:
            return b""
        self._waiting[chunk.sequence] = chunk
        return self._ready(PATIENCE)

    def rest(self) -> bytes:
        """What still waited for something before it."""
        return self._ready(0)

    def _ready(self, patience: int) -> bytes:
        parts: list[bytes] = []
        while self._waiting and (self._next in self._waiting or len(self._waiting) > patience):
            number = min(self._waiting)
            chunk = self._waiting.pop(number)
            if self._next is None:
                self.rate, self.channels = chunk.sample_rate, chunk.channels
            else:
                parts.append(self._silence((number - self._next) * chunk.length))
            is_ours = (chunk.sample_rate, chunk.channels) == (self.rate, self.channels)
            parts.append(chunk.payload if is_ours else self._silence(chunk.length))
            self._next = number + 1
        return b"".join(parts)

    def _silence(self, milliseconds: int) -> bytes:
        return bytes(4 * self.channels * (self.rate * min(milliseconds, LONGEST_SILENCE * 1000) // 1000))
