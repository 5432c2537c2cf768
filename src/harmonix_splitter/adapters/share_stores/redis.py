"""Live sessions in Redis, for several servers: every step is one Lua script, so no race fits in between.

Keys as documented: `session:{id}` (hash), `:metadata` (hash), `:audio` (sorted set by sequence number). Beside them
`:sizes` (what each chunk takes, and when it came: chunks are too large to be read for that), `:listeners` (sorted set
by expiry), `:met` (who was ever there, counted) and the index `sessions`. Every key expires.
"""

import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.resources import files
from typing import Any

from harmonix_splitter.adapters.share_stores import redis_metadata
from harmonix_splitter.adapters.share_stores.kept_chunks import KeptChunks
from harmonix_splitter.adapters.share_stores.redis_lines import RedisLines, Script
from harmonix_splitter.adapters.share_stores.redis_metadata import KeptMetadata
from harmonix_splitter.domain.sharing import (
    NO_SOUND,
    Appended,
    Chunk,
    Served,
    SessionFacts,
    ShareLimits,
    checked_sequence,
)
from harmonix_splitter.errors import (
    ChunkRefusedError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from harmonix_splitter.services.ports.sharing import Metadata, ShareNews

_HEADER = struct.Struct(">QQQIH")
"""sequence, received, timestamp, sample rate, channels; the sound follows."""

_FULL, _TAKEN, _DENIED = "All sessions are taken.", "Session ID already in use", "Only whoever started it may do that."
_SCRIPTS = ("start", "append", "chunks", "put_metadata", "metadata", "facts", "stop", "heard", "present")


class RedisShareStore:
    def __init__(self, url: str, limits: ShareLimits | None = None) -> None:
        from redis.asyncio import ConnectionPool, Redis

        self.limits = limits or ShareLimits()
        self._redis: Any = Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2, health_check_interval=30)
        bare: Any = ConnectionPool.from_url(url, socket_timeout=None, socket_connect_timeout=2, protocol=2)
        self._lines = RedisLines(bare)
        self._kept = KeptChunks(self.limits.audio_life)
        self._said = KeptMetadata()
        self._scripts = {name: Script(_source(name, self.limits)) for name in _SCRIPTS}

    async def start(self, session: str, publisher: str, now: int, item: str = "") -> int:
        answer = await self._run("start", session, publisher, now, self.limits.sessions, item)
        if answer[0] == b"taken":
            raise ConflictError(_TAKEN)
        if answer[0] == b"full":
            raise UnavailableError(_FULL, retry_after=30, advice="Try again in a little while.")
        return int(answer[1])

    async def append(self, session: str, publisher: str, chunk: Chunk, now: int) -> Appended:
        checked_sequence(chunk.sequence, -1, self.limits)
        answer = await self._run(
            "append", session, publisher, now,
            chunk.sequence, _member(chunk), chunk.length, len(chunk.payload), chunk.received,
        )  # fmt: skip
        if answer[0] == b"refused":
            raise ChunkRefusedError(f"sequenceNumber {chunk.sequence} is too far from the last one, {int(answer[1])}.")
        if answer[0] == b"silent":
            raise ConflictError(NO_SOUND)
        verdict, epoch = bytes(answer[0]), int(answer[1])
        if verdict == b"ok":
            self._kept.keep(session, epoch, chunk, now)
        return Appended(verdict != b"late", verdict == b"duplicate", epoch)

    async def chunks(self, session: str, since: int, now: int, listener: str = "") -> Served:
        """Redis says which chunks; their sound is fetched only when it has not passed through this server yet."""
        epoch, head, marks = await self._chunks("marks", session, since, now, listener)
        kept = self._kept.all_of(session, epoch, marks)
        if kept is not None:
            return Served(kept, epoch, head)
        epoch, head, members = await self._chunks("sound", session, since, now)
        fetched = tuple(_chunk(member) for member in members)
        for chunk in fetched:
            self._kept.keep(session, epoch, chunk, now)
        return Served(fetched, epoch, head)

    async def _chunks(
        self, what: str, session: str, since: int, now: int, listener: str = ""
    ) -> tuple[int, int, list[bytes]]:
        limits = self.limits
        answer = await self._run(
            "chunks", session, "", now,
            since, limits.reorder, limits.first_answer, limits.most_per_answer, listener, limits.presence, what,
        )  # fmt: skip
        return int(answer[1]), int(answer[2]), answer[3:]

    async def put_metadata(self, session: str, publisher: str, metadata: Metadata, now: int) -> int:
        answer = await self._run(
            "put_metadata", session, publisher, now, self.limits.metadata_life, *redis_metadata.written(metadata)
        )
        self._said.keep(session, answer[2], redis_metadata.whole(metadata))
        return int(answer[1])

    async def metadata(self, session: str, now: int, listener: str = "") -> Metadata | None:
        known = self._said.mark(session)
        answer = await self._run("metadata", session, "", now, listener, self.limits.presence, known)
        if answer[0] == b"none":
            return None
        said = self._said.of(session, answer[1])
        if said is None:
            if answer[0] == b"known":  # Forgotten since we asked.
                return await self.metadata(session, now)
            said = redis_metadata.read(answer[2:])
            self._said.keep(session, answer[1], said)
        return said

    async def facts(self, session: str, now: int) -> SessionFacts:
        return _facts(session, (await self._run("facts", session, "", now))[1:])

    async def stop(self, session: str, publisher: str, now: int) -> SessionFacts:
        return _facts(session, (await self._run("stop", session, publisher, now, self.limits.grace))[1:])

    async def heard(self, session: str, listener: str, now: int) -> int:
        return int((await self._run("heard", session, "", now, listener, self.limits.presence))[1])

    async def present(self, session: str, now: int) -> list[str]:
        return sorted(name.decode() for name in (await self._run("present", session, "", now))[1:])

    async def active(self, now: int) -> list[SessionFacts]:
        try:
            names = await self._redis.zrangebyscore("sessions", f"({now}", "+inf")
        except _troubles() as trouble:
            raise _out_of_reach() from trouble
        found = []
        for name in names:
            try:
                found.append(await self.facts(name.decode(), now))
            except NotFoundError:
                continue
        return [facts for facts in sorted(found, key=lambda facts: facts.session) if facts.active]

    async def follow(self, session: str) -> AsyncIterator[ShareNews]:
        async with self._redis.pubsub() as channel:
            try:
                await channel.subscribe(f"share:{session}")
                async for message in channel.listen():
                    if message["type"] == "subscribe":
                        yield ShareNews("following")
                    elif message["type"] == "message" and (news := await self._news(session, message["data"])):
                        yield news
            except _troubles() as trouble:
                raise _out_of_reach() from trouble

    async def _news(self, session: str, data: bytes) -> ShareNews | None:
        """None for words of a session that was over before we could ask for them."""
        kind, epoch, payload = data.split(b":", 2)
        news = ShareNews(kind.decode(), int(float(epoch)))
        if kind == b"chunk":
            return replace(news, chunk=_chunk(payload))
        if kind != b"metadata":
            return news
        said = self._said.of(session, payload)
        if said is None:
            with suppress(NotFoundError):
                said = await self.metadata(session, 0)
        return replace(news, metadata=said) if said is not None else None

    async def close(self) -> None:
        await self._lines.close()
        await self._redis.aclose()

    async def _run(self, name: str, session: str, publisher: str, now: int, *more: Any) -> list[Any]:
        state = f"session:{session}"
        beside = [f"{state}:{what}" for what in ("metadata", "audio", "listeners")]
        keys = [state, *beside, "sessions", f"{state}:met", f"{state}:sizes"]
        try:
            answer = await self._lines.run(self._scripts[name], keys, now, session, publisher, *more)
        except _troubles() as trouble:
            raise _out_of_reach() from trouble
        if answer[0] == b"gone":
            raise NotFoundError("Session not found")
        if answer[0] == b"denied":
            raise NotAllowedError(_DENIED)
        return answer


def _troubles() -> tuple[type[Exception], ...]:
    """What Redis may do to us; it becomes an error of ours: the share waits, nothing else does."""
    from redis.exceptions import RedisError

    return RedisError, OSError


def _out_of_reach() -> UnavailableError:
    return UnavailableError("Live sessions are out of reach for the moment.", retry_after=2)


def _source(name: str, limits: ShareLimits) -> str:
    folder = files(__package__) / "scripts"
    named = {
        "LIFE": limits.session_life,
        "GRACE": limits.grace,
        "AHEAD": limits.ahead,
        "AUDIO_LIFE": limits.audio_life,
        "METADATA_LIFE": limits.metadata_life,
        "MOST_CHUNKS": limits.window_chunks,
        "MOST_LENGTH": limits.window_length,
        "MOST_BYTES": limits.window_bytes,
    }
    head = f"local {', '.join(named)} = {', '.join(map(str, named.values()))}\n"
    return head + (folder / "common.lua").read_text() + (folder / f"{name}.lua").read_text()


def _member(chunk: Chunk) -> bytes:
    header = _HEADER.pack(chunk.sequence, chunk.received, chunk.timestamp, chunk.sample_rate, chunk.channels)
    return header + chunk.payload


def _chunk(member: bytes) -> Chunk:
    sequence, received, timestamp, rate, channels = _HEADER.unpack_from(member)
    return Chunk(sequence, member[_HEADER.size :], rate, channels, timestamp, received)


def _facts(session: str, values: Sequence[Any]) -> SessionFacts:
    numbers = [0 if value is None or value in {b"true", b"false"} else int(float(value)) for value in values[:11]]
    return SessionFacts(
        session=session,
        epoch=numbers[0],
        active=values[1] == b"true",
        start_time=numbers[2],
        last_activity=numbers[3],
        chunks=numbers[4],
        bytes=numbers[5],
        duplicates=numbers[6],
        late=numbers[7],
        listeners=numbers[8],
        peak_listeners=numbers[9],
        unique_listeners=numbers[10],
        item=values[11].decode(),
    )
