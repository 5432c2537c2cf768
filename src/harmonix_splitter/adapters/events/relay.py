"""News told to whoever started this process; nobody listens inside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harmonix_splitter.adapters.events.in_memory import QueuedEvents
from harmonix_splitter.services.ports.events import Event, Heard


@dataclass(frozen=True)
class RelayedEvents:
    tell: Heard

    def publish(self, topic: str, event: Event) -> None:
        self.tell(topic, event)

    def subscribe(self, _topics: Iterable[str]) -> QueuedEvents:
        return QueuedEvents()

    def listen(self, _topics: Iterable[str], _heard: Heard) -> Callable[[], None]:
        return lambda: None

    def close(self) -> None:
        """There is nothing to close."""
