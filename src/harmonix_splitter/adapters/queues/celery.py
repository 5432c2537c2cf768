"""Hints over Celery: a message carries a job id and nothing else; losing or doubling it changes nothing."""

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

logger = logging.getLogger(__name__)

TASK = "harmonix.look_at"
QUEUE = "harmonix"


def celery_app(broker_url: str) -> Any:
    """Late acknowledgement and quick restore only shorten recovery; the record decides what is done."""
    from celery import Celery

    app = Celery("harmonix", broker=broker_url, backend=None)
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"max_retries": 2, "interval_start": 0.1, "interval_max": 0.5, "socket_timeout": 5},
    )
    return app


@dataclass(frozen=True)
class CeleryQueue:
    broker_url: str

    @cached_property
    def app(self) -> Any:
        return celery_app(self.broker_url)

    def wake(self, job_id: str) -> None:
        from celery.exceptions import CeleryError
        from kombu.exceptions import KombuError

        try:
            self.app.send_task(TASK, args=[job_id], retry=False)
        except (KombuError, CeleryError, OSError) as away:
            logger.warning("the broker is away; the sweeper will say it again", extra={"job": job_id, "why": str(away)})
