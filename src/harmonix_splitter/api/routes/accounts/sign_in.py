"""Setting up, signing in and out, signing up."""

from fastapi import APIRouter, Request, Response

from harmonix_splitter.api.dependencies import CurrentIdentity, CurrentUser, TheStudio, TheVisitor
from harmonix_splitter.api.gate import session_cookie
from harmonix_splitter.api.gate.passage import gate_of
from harmonix_splitter.api.routes.accounts.lane import hashing
from harmonix_splitter.api.routes.accounts.shapes import Me, NewcomerWish, SetUp, SetUpWish, SignInOptions, SignInWish
from harmonix_splitter.domain.accounts import SignUp, User
from harmonix_splitter.services.accounts import Newcomer, SignedIn

router = APIRouter()
_LOOPBACK = ("127.", "::1", "testclient")


@router.get("/api/setup", summary="Whether the studio still needs its first administrator")
def setup(studio: TheStudio, request: Request) -> SetUp:
    needed = studio.accounts.joining.needs_setup
    return SetUp(needed=needed, needs_code=needed and not _is_here(request))


@router.post("/api/setup", status_code=201, summary="Create the first administrator and sign in")
async def set_up(wish: SetUpWish, studio: TheStudio, request: Request, visitor: TheVisitor, response: Response) -> Me:
    newcomer = Newcomer(wish.name, wish.password, wish.email, wish.display_name)
    joining, door, is_here = studio.accounts.joining, studio.accounts.door, _is_here(request)
    user = await hashing(lambda: joining.create_first_admin(newcomer, wish.code, from_this_machine=is_here))
    return Me.of(_welcome(request, response, door.open_session(user, visitor)))


@router.get("/api/auth/options", summary="How somebody can come in")
def options(studio: TheStudio) -> SignInOptions:
    settings = studio.settings.accounts
    return SignInOptions(
        needs_setup=studio.accounts.joining.needs_setup, sign_up=settings.sign_up, oidc=bool(settings.oidc_issuer)
    )


@router.post("/api/auth/login", summary="Sign in")
async def login(wish: SignInWish, studio: TheStudio, request: Request, visitor: TheVisitor, response: Response) -> Me:
    door = studio.accounts.door
    signed_in = await hashing(lambda: door.sign_in(wish.name, wish.password, visitor, remember=wish.remember))
    return Me.of(_welcome(request, response, signed_in))


@router.post("/api/auth/register", status_code=201, summary="Make an account and sign in")
async def register(
    wish: NewcomerWish, studio: TheStudio, request: Request, visitor: TheVisitor, response: Response
) -> Me:
    newcomer = Newcomer(wish.name, wish.password, wish.email, wish.display_name)
    joining, policy = studio.accounts.joining, SignUp(studio.settings.accounts.sign_up)
    user = await hashing(lambda: joining.sign_up(newcomer, policy, wish.invite))
    return Me.of(_welcome(request, response, studio.accounts.door.open_session(user, visitor)))


@router.get("/api/auth/me", summary="Who is signed in")
async def me(user: CurrentUser) -> Me:
    return Me.of(user)


@router.post("/api/auth/logout", status_code=204, summary="Sign out")
def logout(studio: TheStudio, request: Request, identity: CurrentIdentity, _user: CurrentUser) -> Response:
    studio.accounts.door.sign_out(identity)
    return farewell(request)


def _welcome(request: Request, response: Response, signed_in: SignedIn) -> User:
    give_cookie(request, response, signed_in)
    return signed_in.user


def give_cookie(request: Request, response: Response, signed_in: SignedIn) -> None:
    """The session's cookie: this host only, unreadable for scripts, gone with the browser unless remembered."""
    is_tls = request.url.scheme == "https"
    limits = request.app.state.studio.accounts.door.limits
    longest = limits.longest_for(signed_in.session.remembered)
    response.set_cookie(
        session_cookie(is_tls=is_tls),
        signed_in.token,
        max_age=int(longest.total_seconds()) if signed_in.session.remembered else None,
        path="/",
        secure=is_tls,
        httponly=True,
        samesite="lax",
    )


def farewell(request: Request, response: Response | None = None) -> Response:
    """An answer after which the browser holds no session."""
    gate_of(request).identities.forget()
    answer = response or Response(status_code=204)
    for is_tls in (True, False):
        answer.delete_cookie(session_cookie(is_tls=is_tls), path="/", secure=is_tls, httponly=True, samesite="lax")
    return answer


def _is_here(request: Request) -> bool:
    """Whether the browser runs on this very machine, with no proxy of ours or anybody's between."""
    is_direct = not any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    return is_direct and request.client is not None and request.client.host.startswith(_LOOPBACK)
