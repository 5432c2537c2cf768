"""What telling other programs needs: a memory of who wants to know and what was told, and a way to send."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from harmonix_splitter.domain.webhooks import Delivery, Heard, Webhook


class Webhooks(Protocol):
    def add(self, hook: Webhook) -> None: ...

    def get(self, hook_id: str) -> Webhook:
        """Raise NotFoundError when there is none."""
        ...

    def save(self, hook: Webhook) -> None:
        """Keep what changed; nothing happens when it was removed meanwhile."""
        ...

    def remove(self, hook_id: str) -> None:
        """With everything told to it."""
        ...

    def listed(self, user_id: str | None) -> Sequence[Webhook]:
        """Somebody's, or everybody's, oldest first."""
        ...

    def add_delivery(self, delivery: Delivery) -> bool:
        """Whether it is new: a webhook is told the same key once."""
        ...

    def delivery(self, delivery_id: str) -> Delivery:
        """Raise NotFoundError when there is none."""
        ...

    def save_delivery(self, delivery: Delivery) -> None: ...

    def deliveries(self, hook_id: str, before: datetime | None, limit: int) -> Sequence[Delivery]:
        """Newest first, only those made before the moment."""
        ...

    def claim_due(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Those waiting whose time has come; nobody else gets them before the lease is over."""
        ...

    def forget_before(self, moment: datetime) -> int:
        """Forget deliveries that are over and older than this."""
        ...


class Messenger(Protocol):
    def post(self, url: str, body: str, headers: dict[str, str]) -> Heard:
        """Send once, following no redirect, within seconds. Never raises: an address that cannot or may not be
        reached (unknown, closed, inside a private network) is a `problem`."""
        ...
