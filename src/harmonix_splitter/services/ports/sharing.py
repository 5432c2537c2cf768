"""Where live sessions are kept while they live."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from harmonix_splitter.domain.sharing import Appended, Chunk, Served, SessionFacts

Metadata = Mapping[str, Any]


@dataclass(frozen=True)
class ShareNews:
    """Something happened in a session: exactly one of the fields below `kind` is set for "chunk" and "metadata"."""

    kind: str
    """following, chunk, metadata, started, stopped"""
    epoch: int = 0
    chunk: Chunk | None = None
    metadata: Metadata | None = None


class ShareStore(Protocol):
    """Sessions, their newest sound and their newest metadata. Every call is one atomic step; `now` is in milliseconds.

    `publisher` is the hash of the sharer's token, "" when none was given. A session started without one is open to
    every caller who may share. Calls raise UnavailableError when the store cannot be reached.
    """

    async def start(self, session: str, publisher: str, now: int, item: str = "") -> int:
        """Begin, or take over an id that stopped, died, or was the same publisher's. The answer is the new epoch.

        With `item` everybody plays that library item for themselves, and the session takes no sound.

        Raise ConflictError while somebody else uses the id, UnavailableError when all sessions are taken.
        """
        ...

    async def append(self, session: str, publisher: str, chunk: Chunk, now: int) -> Appended:
        """Keep a chunk; repeating a post changes nothing.

        Raise NotFoundError, NotAllowedError, ChunkRefusedError, ConflictError for a session without sound.
        """
        ...

    async def chunks(self, session: str, since: int, now: int, listener: str = "") -> Served:
        """See `domain.sharing.readable`; whoever asks is noted as by `heard`.

        Raise NotFoundError unless the session is active.
        """
        ...

    async def put_metadata(self, session: str, publisher: str, metadata: Metadata, now: int) -> int:
        """Replace the metadata whole. The answer is the number of listeners."""
        ...

    async def metadata(self, session: str, now: int, listener: str = "") -> Metadata | None:
        """None when nothing was said within the metadata's life; whoever asks is noted as by `heard`.

        Raise NotFoundError unless the session is active.
        """
        ...

    async def facts(self, session: str, now: int) -> SessionFacts:
        """Also for a stopped session, as long as its grace lasts. Raise NotFoundError."""
        ...

    async def stop(self, session: str, publisher: str, now: int) -> SessionFacts:
        """End the session; its sound and metadata go at once. Raise NotFoundError, NotAllowedError."""
        ...

    async def heard(self, session: str, listener: str, now: int) -> int:
        """Note that this listener is there; the answer is how many are."""
        ...

    async def present(self, session: str, now: int) -> list[str]:
        """Who is there, as `heard` was told. Raise NotFoundError unless the session is active."""
        ...

    async def active(self, now: int) -> list[SessionFacts]: ...

    def follow(self, session: str) -> AsyncIterator[ShareNews]:
        """Everything that happens, on whatever node it happens. What comes after the news "following" is not missed."""
        ...

    async def close(self) -> None: ...
