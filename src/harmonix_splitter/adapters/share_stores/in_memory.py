"""Live sessions in this process: the default. Exact for one process, which the server makes sure of."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from harmonix_splitter.domain.sharing import (
    NO_SOUND,
    Appended,
    Chunk,
    Served,
    SessionFacts,
    ShareLimits,
    checked_sequence,
    overflow,
    readable,
)
from harmonix_splitter.errors import ConflictError, NotAllowedError, NotFoundError, UnavailableError
from harmonix_splitter.services.ports.sharing import Metadata, ShareNews


@dataclass
class _Session:
    epoch: int
    publisher: str
    start_time: int
    last_activity: int
    active: bool = True
    item: str = ""
    head: int = -1
    window: list[Chunk] = field(default_factory=list)
    audio_until: int = 0
    metadata: Metadata | None = None
    metadata_until: int = 0
    listeners: dict[str, int] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    peak: int = 0
    chunks: int = 0
    bytes: int = 0
    duplicates: int = 0
    late: int = 0


@dataclass
class InMemoryShareStore:
    limits: ShareLimits = field(default_factory=ShareLimits)
    _sessions: dict[str, _Session] = field(default_factory=dict)
    _followers: dict[str, set["asyncio.Queue[ShareNews]"]] = field(default_factory=dict)

    async def start(self, session: str, publisher: str, now: int, item: str = "") -> int:
        self._bury(now)
        held = self._sessions.get(session)
        if held and held.active and not (publisher and held.publisher == publisher):
            raise ConflictError("Session ID already in use")
        if not (held and held.active) and self._active_count() >= self.limits.sessions:
            raise UnavailableError("All sessions are taken.", retry_after=30, advice="Try again in a little while.")
        epoch = max(now, held.epoch + 1 if held else 0)
        self._sessions[session] = _Session(epoch, publisher, now, now, item=item)
        self._tell(session, ShareNews("started", epoch))
        return epoch

    async def append(self, session: str, publisher: str, chunk: Chunk, now: int) -> Appended:
        held = self._mine(session, publisher, now)
        if held.item:
            raise ConflictError(NO_SOUND)
        if now >= held.audio_until:
            held.window.clear()
        checked_sequence(chunk.sequence, held.head, self.limits)
        held.last_activity = now
        held.audio_until = now + self.limits.audio_life
        held.metadata_until = max(held.metadata_until, now + self.limits.metadata_life) if held.metadata else 0
        if any(kept.sequence == chunk.sequence for kept in held.window):
            held.duplicates += 1
            return Appended(buffered=True, duplicate=True, epoch=held.epoch)
        if held.head >= chunk.sequence and (not held.window or chunk.sequence < held.window[0].sequence):
            held.late += 1
            return Appended(buffered=False, epoch=held.epoch)
        held.window.append(chunk)
        held.window.sort(key=lambda kept: kept.sequence)
        del held.window[: overflow(held.window, self.limits)]
        held.head = max(held.head, chunk.sequence)
        held.chunks += 1
        held.bytes += len(chunk.payload)
        self._tell(session, ShareNews("chunk", held.epoch, chunk=chunk))
        return Appended(buffered=True, epoch=held.epoch)

    async def chunks(self, session: str, since: int, now: int, listener: str = "") -> Served:
        held = self._living(session, now)
        if listener:
            self._note(held, listener, now)
        window = held.window if now < held.audio_until else []
        return Served(readable(window, since, now, self.limits), held.epoch, held.head)

    async def put_metadata(self, session: str, publisher: str, metadata: Metadata, now: int) -> int:
        held = self._mine(session, publisher, now)
        held.metadata = dict(metadata)
        held.metadata_until = now + self.limits.metadata_life
        held.last_activity = now
        self._tell(session, ShareNews("metadata", held.epoch, metadata=held.metadata))
        return self._present(held, now)

    async def metadata(self, session: str, now: int, listener: str = "") -> Metadata | None:
        held = self._living(session, now)
        if listener:
            self._note(held, listener, now)
        return held.metadata if now < held.metadata_until else None

    async def facts(self, session: str, now: int) -> SessionFacts:
        self._bury(now)
        if session not in self._sessions:
            raise NotFoundError("Session not found")
        return self._facts(session, self._sessions[session], now)

    async def stop(self, session: str, publisher: str, now: int) -> SessionFacts:
        held = self._mine(session, publisher, now)
        facts = self._facts(session, held, now)
        held.active = False
        held.last_activity = now
        held.window.clear()
        held.metadata = None
        held.listeners.clear()
        self._tell(session, ShareNews("stopped", held.epoch))
        return facts

    async def heard(self, session: str, listener: str, now: int) -> int:
        return self._note(self._living(session, now), listener, now)

    async def present(self, session: str, now: int) -> list[str]:
        held = self._living(session, now)
        self._present(held, now)
        return sorted(held.listeners)

    async def active(self, now: int) -> list[SessionFacts]:
        self._bury(now)
        return [self._facts(name, held, now) for name, held in self._sessions.items() if held.active]

    async def follow(self, session: str) -> AsyncIterator[ShareNews]:
        queue: asyncio.Queue[ShareNews] = asyncio.Queue()
        followers = self._followers.setdefault(session, set())
        followers.add(queue)
        try:
            yield ShareNews("following")
            while True:
                yield await queue.get()
        finally:
            followers.discard(queue)
            if not followers:
                self._followers.pop(session, None)

    async def close(self) -> None:
        self._sessions.clear()

    def _tell(self, session: str, news: ShareNews) -> None:
        for queue in self._followers.get(session, ()):
            queue.put_nowait(news)

    def _living(self, session: str, now: int) -> _Session:
        self._bury(now)
        held = self._sessions.get(session)
        if held is None or not held.active:
            raise NotFoundError("Session not found")
        return held

    def _mine(self, session: str, publisher: str, now: int) -> _Session:
        held = self._living(session, now)
        if held.publisher and held.publisher != publisher:
            raise NotAllowedError("Only whoever started this session may do that.")
        return held

    def _bury(self, now: int) -> None:
        """Forget what nobody used for its whole life, and what stopped longer ago than the grace."""
        for name, held in list(self._sessions.items()):
            life = self.limits.session_life if held.active else self.limits.grace
            if now >= held.last_activity + life:
                del self._sessions[name]

    def _active_count(self) -> int:
        return sum(held.active for held in self._sessions.values())

    def _note(self, held: _Session, listener: str, now: int) -> int:
        held.listeners[listener] = now + self.limits.presence
        held.met.add(listener)
        present = self._present(held, now)
        held.peak = max(held.peak, present)
        return present

    def _present(self, held: _Session, now: int) -> int:
        held.listeners = {name: until for name, until in held.listeners.items() if until > now}
        return len(held.listeners)

    def _facts(self, session: str, held: _Session, now: int) -> SessionFacts:
        return SessionFacts(
            session=session,
            epoch=held.epoch,
            active=held.active,
            start_time=held.start_time,
            last_activity=held.last_activity,
            chunks=held.chunks,
            bytes=held.bytes,
            duplicates=held.duplicates,
            late=held.late,
            listeners=self._present(held, now),
            peak_listeners=held.peak,
            unique_listeners=len(held.met),
            item=held.item,
        )
