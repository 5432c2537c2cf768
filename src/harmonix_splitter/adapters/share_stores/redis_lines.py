"""Lua scripts on Redis over a few shared connections: what runs for every piece of sound must cost little.

The library's own client lends a connection to one command at a time, with a lock, figures and timers each time. Here
its connections only shake hands; after that many questions wait on one line at once, and the answers come in order.
"""

import asyncio
import hashlib
from collections import deque
from typing import Any

PATIENCE = 5.0
"""Seconds until a silent line is given up, and everything that waits on it."""
LINES = 4
MOST_UNANSWERED = 48_000_000
"""Bytes of the questions on the way at once, some 250 chunks: a Redis that hangs must not fill our memory."""
_BESIDE = 1_000
"""Bytes a question costs beside what it carries: whoever only listens is never too many."""


class RedisLines:
    def __init__(self, pool: Any, patience: float = PATIENCE) -> None:
        self._pool, self.patience = pool, patience
        self._lines: list[Line] = []
        self._opening: asyncio.Task[Line] | None = None

    async def run(self, script: "Script", keys: list[str], *given: Any) -> list[Any]:
        """The script's answer. What was on a line that broke is asked once more: scripts may be repeated."""
        from redis.exceptions import ConnectionError as Broken

        try:
            return await self._on(await self._line(), script, keys, given)
        except Broken:
            return await self._on(await self._line(), script, keys, given)

    async def close(self) -> None:
        if self._opening:
            self._opening.cancel()
        while self._lines:
            self._lines.pop().hang_up("closed")

    async def _line(self) -> "Line":
        """The one with the least to do. While all are busy and there are few, another one is opened for the next."""
        self._lines = [line for line in self._lines if line.is_open]
        best = min(self._lines, key=lambda line: len(line.waiting), default=None)
        if best and (not best.waiting or len(self._lines) >= LINES):
            return best
        if self._opening is None or self._opening.done():
            self._opening = asyncio.ensure_future(self._open())
            self._opening.add_done_callback(lambda over: over.cancelled() or over.exception())
        return best if best else await asyncio.shield(self._opening)

    async def _open(self) -> "Line":
        line = await Line.opened(self._pool, self.patience)
        self._lines.append(line)
        return line

    async def _on(self, line: "Line", script: "Script", keys: list[str], given: tuple[Any, ...]) -> list[Any]:
        answer = await self._asked(line, "EVALSHA", script.sha, len(keys), *keys, *given)
        if isinstance(answer, Exception) and str(answer).startswith("NOSCRIPT"):
            answer = await self._asked(line, "EVAL", script.source, len(keys), *keys, *given)
        if isinstance(answer, Exception):
            from redis.exceptions import ResponseError

            raise ResponseError(str(answer))
        found: list[Any] = answer
        return found

    def _asked(self, line: "Line", *command: Any) -> "asyncio.Future[Any]":
        if sum(each.unanswered for each in self._lines) >= MOST_UNANSWERED:
            from redis.exceptions import RedisError

            raise RedisError("too much waits for Redis")
        return line.asked(*command, patience=self.patience)


class Line(asyncio.Protocol):
    """One connection: questions go out as they come, each answer belongs to whoever has waited longest."""

    def __init__(self, handshake: Any) -> None:
        from hiredis import Reader

        self.waiting: deque[tuple[float, int, asyncio.Future[Any]]] = deque()
        self.unanswered = 0
        # The library closes its connection when nobody holds it any more.
        self._handshake, self._transport = handshake, handshake._writer.transport
        self._reader, self._loop = Reader(), asyncio.get_running_loop()
        self._watch: asyncio.TimerHandle | None = None
        self._transport.set_protocol(self)

    @classmethod
    async def opened(cls, pool: Any, patience: float) -> "Line":
        """Address, password, TLS and database are the library's affair."""
        handshake = pool.make_connection()
        async with asyncio.timeout(patience):
            await handshake.connect()
        return cls(handshake)

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    def asked(self, *command: Any, patience: float) -> "asyncio.Future[Any]":
        from hiredis import pack_command

        answer, packed = self._loop.create_future(), pack_command(command)
        self.waiting.append((self._loop.time(), len(packed) + _BESIDE, answer))
        self.unanswered += len(packed) + _BESIDE
        self._transport.write(packed)
        if self._watch is None:
            self._watch = self._loop.call_later(patience, self._look, patience)
        return answer

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (answer := self._reader.gets()) is not False:
            asker = self._first_in_line()
            if not asker.done():  # Whoever asked may have gone.
                asker.set_result(answer)

    def connection_lost(self, _why: Exception | None) -> None:
        self.hang_up("the line broke")

    def hang_up(self, why: str) -> None:
        from redis.exceptions import ConnectionError as Broken

        if self._watch is not None:
            self._watch.cancel()
        self._transport.abort()
        while self.waiting:
            asker = self._first_in_line()
            if not asker.done():
                asker.set_exception(Broken(why))

    def _first_in_line(self) -> "asyncio.Future[Any]":
        _, size, asker = self.waiting.popleft()
        self.unanswered -= size
        return asker

    def _look(self, patience: float) -> None:
        """One timer for all that waits."""
        self._watch = None
        if not self.waiting:
            return
        left = self.waiting[0][0] + patience - self._loop.time()
        if left > 0:
            self._watch = self._loop.call_later(left, self._look, patience)
            return
        while self.waiting:
            asker = self._first_in_line()
            if not asker.done():
                asker.set_exception(TimeoutError("Redis does not answer"))
        self.hang_up("silent")


class Script:
    def __init__(self, source: str) -> None:
        self.source, self.sha = source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
