"""Live sessions: start, post, listen, stop. Asynchronous, because sharing streams and must never block the loop."""

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from harmonix_splitter.domain.buckets import Bucket
from harmonix_splitter.domain.sharing import (
    Appended,
    Chunk,
    Served,
    SessionFacts,
    checked_metadata,
    checked_session_id,
    name_of,
)
from harmonix_splitter.errors import ChunkRefusedError, NotFoundError, TooManyRequestsError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.sharing import Metadata, ShareNews, ShareStore

MAX_CHUNK = 800_000
MAX_METADATA = 700_000
_POSTS = (40, 15.0)
"""At once and per second, per session: the known client posts two chunks and 3.3 metadata a second."""
_GUESSES = (20, 0.5)
OLDEST_TRANSPORT = 5_000.0
NO_METADATA = "Session not found or no metadata available"
_REMEMBERED = 10_000


@dataclass(frozen=True)
class Started:
    session: str
    epoch: int
    publisher_token: str
    timestamp: int


@dataclass
class Throttle:
    """Buckets by name; the oldest names are forgotten, so that memory stays bounded."""

    size: float
    per_second: float
    buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def wait(self, name: str, now: float) -> float:
        bucket = self.buckets.get(name)
        return bucket.wait(now) if bucket else 0.0

    def take(self, name: str, now: float) -> None:
        bucket = self.buckets.pop(name, None) or Bucket.full(self.size, self.per_second, now)
        self.buckets[name] = bucket.taken(now)
        if len(self.buckets) > _REMEMBERED:
            self.buckets.popitem(last=False)


@dataclass(frozen=True)
class SharingService:
    store: ShareStore
    clock: Clock
    new_token: Callable[[], str]
    posts: Throttle = field(default_factory=lambda: Throttle(*_POSTS))
    guesses: Throttle = field(default_factory=lambda: Throttle(*_GUESSES))

    async def start(self, session: str, *, token: str = "", protect: bool = False, item: str = "") -> Started:
        """Begin a session. With `protect` (or a token of one's own) only the token's holder may post and stop.

        With `item` no sound travels: everybody plays that library item for themselves.
        """
        checked_session_id(session)
        token = token or (self.new_token() if protect else "")
        now = self._now()
        epoch = await self.store.start(session, _hash(token), now, item)
        return Started(session, epoch, token, now)

    async def post_chunk(self, session: str, token: str, chunk: Chunk) -> Appended:
        if not chunk.payload or len(chunk.payload) > MAX_CHUNK or len(chunk.payload) % (4 * chunk.channels):
            raise ChunkRefusedError(f"data must hold whole frames of 32-bit floats, at most {MAX_CHUNK} bytes.")
        return await self.store.append(session, _hash(token), chunk, self._now())

    async def post_metadata(self, session: str, token: str, raw: Mapping[str, object], age: float = 0) -> int:
        """`age`: how many milliseconds ago the transport was true, as far as the sharer knows."""
        metadata = checked_metadata(raw)
        now = self._now()
        if isinstance(transport := metadata.get("transport"), dict):
            transport["at"] = now - min(max(0.0, age), OLDEST_TRANSPORT)
        return await self.store.put_metadata(session, _hash(token), metadata, now)

    async def chunks(self, session: str, since: int, address: str = "", listener: str = "") -> Served:
        async with self._guessing(session, address):
            return await self.store.chunks(session, since, self._now(), listener or address or "somebody")

    async def metadata(self, session: str, address: str = "", listener: str = "") -> Metadata:
        async with self._guessing(session, address, NO_METADATA):
            playing = await self.store.metadata(session, self._now(), listener or address or "somebody")
        if playing is None:  # No guess: whoever asks found the session.
            raise NotFoundError(NO_METADATA)
        return playing

    async def facts(self, session: str, address: str = "") -> SessionFacts:
        async with self._guessing(session, address):
            return await self.store.facts(session, self._now())

    async def title(self, session: str) -> Metadata | None:
        """What plays, for the status; None while nothing was said, or when the session is gone by now."""
        try:
            return await self.store.metadata(session, self._now())
        except NotFoundError:
            return None

    async def stop(self, session: str, token: str) -> tuple[SessionFacts, int]:
        """The session's last facts and how long it lasted, in milliseconds."""
        checked_session_id(session)
        now = self._now()
        facts = await self.store.stop(session, _hash(token), now)
        return facts, now - facts.start_time

    async def heard(self, session: str, listener: str) -> int:
        return await self.store.heard(session, listener, self._now())

    async def people(self, session: str, address: str = "") -> tuple[int, list[str]]:
        """How many listen, and the names of those who have one."""
        async with self._guessing(session, address):
            there = await self.store.present(session, self._now())
        return len(there), sorted(name for listener in there if (name := name_of(listener)))

    async def active(self) -> list[SessionFacts]:
        return await self.store.active(self._now())

    def follow(self, session: str) -> AsyncIterator[ShareNews]:
        return self.store.follow(session)

    def now(self) -> int:
        return self._now()

    def _now(self) -> int:
        return round(self.clock.now().timestamp() * 1000)

    def pace(self, session: str) -> None:
        """Asked before anybody reads what was posted: a flood must cost next to nothing."""
        checked_session_id(session)
        now = self.clock.monotonic()
        wait = self.posts.wait(session, now)
        if wait > 0:
            raise TooManyRequestsError("This session posts faster than any player plays.", retry_after=wait)
        self.posts.take(session, now)

    def _guessing(self, session: str, address: str, unknown: str = "Session not found") -> "_Guess":
        checked_session_id(session)
        return _Guess(self.guesses, address, self.clock.monotonic(), unknown)


@dataclass(frozen=True)
class _Guess:
    """Ids have six digits: whoever asks for many that are not there must wait, whether the next one is there or not."""

    throttle: Throttle
    address: str
    now: float
    unknown: str

    async def __aenter__(self) -> None:
        wait = self.throttle.wait(self.address, self.now) if self.address else 0.0
        if wait > 0:
            raise TooManyRequestsError("Too many session ids that are not there.", retry_after=wait)

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is not None and issubclass(kind, NotFoundError):
            if self.address:
                self.throttle.take(self.address, self.now)
            raise NotFoundError(self.unknown) from None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
