"""Fan-out of live sessions: a pump per session heard here, one encoding per codec, a short queue per listener."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from harmonix_splitter.api.share_frames import Codec, Frame, after_gap
from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.ports.codecs import ChunkEncoder
from harmonix_splitter.services.ports.sharing import Metadata, ShareNews
from harmonix_splitter.services.sharing import SharingService

WAITING = 50
"""Messages kept for a slow listener before it is moved to the live edge."""
GAPS = (3, 30.0)
"""More gaps than this in so many seconds: too slow to listen."""
REMEMBERED = 16
"""Chunks kept as they were encoded, for those who join."""
CONNECTED = 2.0
"""Seconds within which a store that can be reached is being followed."""


Parcel = bytes | str
"""What goes to every listener as it is: a packed frame, or news as JSON. Written once, however many listen."""


def microseconds() -> int:
    """This server's clock for playing in step: monotonic, so that nobody's clock change is heard."""
    return time.monotonic_ns() // 1_000


def said_of(metadata: Metadata, now: int) -> dict[str, Any]:
    """Metadata as it is pushed. `at` is the transport's moment on the clock of the pings: nodes share only the date."""
    said: dict[str, Any] = {"metadata": dict(metadata)}
    if transport := metadata.get("transport"):
        said["at"] = microseconds() - (now - transport["at"]) * 1_000
    return said


@dataclass(eq=False)
class Listener:
    """One open connection: what is still to be sent, and how often it fell behind."""

    codec: Codec
    waiting: "asyncio.Queue[Parcel]" = field(default_factory=lambda: asyncio.Queue(WAITING))
    gaps: list[float] = field(default_factory=list)
    behind: bool = False

    @property
    def is_too_slow(self) -> bool:
        allowed, seconds = GAPS
        recent = [moment for moment in self.gaps if time.monotonic() - moment < seconds]
        return len(recent) > allowed

    def offer(self, message: Parcel) -> None:
        """Queue a message; when the queue is full, drop the sound in it and say so with the next frame."""
        if self.waiting.full():
            self._skip_to_the_edge()
        if isinstance(message, bytes) and self.behind:
            message, self.behind = after_gap(message), False
        self.waiting.put_nowait(message)

    def _skip_to_the_edge(self) -> None:
        kept = []
        while not self.waiting.empty():
            message = self.waiting.get_nowait()
            if isinstance(message, str):
                kept.append(message)
        for message in kept[-WAITING // 2 :]:
            self.waiting.put_nowait(message)
        self.behind = True
        self.gaps.append(time.monotonic())


@dataclass(eq=False)
class _Pump:
    task: "asyncio.Task[None]"
    listeners: set[Listener] = field(default_factory=set)
    encoders: dict[Codec, ChunkEncoder] = field(default_factory=dict)
    encoding: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: "OrderedDict[int, Chunk]" = field(default_factory=OrderedDict)
    epoch: int = 0
    follows: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class ShareHub:
    sharing: SharingService
    new_encoder: Callable[[], ChunkEncoder]
    _pumps: dict[str, _Pump] = field(default_factory=dict)

    async def join(self, session: str, listener: Listener) -> None:
        """What is posted afterwards reaches the listener, unless the store is out of reach."""
        pump = self._pumps.get(session)
        if pump is None:
            pump = _Pump(asyncio.create_task(self._run(session)))
            self._pumps[session] = pump
        pump.listeners.add(listener)
        with suppress(TimeoutError):
            await asyncio.wait_for(pump.follows.wait(), CONNECTED)

    def leave(self, session: str, listener: Listener) -> None:
        pump = self._pumps.get(session)
        if pump is None:
            return
        pump.listeners.discard(listener)
        if not pump.listeners:
            pump.task.cancel()
            del self._pumps[session]

    async def close(self) -> None:
        tasks = [pump.task for pump in self._pumps.values()]
        self._pumps.clear()
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def frame_for(self, session: str, codec: Codec, chunk: Chunk, epoch: int) -> Frame:
        """A single chunk in the listener's codec, for what it missed before it joined."""
        if codec is Codec.FLOAT32:
            return Frame(codec, chunk, epoch)
        pump = self._pumps.get(session)
        if pump is None:
            return Frame(codec, await asyncio.to_thread(self.new_encoder().encode, chunk), epoch)
        async with pump.encoding:
            if epoch > pump.epoch:
                _turn_to(pump, epoch)
            coded = pump.newest.get(chunk.sequence) if pump.epoch == epoch else None
            if coded is None:
                coded = await asyncio.to_thread(self.new_encoder().encode, chunk)
                if pump.epoch == epoch:
                    _remember(pump, coded)
        return Frame(codec, coded, epoch)

    async def _run(self, session: str) -> None:
        """Pass on everything that happens, for as long as somebody here listens; a lost store is waited for."""
        while True:
            try:
                async for news in self.sharing.follow(session):
                    await self._spread(self._pumps[session], news)
            except HarmonixError:
                self._pumps[session].follows.clear()
                self._tell(self._pumps[session], {"type": "interrupted"})
                await asyncio.sleep(1)

    async def _spread(self, pump: _Pump, news: ShareNews) -> None:
        if news.kind == "following":
            pump.follows.set()
            return
        _turn_to(pump, news.epoch)
        if news.chunk is not None:
            await self._spread_chunk(pump, news.chunk)
        elif news.kind == "metadata":
            said = said_of(news.metadata or {}, self.sharing.now())
            self._tell(pump, {"type": "metadata", "epoch": news.epoch, **said})
        else:
            self._tell(pump, {"type": "ended" if news.kind == "stopped" else news.kind, "epoch": news.epoch})

    async def _spread_chunk(self, pump: _Pump, chunk: Chunk) -> None:
        for codec in {listener.codec for listener in pump.listeners}:
            coded = chunk
            if codec is Codec.OPUS:
                encoder = pump.encoders.setdefault(codec, self.new_encoder())
                coded = await asyncio.to_thread(encoder.encode, chunk)
                _remember(pump, coded)
            packet = Frame(codec, coded, pump.epoch).packed(microseconds())
            for listener in [each for each in pump.listeners if each.codec is codec]:
                listener.offer(packet)

    def _tell(self, pump: _Pump, message: dict[str, Any]) -> None:
        text = json.dumps(message)
        for listener in list(pump.listeners):
            listener.offer(text)


def _turn_to(pump: _Pump, epoch: int) -> None:
    if epoch != pump.epoch:
        pump.encoders.clear()
        pump.newest.clear()
        pump.epoch = epoch


def _remember(pump: _Pump, coded: Chunk) -> None:
    pump.newest[coded.sequence] = coded
    if len(pump.newest) > REMEMBERED:
        pump.newest.popitem(last=False)
