"""People: who has an account, what it says about them, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harmonix_splitter.domain.accounts import (
    Activity,
    ActivityKind,
    Role,
    User,
    checked_email,
    checked_name,
    checked_password,
)
from harmonix_splitter.domain.accounts.users import LONGEST_BIO, LONGEST_NAME, LONGEST_PASSWORD, one_form
from harmonix_splitter.domain.party.keys import checked_voice
from harmonix_splitter.errors import InvalidRequestError, NotAllowedError
from harmonix_splitter.services.ports.accounts import (
    Activities,
    AvatarStore,
    NamedFiles,
    OldAccounts,
    PasswordHasher,
    Secrets,
    Sessions,
    Users,
)
from harmonix_splitter.services.ports.clock import Clock


@dataclass(frozen=True)
class Profile:
    """What somebody wants to change about themselves; None leaves it as it is."""

    display_name: str | None = None
    email: str | None = None
    bio: str | None = None


@dataclass(frozen=True)
class Imported:
    """Which old accounts came in, and which names were taken already."""

    added: tuple[str, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class People:
    users: Users
    sessions: Sessions
    activities: Activities
    hasher: PasswordHasher
    secrets: Secrets
    avatars: AvatarStore
    files: NamedFiles
    clock: Clock

    def new_user(self, name: str, email: str = "", display_name: str = "", role: Role = Role.MEMBER) -> User:
        """A user with a fresh id, checked but not kept yet."""
        return User(
            id=self.secrets.short_id(),
            name=checked_name(name),
            role=role,
            email=checked_email(email),
            display_name=_short(display_name, LONGEST_NAME, "display_name"),
            created_at=self.clock.now(),
        )

    def create(self, user: User, password: str) -> User:
        """Keep a new user. An empty password means that they come in another way (OIDC)."""
        self.users.add(user, self.hasher.hash(checked_password(password)) if password else "")
        return user

    def create_first(self, user: User, password: str) -> User:
        """Keep the first user of all, an admin. Raise ConflictError when somebody is there already."""
        first = replace(user, role=Role.ADMIN)
        self.users.add_first(first, self.hasher.hash(checked_password(password)))
        return first

    def get(self, user_id: str) -> User:
        return self.users.get(user_id)

    def listed(self, *, after: str = "", limit: int = 50, search: str = "") -> Sequence[User]:
        return self.users.listed(after=after, limit=limit, search=search)

    def update_profile(self, user_id: str, wish: Profile) -> User:
        user = self.users.get(user_id)
        user = replace(
            user,
            display_name=_kept(wish.display_name, user.display_name, LONGEST_NAME, "display_name"),
            email=user.email if wish.email is None else checked_email(wish.email),
            bio=_kept(wish.bio, user.bio, LONGEST_BIO, "bio"),
        )
        self.users.update(user)
        self.note(user_id, ActivityKind.ACCOUNT_UPDATED, "Changed the profile")
        return user

    def set_voice(self, user_id: str, lowest: int, highest: int) -> User:
        """How low and how high somebody sings, as MIDI notes, for every night on every device."""
        checked_voice(lowest, highest)
        user = replace(self.users.get(user_id), voice_lowest=lowest, voice_highest=highest)
        self.users.update(user)
        return user

    def set_role(self, user_id: str, role: Role, *, is_active: bool) -> User:
        """What an admin decides. The last active admin can neither be lowered nor switched off."""
        user = replace(self.users.get(user_id), role=role, is_active=is_active)
        self.users.update(user)
        if not is_active:
            self.sessions.end_all(user_id)
        return user

    def rename(self, user_id: str, name: str) -> User:
        before = self.users.get(user_id)
        user = replace(before, name=checked_name(name))
        self.users.update(user)
        self.files.renamed(user, before.name)
        return user

    def change_password(self, user_id: str, current: str, new: str, *, keep_session: str = "") -> None:
        """Set a new password after the current one was shown, and sign out everywhere else."""
        self._prove(user_id, current)
        self.users.set_password(user_id, self.hasher.hash(checked_password(new)))
        self.sessions.end_all(user_id, but=keep_session)
        self.note(user_id, ActivityKind.PASSWORD_CHANGED, "Changed the password")

    def reset_password(self, user_id: str, new: str) -> None:
        """What an admin does for somebody who forgot: a new password, signed out everywhere."""
        self.users.get(user_id)
        self.users.set_password(user_id, self.hasher.hash(checked_password(new)))
        self.sessions.end_all(user_id)

    def delete_own(self, user_id: str, password: str) -> None:
        self._prove(user_id, password)
        self.remove(user_id)

    def remove(self, user_id: str) -> None:
        user = self.users.get(user_id)
        self.users.remove(user_id)
        if user.avatar:
            self.avatars.remove(user.avatar)
        self.files.removed(user)

    def set_avatar(self, user_id: str, picture: bytes) -> User:
        user = self.users.get(user_id)
        changed = replace(user, avatar=self.avatars.save(user_id, picture))
        self.users.update(changed)
        if user.avatar and user.avatar != changed.avatar:
            self.avatars.remove(user.avatar)
        return changed

    def remove_avatar(self, user_id: str) -> User:
        user = self.users.get(user_id)
        self.users.update(replace(user, avatar=""))
        if user.avatar:
            self.avatars.remove(user.avatar)
        return replace(user, avatar="")

    def note(self, user_id: str, kind: ActivityKind, description: str = "", **facts: object) -> None:
        self.activities.record(Activity(user_id, kind, self.clock.now(), description, facts))

    def activities_of(self, user_id: str, limit: int = 10) -> Sequence[Activity]:
        return self.activities.of(user_id, limit)

    def import_old(self, old: OldAccounts, path: Path) -> Imported:
        """Take over the accounts of another program with their passwords; names we have are left alone."""
        added, skipped = [], []
        for name, (user, password_hash) in old.read(path).items():
            if self.users.named(name) is not None:
                skipped.append(name)
                continue
            self.users.add(replace(user, id=self.secrets.short_id()), password_hash)
            added.append(name)
        return Imported(tuple(added), tuple(skipped))

    def _prove(self, user_id: str, password: str) -> None:
        if not is_password(self.hasher, password, self.users.password_hash(user_id)):
            raise NotAllowedError("The password is not right.", field="current_password")


def is_password(hasher: PasswordHasher, password: str, stored: str) -> bool:
    """Whether this is the password. Hashes we did not make were made of it as it was typed."""
    given = password[: LONGEST_PASSWORD + 1]
    is_foreign = bool(stored) and hasher.is_dated(stored)
    return hasher.matches(given.encode(errors="replace").decode() if is_foreign else one_form(given), stored)


def _short(text: str, longest: int, field: str) -> str:
    plain = text.strip()
    if len(plain) > longest or any(not sign.isprintable() and sign not in "\n" for sign in plain):
        raise InvalidRequestError(f"That is too long or holds control characters (up to {longest}).", field=field)
    return plain


def _kept(new: str | None, old: str, longest: int, field: str) -> str:
    return old if new is None else _short(new, longest, field)
