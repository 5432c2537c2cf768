"""How news travels from whoever does the work to whoever is watching."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

Event = Mapping[str, Any]
Heard = Callable[[str, Event], None]


class Subscription(Protocol):
    """News kept for one listener, oldest first. A listener too slow for its share loses the oldest, never blocks."""

    def take(self, timeout: float) -> Event | None:
        """The next event, or None when nothing came within `timeout` seconds or the subscription is closed."""
        ...

    def __iter__(self) -> Iterator[Event]:
        """Every event until the subscription is closed."""
        ...

    def close(self) -> None: ...


class EventBus(Protocol):
    """Carries small JSON-able events by topic: `user:{id}`, `share:{id}`, `room:{id}`, `jobs`, `library`.

    At most once, in order per topic: events say "look", the database says what is true.
    """

    def publish(self, topic: str, event: Event) -> None:
        """Never raises because a listener or the carrier is gone."""
        ...

    def subscribe(self, topics: Iterable[str]) -> Subscription:
        """Everything published on these topics from now on."""
        ...

    def listen(self, topics: Iterable[str], heard: Heard) -> Callable[[], None]:
        """Call `heard(topic, event)` for everything from now on, on a thread of the bus; call the answer to stop."""
        ...

    def close(self) -> None:
        """Nothing is carried any more, and no thread or connection is left."""
        ...
