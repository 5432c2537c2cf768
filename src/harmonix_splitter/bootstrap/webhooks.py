"""Webhooks, and the thread that tells them."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.domain.webhooks import TOPIC
from harmonix_splitter.services.ports.events import Subscription
from harmonix_splitter.services.webhooks import WebhooksService

logger = logging.getLogger(__name__)
_LOOK_EVERY, _AT_ONCE = 2.0, 4


def webhooks(parts: Parts) -> WebhooksService:
    from harmonix_splitter.adapters.database.webhooks import SqlWebhooks
    from harmonix_splitter.adapters.messengers.webhooks import HttpMessenger
    from harmonix_splitter.adapters.security.secrets import RandomSecrets

    messenger = HttpMessenger(parts.settings.webhooks.allow_private)
    return WebhooksService(SqlWebhooks(parts.database), messenger, RandomSecrets(), parts.clock)


@contextmanager
def telling(parts: Parts, service: WebhooksService) -> Iterator[None]:
    """Inside this block what happens is written down and told."""
    if not parts.settings.webhooks.enabled:
        yield
        return
    heard, stop = parts.events.subscribe([TOPIC]), threading.Event()
    thread = threading.Thread(target=_tell, args=(service, heard, stop), name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        heard.close()
        thread.join(5.0)


def _tell(service: WebhooksService, heard: Subscription, stop: threading.Event) -> None:
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook") as pool:
        while not stop.is_set():
            try:
                notice = heard.take(_LOOK_EVERY)
                while notice is not None:
                    service.hear(notice)
                    notice = heard.take(0.0)
                list(pool.map(service.deliver, service.due()))
            except Exception:  # the record may be away for a while
                logger.exception("telling webhooks failed")
                stop.wait(_LOOK_EVERY)
