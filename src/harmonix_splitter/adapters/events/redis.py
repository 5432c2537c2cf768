"""News between processes, through Redis."""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harmonix_splitter.adapters.events.in_memory import InMemoryEvents, QueuedEvents
from harmonix_splitter.services.ports.events import Event, Heard

logger = logging.getLogger(__name__)
_PREFIX = "harmonix:events:"
_LOOKS_UP = 2.0
"""Seconds between looks at whether it is over."""


@dataclass
class RedisEvents:
    """One connection listens for this process and hands on to whoever listens in it; it reconnects by itself."""

    url: str
    _local: InMemoryEvents = field(default_factory=InMemoryEvents)
    _listening: threading.Event = field(default_factory=threading.Event)
    _ready: threading.Event = field(default_factory=threading.Event)
    _closed: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, topic: str, event: Event) -> None:
        from redis.exceptions import RedisError

        try:
            self._redis.publish(_PREFIX + topic, json.dumps(event, default=str))
        except RedisError as gone:
            logger.warning("news not delivered", extra={"topic": topic, "why": str(gone)})

    def subscribe(self, topics: Iterable[str]) -> QueuedEvents:
        self._start()
        return self._local.subscribe(topics)

    def listen(self, topics: Iterable[str], heard: Heard) -> Callable[[], None]:
        self._start()
        return self._local.listen(topics, heard)

    def close(self) -> None:
        """The thread that waits for news ends within a few seconds."""
        self._closed.set()
        self._local.close()

    @cached_property
    def _redis(self) -> Any:
        from redis import Redis

        return Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=2)

    def _start(self) -> None:
        """Listening has begun when this returns, unless Redis is away."""
        with self._lock:
            if not self._listening.is_set():
                self._listening.set()
                threading.Thread(target=self._listen, name="redis-events", daemon=True).start()
        self._ready.wait(5.0)

    def _listen(self) -> None:
        from redis import Redis
        from redis.exceptions import RedisError

        while not self._closed.is_set():
            try:
                with Redis.from_url(self.url, socket_connect_timeout=2).pubsub() as channel:
                    channel.psubscribe(_PREFIX + "*")
                    while not self._closed.is_set():
                        if message := channel.get_message(timeout=_LOOKS_UP):
                            self._heard(message)
            except RedisError as gone:
                if not self._closed.wait(1.0):
                    logger.warning("Redis is away", extra={"why": str(gone)})

    def _heard(self, message: dict[str, Any]) -> None:
        if message["type"] == "psubscribe":
            self._ready.set()
        elif message["type"] == "pmessage":
            topic = message["channel"].decode().removeprefix(_PREFIX)
            self._local.publish(topic, json.loads(message["data"]))
