"""One's own account: profile, picture, password, activities, sessions, goodbye."""

from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse

from harmonix_splitter.api.dependencies import CurrentIdentity, CurrentUser, TheStudio
from harmonix_splitter.api.gate.passage import gate_of
from harmonix_splitter.api.routes.accounts.lane import hashing
from harmonix_splitter.api.routes.accounts.shapes import (
    ActivityAnswer,
    GoodbyeWish,
    Me,
    PasswordWish,
    ProfileWish,
    SessionAnswer,
    VoiceWish,
)
from harmonix_splitter.api.routes.accounts.sign_in import farewell
from harmonix_splitter.domain.accounts import Proof, User
from harmonix_splitter.errors import BodyTooLargeError, NotAllowedError
from harmonix_splitter.services.accounts import Profile

router = APIRouter()
AVATAR_BYTES = 10_000_000


@router.patch("/api/account", summary="Change one's profile")
def change(wish: ProfileWish, studio: TheStudio, user: CurrentUser, request: Request) -> Me:
    changed = studio.accounts.people.update_profile(user.id, Profile(wish.display_name, wish.email, wish.bio))
    gate_of(request).identities.forget()
    return Me.of(changed)


@router.put("/api/account/voice", summary="Tell how low and how high one sings")
def voice(wish: VoiceWish, studio: TheStudio, user: CurrentUser, request: Request) -> Me:
    changed = studio.accounts.people.set_voice(user.id, wish.lowest, wish.highest)
    gate_of(request).identities.forget()
    return Me.of(changed)


@router.put("/api/account/password", status_code=204, summary="Change one's password")
async def password(
    wish: PasswordWish, studio: TheStudio, user: CurrentUser, identity: CurrentIdentity, request: Request
) -> None:
    _need_a_person(identity.proof)
    people = studio.accounts.people
    current, new, session = wish.current_password, wish.new_password, identity.session_id
    await hashing(lambda: people.change_password(user.id, current, new, keep_session=session))
    gate_of(request).identities.forget()


@router.delete("/api/account", status_code=204, summary="Delete one's account")
async def goodbye(
    wish: GoodbyeWish, studio: TheStudio, user: CurrentUser, identity: CurrentIdentity, request: Request
) -> Response:
    _need_a_person(identity.proof)
    await hashing(lambda: studio.accounts.people.delete_own(user.id, wish.password))
    return farewell(request)


@router.put("/api/account/avatar", summary="Send a picture of oneself; it becomes 256 × 256 JPEG")
def set_avatar(avatar: Annotated[UploadFile, File()], user: CurrentUser, request: Request) -> Me:
    return Me.of(save_avatar(request, user, avatar))


@router.delete("/api/account/avatar", summary="Remove one's picture")
def remove_avatar(studio: TheStudio, user: CurrentUser, request: Request) -> Me:
    changed = studio.accounts.people.remove_avatar(user.id)
    gate_of(request).identities.forget()
    return Me.of(changed)


@router.get("/avatars/{name}", response_class=FileResponse, summary="Somebody's picture")
def avatar(name: str, studio: TheStudio) -> FileResponse:
    path = studio.accounts.people.avatars.path(name)
    return FileResponse(
        path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=31536000, immutable"}
    )


@router.get("/api/account/activities", summary="What one did lately")
def activities(
    studio: TheStudio, user: CurrentUser, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> list[ActivityAnswer]:
    now = studio.parts.clock.now()
    return [ActivityAnswer.of(one, now) for one in studio.accounts.people.activities_of(user.id, limit)]


@router.get("/api/account/sessions", summary="Where one is signed in")
def sessions(studio: TheStudio, user: CurrentUser, identity: CurrentIdentity) -> list[SessionAnswer]:
    return [SessionAnswer.of(one, identity.session_id) for one in studio.accounts.door.sessions_of(user.id)]


@router.delete("/api/account/sessions/{session_id}", status_code=204, summary="Sign out somewhere else")
def end_session(session_id: str, studio: TheStudio, user: CurrentUser, request: Request) -> None:
    studio.accounts.door.end_session(user.id, session_id)
    gate_of(request).identities.forget()


def save_avatar(request: Request, user: User, avatar: UploadFile) -> User:
    picture = avatar.file.read(AVATAR_BYTES + 1)
    if len(picture) > AVATAR_BYTES:
        raise BodyTooLargeError("The picture is larger than 10 MB.")
    changed: User = request.app.state.studio.accounts.people.set_avatar(user.id, picture)
    gate_of(request).identities.forget()
    return changed


def _need_a_person(proof: Proof) -> None:
    if proof is not Proof.SESSION:
        raise NotAllowedError("A key cannot do this.", advice="Sign in with the password.")
