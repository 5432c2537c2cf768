"""Lua scripts on Redis over a few open connections: what runs for every piece of sound must cost little.

The library's own client takes a lock, looks for waiting data, keeps figures and starts two timers for every command.
Its connections do the protocol; here they are only lent out, one timer each time.
"""

import asyncio
import hashlib
from typing import Any

PATIENCE = 5.0
"""Seconds for one script, connecting included."""


class RedisLines:
    def __init__(self, pool: Any, patience: float = PATIENCE) -> None:
        self._pool, self.patience = pool, patience
        self._idle: list[Any] = []

    async def run(self, script: "Script", keys: list[str], *given: Any) -> list[Any]:
        """The script's answer. A line that broke since its last use is replaced, once: scripts may be repeated."""
        from redis.exceptions import ConnectionError as Broken

        async with asyncio.timeout(self.patience):
            if self._idle:
                try:
                    return await self._on(self._idle.pop(), script, keys, given)
                except Broken:
                    await self._hang_up()
            return await self._on(self._pool.make_connection(), script, keys, given)

    async def close(self) -> None:
        await self._hang_up()

    async def _on(self, line: Any, script: "Script", keys: list[str], given: tuple[Any, ...]) -> list[Any]:
        from redis.exceptions import NoScriptError, ResponseError

        try:
            answer = await _asked(line, "EVALSHA", script.sha, len(keys), *keys, *given)
        except NoScriptError:
            answer = await _asked(line, "EVAL", script.source, len(keys), *keys, *given)
        except ResponseError:
            self._idle.append(line)  # Redis said no in good order.
            raise
        except BaseException:
            await line.disconnect(nowait=True)  # An answer may still be on its way: nobody else may read it.
            raise
        self._idle.append(line)
        return answer

    async def _hang_up(self) -> None:
        while self._idle:
            await self._idle.pop().disconnect(nowait=True)


class Script:
    def __init__(self, source: str) -> None:
        self.source, self.sha = source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


async def _asked(line: Any, *command: Any) -> list[Any]:
    await line.send_command(*command, check_health=False)
    answer: list[Any] = await line.read_response()
    return answer
