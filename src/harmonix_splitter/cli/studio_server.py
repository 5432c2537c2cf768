"""The server as it runs for days: what is settled is left alone, and whoever was let in is served to the end."""

import asyncio
import gc
import select
import socket

import uvicorn

_SECONDS_TO_ASK = 0.3
"""For somebody who was let in while the door closed to say what they want."""
_MOST_TURNS = 1000


class StudioServer(uvicorn.Server):
    """Starts and ends well."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What is there once it has started stays: the collector need not walk over it while people wait."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Closing a door on those who stand in it would cut them off: they come in first, and may ask."""
        if not self.force_exit:
            await _let_in(sockets or [])
            for server in self.servers:
                server.close()
            await asyncio.sleep(_SECONDS_TO_ASK)
        await super().shutdown(sockets)


async def _let_in(doors: list[socket.socket]) -> None:
    """Give the loop its turns until nobody waits to be accepted."""
    for _ in range(_MOST_TURNS):
        if not select.select(doors, [], [], 0)[0]:
            return
        await asyncio.sleep(0)
