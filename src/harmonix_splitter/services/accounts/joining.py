"""Joining: the first administrator, open doors, invites, and people another house vouches for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from harmonix_splitter.domain.accounts import Invite, Role, SignUp, User, Vouched, checked_name
from harmonix_splitter.domain.accounts.users import LONGEST_NAME
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotAllowedError, NotFoundError
from harmonix_splitter.services.accounts.people import People
from harmonix_splitter.services.ports.accounts import Identities, Invites

LONGEST_INVITE = timedelta(days=90)


@dataclass(frozen=True)
class Newcomer:
    """What somebody who wants an account tells us."""

    name: str
    password: str
    email: str = ""
    display_name: str = ""


@dataclass(frozen=True)
class Joining:
    people: People
    invites: Invites
    identities: Identities
    setup_code: str

    @property
    def needs_setup(self) -> bool:
        """Whether nobody has an account yet."""
        return self.people.users.count() == 0

    def create_first_admin(self, newcomer: Newcomer, code: str, *, from_this_machine: bool) -> User:
        """The first administrator. Whoever is not sitting at the machine shows the code its log prints at start."""
        if not self.needs_setup:
            raise ConflictError("The studio has been set up already.")
        if not from_this_machine and not self.people.secrets.same(code.strip(), self.setup_code):
            raise NotAllowedError("The setup code is not right.", advice="The server prints it when it starts.")
        return self.people.create_first(self._user(newcomer, Role.ADMIN), newcomer.password)

    def sign_up(self, newcomer: Newcomer, policy: SignUp, invite_code: str = "") -> User:
        """A new account, as far as the house lets people in."""
        if invite_code:
            return self._with_invite(newcomer, invite_code)
        if policy is not SignUp.OPEN:
            raise NotAllowedError("This studio is not open to everyone.", advice="Ask an administrator for an invite.")
        return self.people.create(self._user(newcomer, Role.MEMBER), newcomer.password)

    def invite(self, admin: User, role: Role, lasts: timedelta, *, uses: int = 1, note: str = "") -> tuple[Invite, str]:
        """An invite and its code, which is never shown again."""
        if not timedelta(0) < lasts <= LONGEST_INVITE or not 1 <= uses <= 1000:
            raise InvalidRequestError("An invite lasts up to 90 days and serves up to 1000 people.")
        code, now = self.people.secrets.token(), self.people.clock.now()
        made = Invite(self.people.secrets.fingerprint(code), admin.id, role, now, now + lasts, uses, note[:200])
        self.invites.add(made)
        return made, code

    def arrive(self, vouched: Vouched, policy: SignUp) -> User:
        """The user of a foreign account; a new one when the house is open. Addresses never join two accounts."""
        known = self.identities.user_of(vouched.issuer, vouched.subject)
        if known is not None:
            user = self.people.get(known)
            if not user.is_active:
                raise NotAllowedError("This account is switched off.", advice="Ask an administrator.")
            return user
        if policy is not SignUp.OPEN:
            raise NotAllowedError("This studio is not open to everyone.", advice="Ask an administrator for an account.")
        user = self.people.create(self._vouched_user(vouched), "")
        self.identities.link(vouched.issuer, vouched.subject, user.id)
        return user

    def connect(self, user: User, vouched: Vouched) -> None:
        """Let somebody who is signed in come by their foreign account from now on."""
        self.identities.link(vouched.issuer, vouched.subject, user.id)

    def free_name(self, wished: str) -> str:
        """A name nobody has, close to the one wished for."""
        letters = "".join(sign for sign in wished if sign.isalnum() or sign in "._-").lstrip(".-")[: LONGEST_NAME - 9]
        name = checked_name(letters or "user")
        return name if self.people.users.named(name) is None else f"{name}_{self.people.secrets.short_id()[:8]}"

    def open_invites(self) -> Sequence[Invite]:
        now = self.people.clock.now()
        return [invite for invite in self.invites.listed() if invite.is_usable(now)]

    def _with_invite(self, newcomer: Newcomer, code: str) -> User:
        wished = self._user(newcomer, Role.MEMBER)
        try:
            invite = self.invites.use(self.people.secrets.fingerprint(code), self.people.clock.now())
        except NotFoundError:
            raise NotAllowedError(
                "This invite is spent, over or was never ours.", advice="Ask for a new one."
            ) from None
        try:
            return self.people.create(replace(wished, role=invite.role), newcomer.password)
        except (ConflictError, InvalidRequestError):
            self.invites.give_back(invite.id)
            raise

    def _user(self, newcomer: Newcomer, role: Role) -> User:
        return self.people.new_user(newcomer.name, newcomer.email, newcomer.display_name, role)

    def _vouched_user(self, vouched: Vouched) -> User:
        wished = vouched.name or vouched.email.partition("@")[0]
        return self.people.new_user(self.free_name(wished), vouched.email, vouched.display_name)
