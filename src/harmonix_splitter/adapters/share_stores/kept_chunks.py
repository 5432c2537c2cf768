"""Sound this server has seen pass: many polls ask for the same chunk, and Redis need hand it over only once."""

from collections import OrderedDict
from collections.abc import Iterable

from harmonix_splitter.domain.sharing import Chunk

MOST_BYTES = 32_000_000


class KeptChunks:
    """By session, epoch and mark: number, length, bytes and arrival, as they stand in Redis. The oldest go first.

    A chunk never changes under its mark, so what is kept here cannot be stale; whether it is still served, Redis says.
    """

    def __init__(self, life: int, most_bytes: int = MOST_BYTES) -> None:
        self.life, self.most_bytes = life, most_bytes
        self._kept: OrderedDict[tuple[str, int, bytes], Chunk] = OrderedDict()
        self._bytes = 0

    def keep(self, session: str, epoch: int, chunk: Chunk, now: int) -> None:
        key = session, epoch, mark_of(chunk)
        if key not in self._kept:
            self._kept[key] = chunk
            self._bytes += len(chunk.payload)
        while self._kept and (self._bytes > self.most_bytes or self._oldest().received < now - self.life):
            self._bytes -= len(self._kept.popitem(last=False)[1].payload)

    def all_of(self, session: str, epoch: int, marks: Iterable[bytes]) -> tuple[Chunk, ...] | None:
        """None when a single one is not here."""
        found = [self._kept.get((session, epoch, mark)) for mark in marks]
        whole = tuple(chunk for chunk in found if chunk is not None)
        return whole if len(whole) == len(found) else None

    def _oldest(self) -> Chunk:
        return next(iter(self._kept.values()))


def mark_of(chunk: Chunk) -> bytes:
    return b"%d:%d:%d:%d" % (chunk.sequence, chunk.length, len(chunk.payload), chunk.received)
