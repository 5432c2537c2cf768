"""Fan-out of live sessions: what joins cost."""

import asyncio
from dataclasses import dataclass, replace

from harmonix_splitter.adapters.share_stores.in_memory import InMemoryShareStore
from harmonix_splitter.api.share_frames import Codec
from harmonix_splitter.api.share_hub import Listener, ShareHub
from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.services.sharing import SharingService
from tests.fakes.clock import FakeClock


@dataclass
class CountingEncoder:
    count: int = 0

    def encode(self, chunk: Chunk) -> Chunk:
        self.count += 1
        return replace(chunk, payload=b"small %d" % self.count)


async def test_many_who_join_at_once_cost_one_encoding_and_a_new_life_another() -> None:
    encoder = CountingEncoder()
    hub = ShareHub(SharingService(InMemoryShareStore(), FakeClock(), lambda: "token"), lambda: encoder)
    await hub.join("123456", Listener(Codec.OPUS))

    frames = await asyncio.gather(
        *(hub.frame_for("123456", Codec.OPUS, Chunk(4, b"\0" * 8), epoch=5) for _ in range(50))
    )
    anew = await hub.frame_for("123456", Codec.OPUS, Chunk(4, b"\1" * 8), epoch=6)
    await hub.close()

    assert {frame.chunk.payload for frame in frames} == {b"small 1"}
    assert anew.chunk.payload == b"small 2"
