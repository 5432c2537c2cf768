"""Records live sessions: follows each until it ends, then has it made a song."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from harmonix_splitter.api.share_hub import CONNECTED
from harmonix_splitter.domain.share_history import PastShare
from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.errors import HarmonixError, UnavailableError
from harmonix_splitter.services.recording import RecordingService
from harmonix_splitter.services.sharing import SharingService

LOOK_EVERY = 60.0
"""Seconds without news after which we ask whether the session still lives."""


@dataclass
class ShareRecorder:
    sharing: SharingService
    recordings: RecordingService
    _tasks: set["asyncio.Task[object]"] = field(default_factory=set)

    async def begin(self, share: PastShare) -> None:
        """What is posted afterwards is recorded, unless the store is out of reach."""
        follows = asyncio.Event()
        self._run(asyncio.create_task(self._record(share, follows)))
        with suppress(TimeoutError):
            await asyncio.wait_for(follows.wait(), CONNECTED)

    def finish_left(self) -> None:
        """Make songs of what a crash left behind, while the server goes on."""
        for share in self.recordings.left():
            self._run(asyncio.create_task(asyncio.to_thread(self.recordings.finish, share)))

    def _run(self, task: "asyncio.Task[object]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _record(self, share: PastShare, follows: asyncio.Event) -> object:
        recording = await asyncio.to_thread(self.recordings.recording, share)
        try:
            async for chunk in self._chunks(share, follows):
                await asyncio.to_thread(recording.take, chunk)
        finally:
            # Also when the server is stopped: what is on the disk then becomes a song at the next start.
            recording.close()
        return await asyncio.to_thread(self.recordings.finish, share)

    async def _chunks(self, share: PastShare, follows: asyncio.Event) -> AsyncIterator[Chunk]:
        """Everything posted in this life of the session; a lost store is waited for."""
        while True:
            try:
                news = self.sharing.follow(share.session)
                while True:
                    coming = asyncio.ensure_future(anext(news))
                    while not (await asyncio.wait({coming}, timeout=LOOK_EVERY))[0]:
                        if not await self._lives(share):
                            coming.cancel()
                            return
                    said = coming.result()
                    if said.kind == "following":
                        follows.set()
                        continue
                    if said.kind == "stopped" or said.epoch != share.epoch:
                        return
                    if said.chunk is not None:
                        yield said.chunk
            except UnavailableError:
                await asyncio.sleep(1)

    async def _lives(self, share: PastShare) -> bool:
        try:
            facts = await self.sharing.facts(share.session)
        except HarmonixError:
            return False
        return facts.active and facts.epoch == share.epoch
