"""The door: signing in and out, and knowing who comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from harmonix_splitter.domain.accounts import (
    Activity,
    ActivityKind,
    Identity,
    Session,
    SessionLimits,
    Throttle,
    User,
    folded,
)
from harmonix_splitter.domain.accounts.users import LONGEST_EMAIL, one_form
from harmonix_splitter.errors import NotFoundError, SignInRequiredError, TooManyRequestsError
from harmonix_splitter.services.accounts.people import is_password
from harmonix_splitter.services.ports.accounts import Activities, Attempts, PasswordHasher, Secrets, Sessions, Users
from harmonix_splitter.services.ports.clock import Clock

PAIR, ADDRESS, NAME = "pair", "address", "name"
# One person mistyping is slowed last, one machine guessing many names sooner, many machines guessing one name gently:
# a wait on the name alone would let strangers keep its owner out.
THROTTLES = {
    PAIR: Throttle(free=5, longest=timedelta(minutes=15)),
    ADDRESS: Throttle(free=30, longest=timedelta(minutes=15)),
    NAME: Throttle(free=50, longest=timedelta(seconds=30)),
}
SEEN_EVERY = timedelta(minutes=1)
SESSIONS_EACH = 50


@dataclass(frozen=True)
class Visitor:
    """Where a request came from, as far as we can tell."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class SignedIn:
    """`token` goes into the cookie and nowhere else."""

    user: User
    session: Session
    token: str


@dataclass(frozen=True)
class Door:
    users: Users
    sessions: Sessions
    activities: Activities
    attempts: Attempts
    hasher: PasswordHasher
    secrets: Secrets
    clock: Clock
    limits: SessionLimits = field(default_factory=SessionLimits)

    def sign_in(self, name: str, password: str, visitor: Visitor, *, remember: bool = False) -> SignedIn:
        """Open a session. Raise SignInRequiredError, the same for every reason, or TooManyRequestsError."""
        tried = folded(name[: LONGEST_EMAIL + 1])
        self._wait_for(tried, visitor)
        user = self._proven(tried, password)
        self.attempts.forgive(f"{PAIR}:{tried}:{visitor.address}")
        return self.open_session(user, visitor, remember=remember)

    def open_session(self, user: User, visitor: Visitor, *, remember: bool = False) -> SignedIn:
        """A session for somebody who proved who they are: always a new token, whatever the browser held before."""
        now, token = self.clock.now(), self.secrets.token()
        fingerprint = self.secrets.fingerprint(token)
        session = Session(fingerprint, user.id, now, now, remember, visitor.agent[:200], visitor.address[:64])
        self._make_room(user.id)
        self.sessions.add(session)
        user = replace(user, last_login_at=now)
        self.users.update(user)
        facts = {"agent": session.agent, "ip": session.address}
        self.activities.record(Activity(user.id, ActivityKind.LOGIN, now, "Signed in", facts))
        return SignedIn(user, session, token)

    def who(self, token: str) -> Identity | None:
        """Whose cookie this is, or nobody: unknown, over, or the account is switched off."""
        found = self.sessions.find(self.secrets.fingerprint(token))
        if found is None:
            return None
        session, user = found
        now = self.clock.now()
        if session.is_over(now, self.limits):
            self.sessions.end(session.id)
            return None
        if not user.is_active:
            return None
        if now - session.seen_at >= SEEN_EVERY:
            self.sessions.seen(session.id, now)
        return Identity(user, session_id=session.id)

    def sign_out(self, identity: Identity) -> None:
        self.sessions.end(identity.session_id)
        self.activities.record(Activity(identity.user.id, ActivityKind.LOGOUT, self.clock.now(), "Signed out"))

    def sessions_of(self, user_id: str) -> Sequence[Session]:
        now = self.clock.now()
        return [session for session in self.sessions.of(user_id) if not session.is_over(now, self.limits)]

    def end_session(self, user_id: str, session_id: str) -> None:
        if session_id not in {session.id for session in self.sessions.of(user_id)}:
            raise NotFoundError("There is no such session.")
        self.sessions.end(session_id)

    def sweep(self) -> int:
        """Forget sessions nobody can use any more."""
        return self.sessions.sweep(self.clock.now() - self.limits.remembered_longest)

    def _wait_for(self, tried: str, visitor: Visitor) -> None:
        keys = {
            PAIR: f"{PAIR}:{tried}:{visitor.address}",
            ADDRESS: f"{ADDRESS}:{visitor.address}",
            NAME: f"{NAME}:{tried}",
        }
        for kind, key in keys.items():
            if wait := self.attempts.take(key, THROTTLES[kind], self.clock.now()):
                raise TooManyRequestsError("Too many attempts to sign in.", retry_after=wait.total_seconds())

    def _proven(self, tried: str, password: str) -> User:
        found = self.users.named(tried)
        user, stored = found if found is not None else (None, "")
        matches = is_password(self.hasher, password, stored)
        if user is None or not matches or not user.is_active:
            raise SignInRequiredError("Name or password is not right.", advice="Try again, or ask an administrator.")
        if self.hasher.is_dated(stored):
            self.users.set_password(user.id, self.hasher.hash(one_form(password)))
        return user

    def _make_room(self, user_id: str) -> None:
        held = sorted(self.sessions.of(user_id), key=lambda session: session.seen_at)
        for session in held[: max(0, len(held) - SESSIONS_EACH + 1)]:
            self.sessions.end(session.id)
