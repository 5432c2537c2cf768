"""Webhooks: addresses of other programs that want to be told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query
from pydantic import Field

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, Answer, Wish
from harmonix_splitter.domain.webhooks import LONGEST_URL, WANTABLE, Delivery, Webhook

router = APIRouter(tags=["webhooks"], responses=PROBLEMS)
Url = Annotated[str, Field(max_length=LONGEST_URL, examples=["https://example.org/harmonix"])]
Events = Annotated[list[str], Field(max_length=20, examples=[[str(kind) for kind in WANTABLE[:2]]])]


class WebhookWish(Wish):
    url: Url
    events: Events
    of_everybody: bool = False


class WebhookChange(Wish):
    url: Url | None = None
    events: Events | None = None
    is_active: bool | None = None


class WebhookAnswer(Answer):
    id: str
    user_id: str
    url: str
    events: list[str]
    of_everybody: bool
    is_active: bool
    failures: int
    notice: str
    created_at: datetime

    @classmethod
    def of(cls, hook: Webhook) -> Self:
        return cls(**_shown(hook))


class NewWebhookAnswer(WebhookAnswer):
    """The secret is shown this once."""

    secret: str


class DeliveryAnswer(Answer):
    id: str
    event: str
    status: str
    attempts: int
    answered: int | None
    problem: str
    created_at: datetime
    due_at: datetime | None
    body: str

    @classmethod
    def of(cls, told: Delivery) -> Self:
        return cls(**vars(told) | {"event": str(told.happening), "status": str(told.status)})


@router.get("/api/webhooks", summary="One's webhooks; an administrator sees everybody's")
def listed(studio: TheStudio, user: CurrentUser) -> list[WebhookAnswer]:
    return [WebhookAnswer.of(hook) for hook in studio.webhooks.listed(user)]


@router.post("/api/webhooks", status_code=201, summary="Have an address told; the secret is shown this once")
def make(wish: WebhookWish, studio: TheStudio, user: MemberUser) -> NewWebhookAnswer:
    hook = studio.webhooks.make(user, wish.url, wish.events, of_everybody=wish.of_everybody)
    return NewWebhookAnswer(**_shown(hook), secret=hook.secret)


@router.get("/api/webhooks/{webhook_id}", summary="One webhook")
def one(webhook_id: str, studio: TheStudio, user: CurrentUser) -> WebhookAnswer:
    return WebhookAnswer.of(studio.webhooks.hook(user, webhook_id))


@router.patch("/api/webhooks/{webhook_id}", summary="Change it, or switch it on again")
def change(webhook_id: str, wish: WebhookChange, studio: TheStudio, user: MemberUser) -> WebhookAnswer:
    changed = studio.webhooks.change(user, webhook_id, url=wish.url, events=wish.events, is_active=wish.is_active)
    return WebhookAnswer.of(changed)


@router.delete("/api/webhooks/{webhook_id}", status_code=204, summary="Remove it and what it was told")
def remove(webhook_id: str, studio: TheStudio, user: MemberUser) -> None:
    studio.webhooks.remove(user, webhook_id)


@router.post("/api/webhooks/{webhook_id}/test", summary="Send a test now and say what came of it")
def test(webhook_id: str, studio: TheStudio, user: MemberUser) -> DeliveryAnswer:
    return DeliveryAnswer.of(studio.webhooks.test(user, webhook_id))


@router.get(
    "/api/webhooks/{webhook_id}/deliveries", summary="What it was told, newest first; `before` is the id to go on from"
)
def deliveries(
    webhook_id: str,
    studio: TheStudio,
    user: CurrentUser,
    before: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> list[DeliveryAnswer]:
    return [DeliveryAnswer.of(told) for told in studio.webhooks.deliveries(user, webhook_id, before, limit)]


@router.post(
    "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/again", status_code=202, summary="Tell the same once more"
)
def again(webhook_id: str, delivery_id: str, studio: TheStudio, user: MemberUser) -> DeliveryAnswer:
    return DeliveryAnswer.of(studio.webhooks.redeliver(user, webhook_id, delivery_id))


def _shown(hook: Webhook) -> Mapping[str, Any]:
    facts = {name: value for name, value in vars(hook).items() if name not in {"secret", "happenings"}}
    return {**facts, "events": sorted(hook.happenings)}
