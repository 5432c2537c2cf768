"""What accounts look like in JSON."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from harmonix_splitter.api.documents import Answer, Wish
from harmonix_splitter.domain.accounts import Activity, ApiKey, Invite, Role, Scope, Session, User
from harmonix_splitter.domain.accounts.activities import time_ago
from harmonix_splitter.domain.accounts.users import LONGEST_PASSWORD

Name = Annotated[str, Field(min_length=1, max_length=254, examples=["anna"])]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD, examples=["a short sentence"])]


class Me(Answer):
    id: str
    name: str
    role: Role
    display_name: str
    email: str
    bio: str
    avatar_url: str | None
    voice_lowest: int | None
    voice_highest: int | None
    is_active: bool
    created_at: datetime | None
    last_login_at: datetime | None

    @classmethod
    def of(cls, user: User) -> "Me":
        return cls(**{**vars(user), "avatar_url": avatar_url(user)})


class MePage(Answer):
    users: list[Me]
    next: str | None = Field(None, description="Give it as `after` to get the next page.")


class SignInOptions(Answer):
    needs_setup: bool
    sign_up: str
    oidc: bool


class SetUp(Answer):
    needed: bool
    needs_code: bool = Field(description="Whether the code that the server prints at its start has to be given.")


class SignInWish(Wish):
    name: Name = Field(description="The name or the e-mail address.")
    password: Password
    remember: bool = False


class NewcomerWish(Wish):
    name: Name
    password: Password
    email: Annotated[str, Field(max_length=254, examples=["anna@example.org"])] = ""
    display_name: Annotated[str, Field(max_length=64)] = ""
    invite: Annotated[str, Field(max_length=200)] = ""


class SetUpWish(Wish):
    name: Name
    password: Password
    email: Annotated[str, Field(max_length=254)] = ""
    display_name: Annotated[str, Field(max_length=64)] = ""
    code: Annotated[str, Field(max_length=64)] = ""


class ProfileWish(Wish):
    display_name: Annotated[str, Field(max_length=64)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    bio: Annotated[str, Field(max_length=500)] | None = None


class VoiceWish(Wish):
    lowest: Annotated[int, Field(description="MIDI note", examples=[50])]
    highest: Annotated[int, Field(examples=[69])]


class PasswordWish(Wish):
    current_password: Password
    new_password: Password


class NewPasswordWish(Wish):
    password: Password


class GoodbyeWish(Wish):
    password: Password


class ActivityAnswer(Answer):
    kind: str
    description: str
    at: datetime
    time_ago: str
    icon: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, activity: Activity, now: datetime) -> "ActivityAnswer":
        return cls(
            kind=activity.kind,
            description=activity.description,
            at=activity.at,
            time_ago=time_ago(activity.at, now),
            icon=activity.kind.icon,
            facts=dict(activity.facts),
        )


class SessionAnswer(Answer):
    id: str
    created_at: datetime
    seen_at: datetime
    remembered: bool
    agent: str
    address: str
    is_this: bool

    @classmethod
    def of(cls, session: Session, current: str) -> "SessionAnswer":
        return cls(**{**vars(session), "is_this": session.id == current})


class KeyWish(Wish):
    name: Annotated[str, Field(min_length=1, max_length=80, examples=["backup script"])]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3, examples=[["read"]])]
    expires_at: AwareDatetime | None = None


class KeyAnswer(Answer):
    id: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> "KeyAnswer":
        return cls(**{**vars(key), "scopes": sorted(key.scopes)})


class NewKeyAnswer(KeyAnswer):
    key: str = Field(description="The key itself. It is shown this once.")


class UserWish(NewcomerWish):
    role: Role = Role.MEMBER


class UserChange(Wish):
    name: Name | None = None
    role: Role | None = None
    is_active: bool | None = None
    display_name: Annotated[str, Field(max_length=64)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    bio: Annotated[str, Field(max_length=500)] | None = None


class InviteWish(Wish):
    role: Role = Role.MEMBER
    days: Annotated[int, Field(ge=1, le=90)] = 7
    uses: Annotated[int, Field(ge=1, le=1000)] = 1
    note: Annotated[str, Field(max_length=200)] = ""


class InviteAnswer(Answer):
    id: str
    role: Role
    created_at: datetime
    expires_at: datetime
    uses_left: int
    note: str

    @classmethod
    def of(cls, invite: Invite) -> "InviteAnswer":
        return cls(**vars(invite))


class NewInviteAnswer(InviteAnswer):
    code: str = Field(description="The code itself. It is shown this once.")


def avatar_url(user: User) -> str | None:
    return f"/avatars/{user.avatar}" if user.avatar else None
