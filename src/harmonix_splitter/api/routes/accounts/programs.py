"""Keys for programs."""

from fastapi import APIRouter, Request

from harmonix_splitter.api.dependencies import CurrentIdentity, CurrentUser, TheStudio
from harmonix_splitter.api.gate.passage import gate_of
from harmonix_splitter.api.routes.accounts.shapes import KeyAnswer, KeyWish, NewKeyAnswer
from harmonix_splitter.domain.accounts import Proof
from harmonix_splitter.errors import NotAllowedError

router = APIRouter()


@router.get("/api/account/keys", summary="One's API keys")
def listed(studio: TheStudio, user: CurrentUser) -> list[KeyAnswer]:
    return [KeyAnswer.of(key) for key in studio.accounts.keys.of(user.id)]


@router.post("/api/account/keys", status_code=201, summary="Make an API key")
def make(wish: KeyWish, studio: TheStudio, user: CurrentUser, identity: CurrentIdentity) -> NewKeyAnswer:
    if identity.proof is not Proof.SESSION:
        raise NotAllowedError("A key makes no other keys.", advice="Sign in to make one.")
    key, shown_once = studio.accounts.keys.make(user, wish.name, wish.scopes, wish.expires_at)
    return NewKeyAnswer(**KeyAnswer.of(key).model_dump(), key=shown_once)


@router.delete("/api/account/keys/{key_id}", status_code=204, summary="Remove an API key")
def remove(key_id: str, studio: TheStudio, user: CurrentUser, request: Request) -> None:
    studio.accounts.keys.remove(user.id, key_id)
    gate_of(request).identities.forget()
