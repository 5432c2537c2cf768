"""Webhooks: who wants to be told, what they are told, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.webhooks import (
    MOST_ATTEMPTS,
    OFF_AFTER,
    Delivery,
    DeliveryStatus,
    Happening,
    Heard,
    Webhook,
    body_of,
    checked_url,
    pause_after,
    signature,
    wanted,
)
from harmonix_splitter.errors import ConflictError, NotAllowedError, NotFoundError
from harmonix_splitter.services.ports.accounts import Secrets
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.webhooks import Messenger, Webhooks

HOOKS_EACH = 20
LEASE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class WebhooksService:
    record: Webhooks
    messenger: Messenger
    secrets: Secrets
    clock: Clock

    def make(self, user: User, url: str, events: Iterable[str], *, of_everybody: bool = False) -> Webhook:
        """A new webhook; its secret is in the answer and never shown again."""
        if of_everybody and not user.is_admin:
            raise NotAllowedError("Only administrators are told of everybody.", field="ofEverybody")
        if len(self.record.listed(user.id)) >= HOOKS_EACH:
            raise ConflictError(f"You have {HOOKS_EACH} webhooks.", advice="Remove one you no longer use.")
        happenings, address = wanted(events), checked_url(url)
        name, secret = self.secrets.short_id(), self.secrets.token()
        hook = Webhook(name, user.id, address, secret, happenings, self.clock.now(), of_everybody)
        self.record.add(hook)
        return hook

    def hook(self, user: User, hook_id: str) -> Webhook:
        found = self.record.get(hook_id)
        if found.user_id != user.id and not user.is_admin:
            raise NotFoundError("There is no such webhook.")
        return found

    def listed(self, user: User) -> Sequence[Webhook]:
        """One's own; an administrator sees everybody's."""
        return self.record.listed(None if user.is_admin else user.id)

    def change(
        self, user: User, hook_id: str, *, url: str | None, events: Iterable[str] | None, is_active: bool | None
    ) -> Webhook:
        """Switching it on again forgets its failures."""
        hook = self.hook(user, hook_id)
        hook = replace(
            hook,
            url=hook.url if url is None else checked_url(url),
            happenings=hook.happenings if events is None else wanted(events),
        )
        if is_active is not None:
            hook = replace(hook, is_active=is_active, failures=0, notice="")
        self.record.save(hook)
        return hook

    def remove(self, user: User, hook_id: str) -> None:
        self.record.remove(self.hook(user, hook_id).id)

    def deliveries(self, user: User, hook_id: str, before: str, limit: int) -> Sequence[Delivery]:
        """Newest first; `before` is the delivery the last page ended with."""
        hook = self.hook(user, hook_id)
        return self.record.deliveries(hook.id, self.record.delivery(before).created_at if before else None, limit)

    def test(self, user: User, hook_id: str) -> Delivery:
        """Send a test now, once, and say what came of it. A webhook that was switched off can be tried too."""
        hook = self.hook(user, hook_id)
        name = self.secrets.short_id()
        delivery = self._new(hook, Happening.TEST, f"test:{name}", {"message": "This is a test."})
        self.record.add_delivery(replace(delivery, due_at=None))
        heard = self._send(hook, delivery)
        status = DeliveryStatus.DELIVERED if heard.is_fine else DeliveryStatus.FAILED
        done = replace(_after(delivery, heard), status=status, due_at=None)
        self.record.save_delivery(done)
        return done

    def redeliver(self, user: User, hook_id: str, delivery_id: str) -> Delivery:
        """Tell the same once more, soon, under the same id: whoever heard it already can tell."""
        hook, told = self.hook(user, hook_id), self.record.delivery(delivery_id)
        if told.webhook_id != hook.id:
            raise NotFoundError("There is no such delivery.")
        again = replace(told, attempts=0, status=DeliveryStatus.WAITING, due_at=self.clock.now(), problem="")
        self.record.save_delivery(again)
        return again

    def hear(self, notice: Mapping[str, Any]) -> int:
        """Write down whom to tell; how many."""
        kind, count = Happening(notice["happening"]), 0
        for hook in self.record.listed(None):
            if hook.wants(kind, notice["users"]):
                data = {**notice["data"], **notice["differs"].get(hook.user_id, {})}
                count += self.record.add_delivery(self._new(hook, kind, notice["key"], data))
        return count

    def due(self, limit: int = 20) -> Sequence[Delivery]:
        return self.record.claim_due(self.clock.now(), LEASE, limit)

    def deliver(self, delivery: Delivery) -> Delivery:
        """One attempt, and what follows from it: done, later again, or given up."""
        hook = self.record.get(delivery.webhook_id)
        if not hook.is_active:
            return self._over(delivery, DeliveryStatus.FAILED, "This webhook is switched off.")
        heard = self._send(hook, delivery)
        tried = _after(delivery, heard)
        if heard.is_fine:
            self.record.save(replace(hook, failures=0, notice=""))
            return self._over(tried, DeliveryStatus.DELIVERED, "")
        if tried.attempts < MOST_ATTEMPTS:
            later = replace(tried, due_at=self.clock.now() + pause_after(tried.attempts))
            self.record.save_delivery(later)
            return later
        self.record.save(_disappointed(hook, heard))
        return self._over(tried, DeliveryStatus.FAILED, tried.problem)

    def tidy(self) -> int:
        return self.record.forget_before(self.clock.now() - KEPT_FOR)

    def _new(self, hook: Webhook, kind: Happening, key: str, data: Mapping[str, Any]) -> Delivery:
        name, now = self.secrets.short_id(), self.clock.now()
        return Delivery(name, hook.id, kind, key, body_of(name, kind, now, data), now, now)

    def _send(self, hook: Webhook, delivery: Delivery) -> Heard:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Harmonix-Webhook",
            "X-Harmonix-Event": str(delivery.happening),
            "X-Harmonix-Delivery": delivery.id,
            "X-Harmonix-Signature": signature(hook.secret, self.clock.now(), delivery.body),
        }
        return self.messenger.post(hook.url, delivery.body, headers)

    def _over(self, delivery: Delivery, status: DeliveryStatus, problem: str) -> Delivery:
        done = replace(delivery, status=status, due_at=None, problem=problem)
        self.record.save_delivery(done)
        return done


def _after(delivery: Delivery, heard: Heard) -> Delivery:
    problem = heard.problem or ("" if heard.is_fine else f"It answered {heard.status}.")
    return replace(delivery, attempts=delivery.attempts + 1, answered=heard.status, problem=problem)


def _disappointed(hook: Webhook, heard: Heard) -> Webhook:
    """One delivery more was given up; after several in a row the webhook is switched off, and says so."""
    failures = hook.failures + 1
    if failures < OFF_AFTER:
        return replace(hook, failures=failures)
    why = heard.problem or f"It answered {heard.status}."
    told = f"Switched off after {failures} deliveries in a row that nobody took. {why}"
    return replace(hook, failures=failures, is_active=False, notice=told)
