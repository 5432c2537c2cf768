"""Making sound small for the way to the listener."""

from typing import Protocol

from harmonix_splitter.domain.sharing import Chunk


class ChunkEncoder(Protocol):
    """Keeps state from chunk to chunk: one per session and epoch, fed in order."""

    def encode(self, chunk: Chunk) -> Chunk:
        """The same moment in the other codec. Sound that does not fill a packet yet comes with the next chunk."""
        ...


class ChunkDecoder(Protocol):
    """The other way, for sharers who send Opus: the store keeps floats, as the documents promise."""

    def decode(self, chunk: Chunk) -> Chunk: ...
