"""News inside one process."""

import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from harmonix_splitter.services.ports.events import Event, Heard

logger = logging.getLogger(__name__)
_MOST_WAITING = 1000


class QueuedEvents:
    """News kept for one listener; when it is too slow, the oldest give way."""

    def __init__(self, stop: Callable[[], None] = lambda: None) -> None:
        self._waiting: queue.Queue[Event | None] = queue.Queue(_MOST_WAITING)
        self._stop = stop
        self._closed = threading.Event()

    def offer(self, event: Event | None) -> None:
        while True:
            try:
                self._waiting.put_nowait(event)
                return
            except queue.Full:
                try:
                    self._waiting.get_nowait()
                except queue.Empty:
                    continue

    def take(self, timeout: float) -> Event | None:
        try:
            return self._waiting.get(timeout=timeout) if not self._closed.is_set() else None
        except queue.Empty:
            return None

    def __iter__(self) -> Iterator[Event]:
        while not self._closed.is_set():
            event = self._waiting.get()
            if event is None:
                return
            yield event

    def close(self) -> None:
        self._closed.set()
        self._stop()
        self.offer(None)

    def stops_with(self, stop: Callable[[], None]) -> None:
        self._stop = stop


@dataclass
class InMemoryEvents:
    _listeners: dict[str, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, topic: str, event: Event) -> None:
        with self._lock:
            listeners = list(self._listeners.get(topic, ()))
        for heard in listeners:
            try:
                heard(topic, event)
            except Exception:  # one broken listener must not silence the others
                logger.exception("a listener failed", extra={"topic": topic})

    def subscribe(self, topics: Iterable[str]) -> QueuedEvents:
        subscription = QueuedEvents()
        subscription.stops_with(self.listen(topics, lambda _topic, event: subscription.offer(event)))
        return subscription

    def listen(self, topics: Iterable[str], heard: Heard) -> Callable[[], None]:
        wanted = tuple(topics)
        with self._lock:
            for topic in wanted:
                self._listeners[topic].append(heard)

        def stop() -> None:
            with self._lock:
                for topic in wanted:
                    if heard in self._listeners.get(topic, ()):
                        self._listeners[topic].remove(heard)
                    if not self._listeners.get(topic):
                        self._listeners.pop(topic, None)

        return stop

    def close(self) -> None:
        with self._lock:
            self._listeners.clear()
