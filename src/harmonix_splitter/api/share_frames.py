"""The binary frame of live sessions, in both directions. docs/sharing.md describes it for other programs."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.errors import ChunkRefusedError

VERSION = 1
HEADER = struct.Struct("<BBBBIQQQQ")
"""version, codec, flags, channels, sample rate, epoch, sequence, server time (us), sharer's time (ms); then sound."""


class Codec(IntEnum):
    FLOAT32 = 0
    OPUS = 1
    """20 ms packets at 48 kHz, each after its length as two little-endian bytes."""


GAP = 1
"""Flag: chunks before this one are lost to this listener, who is at the live edge again."""


@dataclass(frozen=True)
class Frame:
    codec: Codec
    chunk: Chunk
    epoch: int
    flags: int = 0

    def packed(self, server_time: int) -> bytes:
        """`server_time` in microseconds."""
        chunk = self.chunk
        header = HEADER.pack(
            VERSION, self.codec, self.flags, chunk.channels, chunk.sample_rate, self.epoch, chunk.sequence,
            server_time, chunk.timestamp,
        )  # fmt: skip
        return header + chunk.payload


def after_gap(packet: bytes) -> bytes:
    """The same packed frame, saying that chunks before it are lost."""
    return packet[:2] + bytes([packet[2] | GAP]) + packet[3:]


def unpacked(data: bytes, received: int) -> Frame:
    """A frame from a sharer; `received` is our clock in milliseconds."""
    if len(data) <= HEADER.size:
        raise ChunkRefusedError("The frame is shorter than its header.")
    version, codec, flags, channels, rate, epoch, sequence, _server, timestamp = HEADER.unpack_from(data)
    if version != VERSION or codec not in set(Codec):
        raise ChunkRefusedError("This server speaks frame version 1 with float or Opus sound.")
    if not 8_000 <= rate <= 192_000 or channels not in {1, 2}:
        raise ChunkRefusedError("The sample rate must be 8000 to 192000 and there may be 1 or 2 channels.")
    chunk = Chunk(sequence, data[HEADER.size :], rate, channels, timestamp if timestamp < 2**53 else 0, received)
    return Frame(Codec(codec), chunk, epoch, flags)
