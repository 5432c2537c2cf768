"""How news and hints travel: inside this process, or through Redis and Celery when there are several."""

from harmonix_splitter.config.settings import Settings
from harmonix_splitter.services.ports.events import EventBus
from harmonix_splitter.services.ports.jobs import JobQueue


def events(settings: Settings) -> EventBus:
    if settings.queue.redis_url:
        from harmonix_splitter.adapters.events.redis import RedisEvents

        return RedisEvents(settings.queue.redis_url)
    from harmonix_splitter.adapters.events.in_memory import InMemoryEvents

    return InMemoryEvents()


def queue(settings: Settings) -> JobQueue:
    if settings.queue_kind == "celery":
        from harmonix_splitter.adapters.queues.celery import CeleryQueue

        return CeleryQueue(settings.queue.broker_url)
    from harmonix_splitter.adapters.queues.local import Doorbell

    return Doorbell()
