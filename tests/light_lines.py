"""Kept-alive connections that cost next to nothing: a crowd of clients must not be slower than what it asks."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@dataclass
class Lines:
    base: str
    token: str
    idle: "list[_Line]" = field(default_factory=list)

    async def ask(self, method: str, path: str, *content: bytes) -> Answer:
        """Once more on a new line when the server has just closed an idle one."""
        fields = f"Authorization: Bearer {self.token}\r\nUser-Agent: SongRequest Desktop v1\r\n"
        if content:
            length = sum(map(len, content))
            fields += f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {length}\r\n"
        parts = [f"{method} {path} HTTP/1.1\r\nHost: studio\r\n{fields}\r\n".encode(), *content]
        while self.idle:
            line = self.idle.pop()
            with suppress(ConnectionError):
                return await self._asked(line, parts)
        return await self._asked(await self._new(), parts)

    async def _asked(self, line: "_Line", parts: Sequence[bytes]) -> Answer:
        answer = await line.ask(parts)
        self.idle.append(line)
        return answer

    async def _new(self) -> "_Line":
        where = urlsplit(self.base)
        _, line = await asyncio.get_running_loop().create_connection(_Line, where.hostname, where.port)
        return line

    def close(self) -> None:
        for line in self.idle:
            line.wire.close()


class _Line(asyncio.Protocol):
    """One question at a time; its answer says how long it is."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.missing: int | None = None
        self.status = 0
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.wire = cast(asyncio.Transport, transport)

    def ask(self, parts: Sequence[bytes]) -> "asyncio.Future[Answer]":
        self.answer = asyncio.get_running_loop().create_future()
        if self.wire.is_closing():
            self.answer.set_exception(ConnectionError("closed"))
        else:
            self.wire.writelines(parts)
        return self.answer

    def data_received(self, data: bytes) -> None:
        self.parts.append(data)
        if self.missing is None:
            self._begin(b"".join(self.parts))
        else:
            self.missing -= len(data)
        if self.missing == 0 and not self.answer.done():
            body = b"".join(self.parts)
            self.parts, self.missing = [], None
            self.answer.set_result(Answer(self.status, body))

    def _begin(self, data: bytes) -> None:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        told = _LENGTH.search(data, 0, end + 2)
        self.status, self.parts = int(data[9:12]), [data[end + 4 :]]
        self.missing = (int(told[1]) if told else 0) - len(self.parts[0])

    def connection_lost(self, _why: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(ConnectionError("cut"))
