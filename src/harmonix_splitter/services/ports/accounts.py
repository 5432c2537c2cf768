"""What accounts need from outside: a place to keep people, a hasher, and secrets nobody can guess."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from harmonix_splitter.domain.accounts import Activity, ApiKey, Errand, Invite, Session, Throttle, User, Vouched


class Users(Protocol):
    """Everybody with an account. Names are compared folded; they are unique, addresses are not."""

    def add(self, user: User, password_hash: str) -> None:
        """Raise ConflictError when the name is taken."""
        ...

    def add_first(self, user: User, password_hash: str) -> None:
        """Add the first account of all, atomically; raise ConflictError when there is any account already."""
        ...

    def get(self, user_id: str) -> User:
        """Raise NotFoundError when nobody has this id."""
        ...

    def named(self, name_or_email: str) -> tuple[User, str] | None:
        """The user of that name, else the oldest with that address, with the password's hash ("" = no password)."""
        ...

    def password_hash(self, user_id: str) -> str:
        """Raise NotFoundError when nobody has this id."""
        ...

    def update(self, user: User) -> None:
        """Store everything but the password. Raise NotFoundError or, when the name is taken, ConflictError."""
        ...

    def set_password(self, user_id: str, password_hash: str) -> None: ...

    def remove(self, user_id: str) -> None:
        """Forget the user with sessions, keys and activities. Raise ConflictError for the last active admin."""
        ...

    def listed(self, *, after: str = "", limit: int = 50, search: str = "") -> Sequence[User]:
        """Users in the order of their folded names, those after the folded name `after`."""
        ...

    def count(self) -> int: ...

    def active_admins(self) -> int: ...


class AccountNames(Protocol):
    """What is asked of `Users` where only names matter."""

    def get(self, user_id: str) -> User: ...

    def named(self, name_or_email: str) -> tuple[User, str] | None: ...


class NamedFiles(Protocol):
    """Files that lie under a user's name. What the disk refuses is logged; the account has changed all the same."""

    def renamed(self, user: User, earlier_name: str) -> None: ...

    def removed(self, user: User) -> None: ...


class Identities(Protocol):
    """Which foreign account (OIDC issuer and subject) is which user."""

    def user_of(self, issuer: str, subject: str) -> str | None: ...

    def link(self, issuer: str, subject: str, user_id: str) -> None:
        """Raise ConflictError when the foreign account belongs to somebody already."""
        ...


class Sessions(Protocol):
    """Signed-in browsers, found by the hash of what their cookie carries."""

    def add(self, session: Session) -> None: ...

    def find(self, session_id: str) -> tuple[Session, User] | None: ...

    def seen(self, session_id: str, at: datetime) -> None: ...

    def of(self, user_id: str) -> Sequence[Session]: ...

    def end(self, session_id: str) -> None:
        """Ending what has ended is fine."""
        ...

    def end_all(self, user_id: str, *, but: str = "") -> None: ...

    def sweep(self, before: datetime) -> int:
        """Forget sessions made before; how many that were."""
        ...


class ApiKeys(Protocol):
    """Keys of programs."""

    def add(self, key: ApiKey, secret_hash: str) -> None: ...

    def find(self, key_id: str) -> tuple[ApiKey, str, User] | None:
        """The key, the hash of its secret, and whose it is."""
        ...

    def used(self, key_id: str, at: datetime) -> None: ...

    def of(self, user_id: str) -> Sequence[ApiKey]: ...

    def remove(self, user_id: str, key_id: str) -> None:
        """Raise NotFoundError unless this user has this key."""
        ...


class Invites(Protocol):
    def add(self, invite: Invite) -> None: ...

    def use(self, invite_id: str, now: datetime) -> Invite:
        """Take one use, atomically. Raise NotFoundError when there is none to take."""
        ...

    def give_back(self, invite_id: str) -> None:
        """Return the use that `use` took: the account could not be made."""
        ...

    def listed(self) -> Sequence[Invite]: ...

    def remove(self, invite_id: str) -> None: ...


class Activities(Protocol):
    """What people did. Keeps the newest hundred of each."""

    def record(self, activity: Activity) -> None: ...

    def of(self, user_id: str, limit: int = 10) -> Sequence[Activity]: ...


class Attempts(Protocol):
    """Tries to sign in, counted under any key (an address, a name) until forgiven."""

    def take(self, key: str, throttle: Throttle, now: datetime) -> timedelta:
        """Count one more try and answer zero; or, when it comes too soon, the wait left, uncounted. Atomic."""
        ...

    def forgive(self, key: str) -> None: ...


class PasswordHasher(Protocol):
    """Slow hashes. Knows argon2id and the imported forms; bounded, so that a flood cannot eat the machine."""

    def hash(self, password: str) -> str: ...

    def matches(self, password: str, stored: str) -> bool:
        """False for a wrong password and for a hash that cannot be read; a missing hash costs the same time."""
        ...

    def is_dated(self, stored: str) -> bool:
        """Whether the stored hash should be replaced at the next sign-in."""
        ...


class Secrets(Protocol):
    """Unguessable words, and the fingerprints they are stored as."""

    def token(self) -> str:
        """256 random bits, safe in addresses and headers."""
        ...

    def short_id(self) -> str:
        """A random name of 16 letters and digits."""
        ...

    def fingerprint(self, token: str) -> str: ...

    def same(self, one: str, other: str) -> bool:
        """Compare in constant time."""
        ...


class LinkSigner(Protocol):
    """Text that proves we wrote it, for one purpose, until a moment."""

    def sign(self, purpose: str, subject: str, until: datetime) -> str: ...

    def read(self, purpose: str, signed: str, now: datetime) -> str:
        """The subject; raise NotAllowedError when forged, for another purpose, or over."""
        ...


class AvatarStore(Protocol):
    """Small square pictures of people."""

    def save(self, user_id: str, picture: bytes) -> str:
        """Re-encode as 256x256 JPEG and answer the file's name. Raise InvalidRequestError for what is no picture."""
        ...

    def path(self, name: str) -> Path:
        """Raise NotFoundError when there is none of that name."""
        ...

    def remove(self, name: str) -> None: ...


class OldAccounts(Protocol):
    """Accounts of another program, read from its file."""

    def read(self, path: Path) -> Mapping[str, tuple[User, str]]:
        """Name to user and stored hash. Raise InvalidRequestError when the file is not understood."""
        ...


class ForeignDoor(Protocol):
    """Another house that vouches for people (OpenID Connect, authorization code with PKCE)."""

    def address(self, errand: Errand, back: str) -> str:
        """Where to send the browser. Raise SourceError when the provider cannot be reached."""
        ...

    def vouch(self, code: str, errand: Errand, back: str) -> Vouched:
        """Who came back with this code. Raise NotAllowedError when the answer does not prove it."""
        ...
