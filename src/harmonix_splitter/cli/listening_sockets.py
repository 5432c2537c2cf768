"""Connections that hear a session: one whose other end no longer reads must cost little, and go in time."""

import asyncio
import socket
from typing import ClassVar

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_MOST_UNSENT = 256_000
"""Bytes the kernel holds for one listener (it takes twice that): a good second of plain sound."""


class PatientSocket(WebSocketsSansIOProtocol):
    """A WebSocket the kernel closes once nothing has been taken from it for a while.

    Whoever went without a word, or only stopped reading, answers no ping; but closing such a connection politely
    waits for its unsent bytes, which is for ever. Where the system cannot do that (only Linux can), it keeps its own
    time: a quarter of an hour or so.
    """

    patience_ms: ClassVar[int] = 30_000

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        line: socket.socket | None = transport.get_extra_info("socket")
        if line is not None and line.family in {socket.AF_INET, socket.AF_INET6}:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST_UNSENT)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, self.patience_ms)
        super().connection_made(transport)
