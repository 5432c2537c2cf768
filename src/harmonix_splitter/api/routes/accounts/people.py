"""Everybody's accounts, for administrators."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from harmonix_splitter.api.dependencies import AdminUser, TheStudio
from harmonix_splitter.api.gate.passage import gate_of
from harmonix_splitter.api.routes.accounts.lane import hashing
from harmonix_splitter.api.routes.accounts.shapes import (
    InviteAnswer,
    InviteWish,
    Me,
    MePage,
    NewInviteAnswer,
    NewPasswordWish,
    UserChange,
    UserWish,
)
from harmonix_splitter.domain.accounts import User, folded
from harmonix_splitter.services.accounts import People, Profile

router = APIRouter()


@router.get("/api/admin/users", summary="Everybody with an account")
def listed(
    studio: TheStudio,
    _admin: AdminUser,
    after: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    search: Annotated[str, Query(max_length=200)] = "",
) -> MePage:
    found = studio.accounts.people.listed(after=after, limit=limit + 1, search=search)
    shown = found[:limit]
    return MePage(users=[Me.of(user) for user in shown], next=folded(shown[-1].name) if len(found) > limit else None)


@router.post("/api/admin/users", status_code=201, summary="Make an account for somebody")
async def create(wish: UserWish, studio: TheStudio, _admin: AdminUser) -> Me:
    people = studio.accounts.people
    user = people.new_user(wish.name, wish.email, wish.display_name, wish.role)
    return Me.of(await hashing(lambda: people.create(user, wish.password)))


@router.get("/api/admin/users/{user_id}", summary="One account")
def one(user_id: str, studio: TheStudio, _admin: AdminUser) -> Me:
    return Me.of(studio.accounts.people.get(user_id))


@router.patch("/api/admin/users/{user_id}", summary="Change name, role, profile; switch on or off")
def change(user_id: str, wish: UserChange, _admin: AdminUser, request: Request) -> Me:
    changed = apply_change(request, user_id, wish)
    gate_of(request).identities.forget()
    return Me.of(changed)


@router.put("/api/admin/users/{user_id}/password", status_code=204, summary="Give somebody a new password")
async def password(user_id: str, wish: NewPasswordWish, studio: TheStudio, _admin: AdminUser, request: Request) -> None:
    await hashing(lambda: studio.accounts.people.reset_password(user_id, wish.password))
    gate_of(request).identities.forget()


@router.delete("/api/admin/users/{user_id}", status_code=204, summary="Delete somebody's account")
def remove(user_id: str, studio: TheStudio, _admin: AdminUser, request: Request) -> None:
    studio.accounts.people.remove(user_id)
    gate_of(request).identities.forget()


@router.get("/api/admin/invites", summary="Invites that can still be used")
def invites(studio: TheStudio, _admin: AdminUser) -> list[InviteAnswer]:
    return [InviteAnswer.of(invite) for invite in studio.accounts.joining.open_invites()]


@router.post("/api/admin/invites", status_code=201, summary="Invite somebody")
def invite(wish: InviteWish, studio: TheStudio, admin: AdminUser) -> NewInviteAnswer:
    lasts = timedelta(days=wish.days)
    made, code = studio.accounts.joining.invite(admin, wish.role, lasts, uses=wish.uses, note=wish.note)
    return NewInviteAnswer(**InviteAnswer.of(made).model_dump(), code=code)


@router.delete("/api/admin/invites/{invite_id}", status_code=204, summary="Take an invite back")
def uninvite(invite_id: str, studio: TheStudio, _admin: AdminUser) -> None:
    studio.accounts.joining.invites.remove(invite_id)


def apply_change(request: Request, user_id: str, wish: UserChange) -> User:
    people: People = request.app.state.studio.accounts.people
    user = people.get(user_id)
    if wish.name is not None and wish.name != user.name:
        user = people.rename(user_id, wish.name)
    if wish.role is not None or wish.is_active is not None:
        is_active = user.is_active if wish.is_active is None else wish.is_active
        user = people.set_role(user_id, wish.role or user.role, is_active=is_active)
    if any(part is not None for part in (wish.display_name, wish.email, wish.bio)):
        user = people.update_profile(user_id, Profile(wish.display_name, wish.email, wish.bio))
    return user
