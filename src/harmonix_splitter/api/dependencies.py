"""What routes ask for: the studio, and whoever is calling, with at least the role the route needs.

`MaybeUser` may be nobody, `CurrentUser` is anybody signed in (guests too), `MemberUser` may make things, `AdminUser`
looks after the house. An API key also needs the scope: `read` for GET, `write` for the rest, `admin` for `AdminUser`.
"""

from typing import Annotated

from fastapi import Depends, Request

from harmonix_splitter.api.doors import Proof, asks
from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Identity, Role, Scope, User
from harmonix_splitter.errors import SignInRequiredError
from harmonix_splitter.services.accounts import Visitor


def studio_of(request: Request) -> Studio:
    found = request.app.state.studio
    assert isinstance(found, Studio)
    return found


@asks(Proof.GUEST)
async def _identity(request: Request) -> Identity:
    identity = identity_of(request)
    if identity is None:
        raise SignInRequiredError("Sign in first.")
    return identity


@asks(Proof.GUEST, Proof.NOTHING)
async def _maybe_user(request: Request) -> User | None:
    identity = identity_of(request)
    return identity.require(Role.GUEST, _scope_of(request)) if identity else None


@asks(Proof.GUEST)
async def _user(request: Request) -> User:
    return (await _identity(request)).require(Role.GUEST, _scope_of(request))


@asks(Proof.MEMBER)
async def _member(request: Request) -> User:
    return (await _identity(request)).require(Role.MEMBER, _scope_of(request))


@asks(Proof.ADMIN)
async def _admin(request: Request) -> User:
    return (await _identity(request)).require(Role.ADMIN, Scope.ADMIN)


async def _visitor(request: Request) -> Visitor:
    return Visitor(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def _scope_of(request: Request) -> Scope:
    return Scope.READ if request.method in {"GET", "HEAD"} else Scope.WRITE


TheStudio = Annotated[Studio, Depends(studio_of)]
CurrentIdentity = Annotated[Identity, Depends(_identity)]
MaybeUser = Annotated[User | None, Depends(_maybe_user)]
CurrentUser = Annotated[User, Depends(_user)]
MemberUser = Annotated[User, Depends(_member)]
AdminUser = Annotated[User, Depends(_admin)]
TheVisitor = Annotated[Visitor, Depends(_visitor)]
