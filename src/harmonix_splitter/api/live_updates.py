"""Live updates: what happens on a user's topics, numbered, so that whoever was away for a moment misses nothing.

A feed keeps the last few hundred events of its topics. A listener is nothing but a position in it: a slow one costs no
memory, and one that was away too long is told to load everything anew.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.job_news import event_seen_by
from harmonix_splitter.services.ports.events import Event, EventBus

KEPT = 500
LINGERS = 120.0


@dataclass(frozen=True)
class Entry:
    """One event with its place in the feed."""

    number: int
    topic: str
    event: Event

    def to_document(self, epoch: str) -> dict[str, Any]:
        return {**self.event, "id": f"{epoch}-{self.number}", "topic": self.topic}


class Feed:
    """The recent events of some topics."""

    def __init__(self, bus: EventBus, topics: tuple[str, ...], viewer: str = "") -> None:
        self._viewer = viewer
        self.epoch = secrets.token_hex(4)
        self._loop = asyncio.get_running_loop()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._last = 0
        self._news = asyncio.Event()
        self._stop = bus.listen(topics, self._heard)
        self.listeners = 0

    @property
    def position(self) -> int:
        return self._last

    def position_of(self, last_event_id: str) -> int | None:
        """Where a listener that saw this event last goes on; None when what followed is no longer kept."""
        epoch, _, number = last_event_id.partition("-")
        if epoch != self.epoch or not number.isdigit():
            return None
        position = int(number[:15])
        oldest = self._entries[0].number if self._entries else self._last + 1
        return position if oldest - 1 <= position <= self._last else None

    async def after(self, position: int, patience: float) -> tuple[list[Entry], bool]:
        """What came after this position, and whether some of it is lost; nothing after `patience` seconds."""
        if position >= self._last:
            news = self._news
            try:
                async with asyncio.timeout(patience):
                    await news.wait()
            except TimeoutError:
                return [], False
        found = [entry for entry in self._entries if entry.number > position]
        return found, bool(found) and found[0].number > position + 1

    def close(self) -> None:
        self._stop()

    def _heard(self, topic: str, event: Event) -> None:
        """Called on a thread of the bus."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._add, topic, event_seen_by(event, self._viewer))

    def _add(self, topic: str, event: Event) -> None:
        self._last += 1
        self._entries.append(Entry(self._last, topic, event))
        self._news.set()
        self._news = asyncio.Event()


class Feeds:
    """The feeds somebody listens to, or listened to a moment ago."""

    def __init__(self, bus: Callable[[], EventBus]) -> None:
        self._bus = bus
        self._feeds: dict[tuple[str, ...], Feed] = {}
        self._open: dict[str, int] = {}

    def join(self, user: User) -> Feed:
        topics = topics_of(user)
        feed = self._feeds.get(topics)
        if feed is None:
            feed = self._feeds[topics] = Feed(self._bus(), topics, user.id)
        feed.listeners += 1
        self._open[user.id] = self._open.get(user.id, 0) + 1
        return feed

    def leave(self, user: User, feed: Feed) -> None:
        feed.listeners -= 1
        self._open[user.id] -= 1
        if not self._open[user.id]:
            del self._open[user.id]
        if not feed.listeners:
            asyncio.get_running_loop().call_later(LINGERS, self._forget, topics_of(user), feed)

    def open_by(self, user: User) -> int:
        """How many connections this user holds."""
        return self._open.get(user.id, 0)

    def close(self) -> None:
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()

    def _forget(self, topics: tuple[str, ...], feed: Feed) -> None:
        if not feed.listeners and self._feeds.get(topics) is feed:
            del self._feeds[topics]
            feed.close()


def topics_of(user: User) -> tuple[str, ...]:
    """What this user may hear: what is theirs and the shared library; administrators also every job."""
    return ("library", f"user:{user.id}", *(("jobs",) if user.is_admin else ()))


def reset(feed: Feed) -> Mapping[str, Any]:
    """Tells a listener that something is lost: load everything anew, then go on from here."""
    return {"type": "reset", "id": f"{feed.epoch}-{feed.position}"}
