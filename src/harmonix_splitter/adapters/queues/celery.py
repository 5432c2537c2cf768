"""Hints over Celery: a message carries a job id and nothing else; losing or doubling it changes nothing."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

logger = logging.getLogger(__name__)

TASK = "harmonix.look_at"
QUEUE = "harmonix"
_TRANSPORT = {"max_retries": 2, "interval_start": 0.1, "interval_max": 0.5, "socket_timeout": 5}
_LOADING = threading.Lock()


def celery_app(broker_url: str) -> Any:
    """Messages carry ids in JSON and no results come back: the record decides what is done.

    Celery and kombu import each other in circles, much of it on first use: two threads at once would find modules that
    are half there.
    """
    with _LOADING:
        from celery import Celery

        app = Celery("harmonix", broker=broker_url, backend=None)
        app.conf.update(
            task_default_queue=QUEUE,
            task_ignore_result=True,
            task_serializer="json",
            accept_content=["json"],
            broker_transport_options=_TRANSPORT,
        )
        # Looked at and not used: it loads what a first message would.
        app.amqp.producer_pool.connections.connection.transport_cls  # noqa: B018
        return app


def broker_errors(connection: Any) -> tuple[type[Exception], ...]:
    """What a broker that is away raises: its own errors, and kombu's in their place when connecting fails."""
    from kombu.exceptions import KombuError

    return (OSError, KombuError, *connection.connection_errors, *connection.channel_errors)


@dataclass(frozen=True)
class CeleryQueue:
    broker_url: str

    @cached_property
    def app(self) -> Any:
        return celery_app(self.broker_url)

    def wake(self, job_id: str) -> None:
        connection = self.app.connection_for_write()
        try:
            self.app.send_task(TASK, args=[job_id], retry=False)
        except broker_errors(connection) as away:
            logger.warning("the broker is away; the sweeper will say it again", extra={"job": job_id, "why": str(away)})


@dataclass
class CeleryHints:
    """Hears the messages and rings; acknowledged at once, because nothing depends on them. Reconnects by itself."""

    broker_url: str
    heard: Callable[[str], None]
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        app = celery_app(self.broker_url)
        threading.Thread(target=self._listen, args=(app,), name="celery-hints", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _listen(self, app: Any) -> None:
        from kombu import Connection

        while not self._stopping.is_set():
            connection = Connection(self.broker_url, heartbeat=10, transport_options=_TRANSPORT)
            try:
                with connection:
                    self._drain(connection, app.amqp.queues[QUEUE])
            except broker_errors(connection) as away:
                logger.warning("the broker is away", extra={"why": str(away)})
                self._stopping.wait(1.0)
            except Exception:  # whatever a message does to us, the next one must be heard
                logger.exception("hearing hints failed")
                self._stopping.wait(1.0)

    def _drain(self, connection: Any, queue: Any) -> None:
        with connection.Consumer([queue], callbacks=[self._ring], accept=["json"], no_ack=True):
            while not self._stopping.is_set():
                try:
                    connection.drain_events(timeout=1.0)
                except TimeoutError:
                    connection.heartbeat_check()

    def _ring(self, body: Any, _message: Any) -> None:
        """A task message holds its arguments first; whatever it holds, it only means "look"."""
        arguments = body[0] if isinstance(body, list | tuple) and body else []
        self.heard(str(arguments[0]) if arguments else "")
