"""Telling other programs: what is told, how it is signed, and how often a deaf ear is tried."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from harmonix_splitter.errors import InvalidRequestError

TOPIC = "webhooks"
"""Where whoever has news for webhooks publishes a `notice`."""
MOST_ATTEMPTS = 6
OFF_AFTER = 5
"""So many deliveries in a row that were given up switch a webhook off."""
LONGEST_URL = 2000
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)


class Happening(StrEnum):
    JOB_COMPLETED = "job_completed"
    JOB_FAILED = "job_failed"
    JOB_CANCELLED = "job_cancelled"
    SONG_ADDED = "song_added"
    SHARE_STARTED = "share_started"
    SHARE_ENDED = "share_ended"
    TEST = "test"


WANTABLE = tuple(kind for kind in Happening if kind is not Happening.TEST)


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Webhook:
    """An address that wants to be told. `of_everybody`: not only what concerns its owner (administrators)."""

    id: str
    user_id: str
    url: str
    secret: str
    happenings: frozenset[Happening]
    created_at: datetime
    of_everybody: bool = False
    is_active: bool = True
    failures: int = 0
    notice: str = ""

    def wants(self, kind: Happening, concerned: Iterable[str]) -> bool:
        return self.is_active and kind in self.happenings and (self.of_everybody or self.user_id in set(concerned))


@dataclass(frozen=True)
class Delivery:
    """One thing told to one webhook, with what came of it. `due_at` is None when it is over."""

    id: str
    webhook_id: str
    happening: Happening
    key: str
    body: str
    created_at: datetime
    due_at: datetime | None
    attempts: int = 0
    status: DeliveryStatus = DeliveryStatus.WAITING
    answered: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class Heard:
    """What the other side answered: a status, or why there was none. Nothing of its text is kept."""

    status: int | None = None
    problem: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def is_fine(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def notice(
    kind: Happening,
    key: str,
    concerned: Iterable[str],
    data: Mapping[str, Any],
    differs: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """What is published on `TOPIC`. The same key is told once, however many servers heard of it. `differs`: what of the
    data is different for some users."""
    news = {"happening": str(kind), "key": f"{kind}:{key}", "users": sorted(concerned), "data": dict(data)}
    return {**news, "differs": dict(differs or {})}


def body_of(delivery_id: str, kind: Happening, at: datetime, data: Mapping[str, Any]) -> str:
    """The JSON that is sent, once and for all: a second attempt sends the same bytes."""
    told = {"id": delivery_id, "type": str(kind), "createdAt": at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str)


def signature(secret: str, at: datetime, body: str) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA-256 of `<seconds>.<body>`. Refuse what is older than five minutes."""
    moment = int(at.timestamp())
    proof = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={proof}"


def pause_after(attempt: int) -> timedelta:
    """10 s, 40 s, 160 s ... an hour at most."""
    longer: int = 4 ** (attempt - 1)
    return min(_FIRST_PAUSE * longer, _LONGEST_PAUSE)


def checked_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        is_fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine or len(url) > LONGEST_URL or not url.isprintable() or "@" in parts.netloc:
        raise InvalidRequestError("That is no http(s) address we can send to.", field="url")
    return url.strip()


def wanted(words: Iterable[str]) -> frozenset[Happening]:
    found = frozenset(words)
    unknown = found - set(WANTABLE)
    if unknown or not found:
        raise InvalidRequestError("Say what to tell.", advice=f"Any of: {', '.join(WANTABLE)}.", field="events")
    return frozenset(Happening(word) for word in found)
