"""Signing in through another house (OpenID Connect)."""

from datetime import timedelta
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from harmonix_splitter.api.dependencies import TheStudio, TheVisitor
from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.api.routes.accounts.sign_in import give_cookie
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Errand, SignUp, User, Vouched
from harmonix_splitter.errors import NotAllowedError, NotFoundError
from harmonix_splitter.services.ports.accounts import ForeignDoor

router = APIRouter()
COOKIE, PURPOSE = "harmonix_errand", "oidc"
LASTS = timedelta(minutes=10)
Word = Annotated[str, Query(max_length=4000)]


@router.get("/api/oidc/start", status_code=303, response_class=RedirectResponse, summary="Sign in with the provider")
def start(studio: TheStudio, request: Request) -> RedirectResponse:
    secrets = studio.accounts.people.secrets
    errand = Errand(secrets.token(), secrets.token(), secrets.token())
    answer = RedirectResponse(_door(studio).address(errand, _back(studio, request)), 303)
    until = studio.parts.clock.now() + LASTS
    signed = studio.link_signer.sign(PURPOSE, errand.to_text(), until)
    is_tls = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, signed, max_age=int(LASTS.total_seconds()), path="/", secure=is_tls, httponly=True, samesite="lax"
    )
    return answer


@router.get("/api/oidc/callback", status_code=303, response_class=RedirectResponse, summary="Back from the provider")
async def callback(
    studio: TheStudio, request: Request, visitor: TheVisitor, code: Word = "", state: Word = ""
) -> RedirectResponse:
    signed = request.cookies.get(COOKIE, "")
    errand = Errand.from_text(studio.link_signer.read(PURPOSE, signed, studio.parts.clock.now()))
    if not code or not studio.accounts.people.secrets.same(errand.state, state):
        raise NotAllowedError("This sign-in was not started here.", advice="Start again.")
    vouched = await to_thread.run_sync(_door(studio).vouch, code, errand, _back(studio, request))
    identity = identity_of(request)
    user = await to_thread.run_sync(_arrived, studio, vouched, identity.user if identity else None)
    answer = RedirectResponse(f"{request.scope.get('root_path', '')}/", 303)
    give_cookie(request, answer, studio.accounts.door.open_session(user, visitor))
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _arrived(studio: Studio, vouched: Vouched, already: User | None) -> User:
    """Whoever is signed in connects the two accounts; anybody else comes in by the foreign one."""
    joining = studio.accounts.joining
    if already is not None and joining.identities.user_of(vouched.issuer, vouched.subject) is None:
        joining.connect(already, vouched)
        return already
    return joining.arrive(vouched, SignUp(studio.settings.accounts.sign_up))


def _door(studio: Studio) -> ForeignDoor:
    door = studio.foreign_door
    if door is None:
        raise NotFoundError("No provider is set.", advice="Set accounts.oidc_issuer.")
    return door


def _back(studio: Studio, request: Request) -> str:
    """Where the provider sends the browser back to: our public address, else the one it used."""
    own = studio.settings.server.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    prefix = "" if studio.settings.server.public_url else str(request.scope.get("root_path", ""))
    return f"{own}{prefix}/api/oidc/callback"
