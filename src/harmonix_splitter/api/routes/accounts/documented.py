"""The account routes of the dashboard's documents, at their paths and in their shapes."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from harmonix_splitter.api.dependencies import CurrentIdentity, CurrentUser, MaybeUser, TheStudio, TheVisitor
from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.api.gate.passage import gate_of
from harmonix_splitter.api.routes.accounts.lane import hashing
from harmonix_splitter.api.routes.accounts.own import save_avatar
from harmonix_splitter.api.routes.accounts.shapes import ActivityAnswer, Password, avatar_url
from harmonix_splitter.api.routes.accounts.sign_in import farewell, give_cookie
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import ACTIVITIES_KEPT, ActivityKind, SignUp, User
from harmonix_splitter.domain.allowance import Use
from harmonix_splitter.errors import InvalidRequestError, NotAllowedError
from harmonix_splitter.services.accounts import Newcomer, Profile

router = APIRouter()
SEE_OTHER = 303
Text = Annotated[str, Field(max_length=254)]


class SignInForm(BaseModel):
    email: Text = ""
    username: Text = ""
    password: Password
    remember: bool = False


class RegisterForm(BaseModel):
    name: Annotated[str, Field(max_length=64)]
    email: Text
    password: Password
    invite: Text = ""


class OldPasswordWish(BaseModel):
    current_password: Password
    new_password: Password
    confirm_password: Password


class OldProfileWish(BaseModel):
    name: Annotated[str, Field(max_length=64)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    bio: Annotated[str, Field(max_length=500)] | None = None


class OldGoodbyeWish(BaseModel):
    password: Password


@router.post("/login", status_code=SEE_OTHER, response_class=RedirectResponse, summary="Sign in with a form")
async def login(
    request: Request,
    studio: TheStudio,
    visitor: TheVisitor,
    form: Annotated[SignInForm, Form()],
) -> Response:
    door, name = studio.accounts.door, form.email or form.username
    signed_in = await hashing(lambda: door.sign_in(name, form.password, visitor, remember=form.remember))
    answer = _to(request, "/admin" if signed_in.user.is_admin else "/dashboard")
    give_cookie(request, answer, signed_in)
    return answer


@router.post("/register", status_code=SEE_OTHER, response_class=RedirectResponse, summary="Make an account with a form")
async def register(
    request: Request, studio: TheStudio, visitor: TheVisitor, form: Annotated[RegisterForm, Form()]
) -> Response:
    joining, policy = studio.accounts.joining, SignUp(studio.settings.accounts.sign_up)
    newcomer = Newcomer(joining.free_name(form.email.partition("@")[0]), form.password, form.email, form.name)
    user = await hashing(lambda: joining.sign_up(newcomer, policy, form.invite))
    answer = _to(request, "/dashboard")
    give_cookie(request, answer, studio.accounts.door.open_session(user, visitor))
    return answer


@router.get("/logout", status_code=SEE_OTHER, response_class=RedirectResponse, summary="Sign out and go to the start")
def logout(request: Request, studio: TheStudio) -> Response:
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise NotAllowedError("This request came from another site.")
    identity = identity_of(request)
    if identity is not None and identity.session_id:
        studio.accounts.door.sign_out(identity)
    return farewell(request, _to(request, "/"))


@router.get("/api/activities", summary="What one did lately")
def activities(
    studio: TheStudio, user: CurrentUser, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> dict[str, list[dict[str, Any]]]:
    now = studio.parts.clock.now()
    found = [ActivityAnswer.of(one, now) for one in studio.accounts.people.activities_of(user.id, limit)]
    return {
        "activities": [
            {
                "type": one.kind,
                "description": one.description,
                "timestamp": one.at.isoformat(),
                "time_ago": one.time_ago,
                "icon": one.icon,
                "metadata": one.facts,
            }
            for one in found
        ]
    }


@router.post("/account/update", summary="Change one's profile")
def update(wish: OldProfileWish, studio: TheStudio, user: CurrentUser, request: Request) -> dict[str, Any]:
    studio.accounts.people.update_profile(user.id, Profile(wish.name, wish.email, wish.bio))
    gate_of(request).identities.forget()
    return {"success": True, "message": "Profile updated"}


@router.post("/account/upload-avatar", summary="Send a picture of oneself")
def upload_avatar(avatar: Annotated[UploadFile, File()], user: CurrentUser, request: Request) -> dict[str, Any]:
    return {"success": True, "avatar_url": avatar_url(save_avatar(request, user, avatar))}


@router.post("/account/change-password", summary="Change one's password")
async def change_password(
    wish: OldPasswordWish, studio: TheStudio, user: CurrentUser, identity: CurrentIdentity
) -> dict[str, Any]:
    if wish.new_password != wish.confirm_password:
        raise InvalidRequestError("The two new passwords differ.", field="confirm_password")
    people, session = studio.accounts.people, identity.session_id
    current, new = wish.current_password, wish.new_password
    await hashing(lambda: people.change_password(user.id, current, new, keep_session=session))
    return {"success": True, "message": "Password changed"}


@router.post("/account/delete", summary="Delete one's account")
async def delete(wish: OldGoodbyeWish, studio: TheStudio, user: CurrentUser, request: Request) -> dict[str, Any]:
    await hashing(lambda: studio.accounts.people.delete_own(user.id, wish.password))
    gate_of(request).identities.forget()
    return {"success": True, "message": "Account deleted"}


@router.get("/api/plan-info", summary="Who is signed in; there are no plans here, everything is included")
def plan_info(user: MaybeUser, studio: TheStudio) -> dict[str, Any]:
    done = studio.accounts.people.activities_of(user.id, ACTIVITIES_KEPT) if user else []
    used = sum(one.kind is ActivityKind.SONG_PROCESSED for one in done)
    return {
        "logged_in": user is not None,
        "username": user.name if user else None,
        "name": user.title if user else None,
        "role": user.role if user else None,
        "is_admin": user is not None and user.is_admin,
        "plan": None,
        "usage": {"allowed": user is not None, "used": used, **_allowance(studio, user)},
        "all_plans": {},
    }


def _allowance(studio: Studio, user: User | None) -> dict[str, Any]:
    """What is left of the day's songs and of the space, `null` where there is no limit."""
    allowed = studio.songs.allowed()
    use = studio.songs.use_of(user.id) if user and allowed.is_limited else Use()
    today, most = len(use.jobs), allowed.most_jobs
    return {
        "limit": most,
        "remaining": None if most is None else max(0, most - today),
        "today": today if allowed.is_limited else None,
        "bytes": use.bytes if allowed.is_limited else None,
        "bytesLimit": allowed.most_bytes,
    }


def _to(request: Request, path: str) -> RedirectResponse:
    return RedirectResponse(request.scope.get("root_path", "") + path, SEE_OTHER)
