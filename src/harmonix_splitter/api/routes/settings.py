"""Settings: every one with its origin, and some of them changed while the studio runs."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from harmonix_splitter.api.dependencies import AdminUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, STALE, Answer, Wish
from harmonix_splitter.api.versions import IfMatch, number_in, tag_of
from harmonix_splitter.bootstrap import Studio

router = APIRouter(prefix="/api/admin/settings", tags=["administration"], responses=PROBLEMS)
Key = Annotated[str, Field(max_length=80)]


class SettingsWish(Wish):
    """`changes` chooses values by their keys, `takeBack` forgets choices: what the server was started with is back."""

    changes: Annotated[dict[Key, Any], Field(default_factory=dict, max_length=100)]
    take_back: Annotated[list[Key], Field(default_factory=list, max_length=100)]


class Setting(Answer):
    """`chosen` and `allowed` (JSON Schema) are there for settings that can be changed here."""

    key: str
    value: str
    origin: str
    can_change: bool
    chosen: Any = None
    allowed: dict[str, Any] | None = None


class AllSettings(Answer):
    revision: int
    changed_by: str | None
    changed_at: datetime | None
    settings: list[Setting]


@router.get("", summary="Every setting and where it came from; secrets hidden")
def settings(studio: TheStudio, _admin: AdminUser, answer: Response) -> AllSettings:
    return _shown(studio, answer)


@router.patch("", responses=STALE, summary="Change settings while the studio runs")
def change(
    wish: SettingsWish, studio: TheStudio, admin: AdminUser, answer: Response, if_match: IfMatch = ""
) -> AllSettings:
    """All of it or nothing. Here it holds at once, on other machines within seconds, for jobs from the next one on.
    With If-Match, 412 and the current tag when somebody changed settings meanwhile."""
    studio.choices.change(admin.id, wish.changes, wish.take_back, number_in(if_match))
    return _shown(studio, answer)


def _shown(studio: Studio, answer: Response) -> AllSettings:
    newest = studio.choices.record.newest()
    answer.headers["ETag"] = tag_of(newest.revision)
    return AllSettings(
        revision=newest.revision,
        changed_by=newest.user_id or None,
        changed_at=newest.made_at,
        settings=[Setting(**row) for row in studio.choices.rules.rows()],
    )
