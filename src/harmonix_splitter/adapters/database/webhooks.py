"""Webhooks and their deliveries in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.webhooks import deliveries, webhooks
from harmonix_splitter.domain.webhooks import Delivery, DeliveryStatus, Happening, Webhook
from harmonix_splitter.errors import NotFoundError


@dataclass(frozen=True)
class SqlWebhooks:
    database: Database

    def add(self, hook: Webhook) -> None:
        with self.database.write() as connection:
            connection.execute(insert(webhooks).values(_values(hook)))

    def get(self, hook_id: str) -> Webhook:
        with self.database.read() as connection:
            row = connection.execute(select(webhooks).where(webhooks.c.id == hook_id)).mappings().one_or_none()
        if row is None:
            raise NotFoundError("There is no such webhook.")
        return _hook(row)

    def save(self, hook: Webhook) -> None:
        with self.database.write() as connection:
            connection.execute(update(webhooks).where(webhooks.c.id == hook.id).values(_values(hook)))

    def remove(self, hook_id: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(webhooks).where(webhooks.c.id == hook_id))

    def listed(self, user_id: str | None) -> Sequence[Webhook]:
        query = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.id)
        if user_id is not None:
            query = query.where(webhooks.c.user_id == user_id)
        with self.database.read() as connection:
            return [_hook(row) for row in connection.execute(query).mappings()]

    def add_delivery(self, delivery: Delivery) -> bool:
        try:
            with self.database.write() as connection:
                connection.execute(insert(deliveries).values(vars(delivery)))
        except IntegrityError:  # told already, or the webhook is gone
            return False
        return True

    def delivery(self, delivery_id: str) -> Delivery:
        query = select(deliveries).where(deliveries.c.id == delivery_id)
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFoundError("There is no such delivery.")
        return _delivery(row)

    def save_delivery(self, delivery: Delivery) -> None:
        with self.database.write() as connection:
            connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(vars(delivery)))

    def deliveries(self, hook_id: str, before: datetime | None, limit: int) -> Sequence[Delivery]:
        query = select(deliveries).where(deliveries.c.webhook_id == hook_id)
        if before is not None:
            query = query.where(deliveries.c.created_at < before)
        newest = query.order_by(deliveries.c.created_at.desc(), deliveries.c.id).limit(limit)
        with self.database.read() as connection:
            return [_delivery(row) for row in connection.execute(newest).mappings()]

    def claim_due(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        due = select(deliveries).where(deliveries.c.due_at <= now).order_by(deliveries.c.due_at).limit(limit)
        with self.database.read() as connection:
            if connection.execute(select(due.subquery().c.id)).first() is None:
                return []
        with self.database.write() as connection:
            found = [_delivery(row) for row in connection.execute(due.with_for_update(skip_locked=True)).mappings()]
            mine = deliveries.c.id.in_([one.id for one in found])
            connection.execute(update(deliveries).where(mine).values(due_at=now + lease))
        return found

    def forget_before(self, moment: datetime) -> int:
        old = delete(deliveries).where(deliveries.c.created_at < moment, deliveries.c.due_at.is_(None))
        with self.database.write() as connection:
            return connection.execute(old).rowcount


def _values(hook: Webhook) -> dict[str, Any]:
    return {**vars(hook), "happenings": sorted(hook.happenings)}


def _hook(row: Any) -> Webhook:
    return Webhook(**{**row, "happenings": frozenset(Happening(word) for word in row["happenings"])})


def _delivery(row: Any) -> Delivery:
    happening, status = Happening(row["happening"]), DeliveryStatus(row["status"])
    return Delivery(**{**row, "happening": happening, "status": status})
