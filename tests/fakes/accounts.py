"""Accounts kept in memory, and a hasher that is quick and keeps no secret."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from harmonix_splitter.domain.accounts import (
    ACTIVITIES_KEPT,
    Activity,
    ApiKey,
    AttemptCount,
    Invite,
    Session,
    Throttle,
    User,
    folded,
)
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotFoundError


@dataclass
class FakeHasher:
    verified: list[str] = field(default_factory=list)

    def hash(self, password: str) -> str:
        return f"fake:{password}"

    def matches(self, password: str, stored: str) -> bool:
        self.verified.append(stored)
        return bool(stored) and stored.partition(":")[2] == password

    def is_dated(self, stored: str) -> bool:
        return not stored.startswith("fake:")


@dataclass
class FakeSecrets:
    made: int = 0

    def token(self) -> str:
        self.made += 1
        return f"token-{self.made}"

    def short_id(self) -> str:
        self.made += 1
        return f"id{self.made:08}"

    def fingerprint(self, token: str) -> str:
        return f"#{token}"

    def same(self, one: str, other: str) -> bool:
        return one == other


@dataclass
class FakeAvatars:
    pictures: dict[str, bytes] = field(default_factory=dict)

    def save(self, user_id: str, picture: bytes) -> str:
        if not picture.startswith(b"picture"):
            raise InvalidRequestError("That is no picture we can read.")
        name = f"{user_id}_{len(self.pictures):08x}.jpg"
        self.pictures[name] = picture
        return name

    def remove(self, name: str) -> None:
        self.pictures.pop(name, None)


@dataclass
class FakeNamedFiles:
    heard: list[tuple[str, str]] = field(default_factory=list)

    def renamed(self, user: User, earlier_name: str) -> None:
        self.heard.append((earlier_name, user.name))

    def removed(self, user: User) -> None:
        self.heard.append((user.name, ""))


class Namesakes:
    """Everybody has the account of their name."""

    def get(self, user_id: str) -> User:
        return User(user_id, user_id)

    def named(self, name_or_email: str) -> tuple[User, str] | None:
        return User(name_or_email, name_or_email), ""


@dataclass
class FakeUsers:
    people: dict[str, tuple[User, str]] = field(default_factory=dict)

    def add(self, user: User, password_hash: str) -> None:
        if any(folded(other.name) == folded(user.name) for other, _ in self.people.values()):
            raise ConflictError("That name is taken.")
        self.people[user.id] = (user, password_hash)

    def add_first(self, user: User, password_hash: str) -> None:
        if self.people:
            raise ConflictError("The studio has been set up already.")
        self.add(user, password_hash)

    def get(self, user_id: str) -> User:
        return self._one(user_id)[0]

    def named(self, name_or_email: str) -> tuple[User, str] | None:
        wanted = folded(name_or_email)
        by_name = [pair for pair in self.people.values() if folded(pair[0].name) == wanted]
        by_email = [pair for pair in self.people.values() if wanted and folded(pair[0].email) == wanted]
        by_email.sort(key=lambda pair: (pair[0].created_at or datetime.min.replace(tzinfo=UTC), pair[0].id))
        return next(iter([*by_name, *by_email]), None)

    def password_hash(self, user_id: str) -> str:
        return self._one(user_id)[1]

    def update(self, user: User) -> None:
        _, stored = self._one(user.id)
        if any(other.id != user.id and folded(other.name) == folded(user.name) for other, _ in self.people.values()):
            raise ConflictError("That name is taken.")
        if not (user.is_admin and user.is_active):
            self._spare_the_last_admin(user.id)
        self.people[user.id] = (user, stored)

    def set_password(self, user_id: str, password_hash: str) -> None:
        self.people[user_id] = (self.people[user_id][0], password_hash)

    def remove(self, user_id: str) -> None:
        self._one(user_id)
        self._spare_the_last_admin(user_id)
        del self.people[user_id]

    def listed(self, *, after: str = "", limit: int = 50, search: str = "") -> list[User]:
        found = [user for user, _ in self.people.values() if folded(user.name) > after]
        found = [user for user in found if folded(search) in folded(user.name) or folded(search) in folded(user.email)]
        return sorted(found, key=lambda user: folded(user.name))[:limit]

    def count(self) -> int:
        return len(self.people)

    def active_admins(self) -> int:
        return sum(user.is_admin and user.is_active for user, _ in self.people.values())

    def _one(self, user_id: str) -> tuple[User, str]:
        if user_id not in self.people:
            raise NotFoundError("There is no such user.")
        return self.people[user_id]

    def _spare_the_last_admin(self, user_id: str) -> None:
        admins = [user.id for user, _ in self.people.values() if user.is_admin and user.is_active]
        if admins == [user_id]:
            raise ConflictError("This is the last administrator.")


@dataclass
class FakeIdentities:
    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def user_of(self, issuer: str, subject: str) -> str | None:
        return self.known.get((issuer, subject))

    def link(self, issuer: str, subject: str, user_id: str) -> None:
        if (issuer, subject) in self.known:
            raise ConflictError("That account belongs to somebody already.")
        self.known[issuer, subject] = user_id


@dataclass
class FakeSessions:
    users: FakeUsers
    open: dict[str, Session] = field(default_factory=dict)

    def add(self, session: Session) -> None:
        self.open[session.id] = session

    def find(self, session_id: str) -> tuple[Session, User] | None:
        session = self.open.get(session_id)
        if session is None or session.user_id not in self.users.people:
            return None
        return session, self.users.get(session.user_id)

    def seen(self, session_id: str, at: datetime) -> None:
        self.open[session_id] = replace(self.open[session_id], seen_at=at)

    def of(self, user_id: str) -> list[Session]:
        own = [session for session in self.open.values() if session.user_id == user_id]
        return sorted(own, key=lambda session: session.seen_at, reverse=True)

    def end(self, session_id: str) -> None:
        self.open.pop(session_id, None)

    def end_all(self, user_id: str, *, but: str = "") -> None:
        for session in self.of(user_id):
            if session.id != but:
                self.end(session.id)

    def sweep(self, before: datetime) -> int:
        old = [session.id for session in self.open.values() if session.created_at < before]
        for session_id in old:
            self.end(session_id)
        return len(old)


@dataclass
class FakeApiKeys:
    users: FakeUsers
    kept: dict[str, tuple[ApiKey, str]] = field(default_factory=dict)

    def add(self, key: ApiKey, secret_hash: str) -> None:
        self.kept[key.id] = (key, secret_hash)

    def find(self, key_id: str) -> tuple[ApiKey, str, User] | None:
        if key_id not in self.kept:
            return None
        key, secret_hash = self.kept[key_id]
        return key, secret_hash, self.users.get(key.user_id)

    def used(self, key_id: str, at: datetime) -> None:
        key, secret_hash = self.kept[key_id]
        self.kept[key_id] = (replace(key, last_used_at=at), secret_hash)

    def of(self, user_id: str) -> list[ApiKey]:
        return [key for key, _ in self.kept.values() if key.user_id == user_id]

    def remove(self, user_id: str, key_id: str) -> None:
        if key_id not in self.kept or self.kept[key_id][0].user_id != user_id:
            raise NotFoundError("You have no such key.")
        del self.kept[key_id]


@dataclass
class FakeInvites:
    kept: dict[str, Invite] = field(default_factory=dict)

    def add(self, invite: Invite) -> None:
        self.kept[invite.id] = invite

    def use(self, invite_id: str, now: datetime) -> Invite:
        invite = self.kept.get(invite_id)
        if invite is None or not invite.is_usable(now):
            raise NotFoundError("There is no such invite.")
        self.kept[invite_id] = replace(invite, uses_left=invite.uses_left - 1)
        return self.kept[invite_id]

    def give_back(self, invite_id: str) -> None:
        self.kept[invite_id] = replace(self.kept[invite_id], uses_left=self.kept[invite_id].uses_left + 1)

    def listed(self) -> list[Invite]:
        return sorted(self.kept.values(), key=lambda invite: invite.created_at, reverse=True)

    def remove(self, invite_id: str) -> None:
        if self.kept.pop(invite_id, None) is None:
            raise NotFoundError("There is no such invite.")


@dataclass
class FakeActivities:
    done: list[Activity] = field(default_factory=list)

    def record(self, activity: Activity) -> None:
        others = [one for one in self.done if one.user_id != activity.user_id]
        own = [one for one in self.done if one.user_id == activity.user_id]
        self.done = others + [*own, activity][-ACTIVITIES_KEPT:]

    def of(self, user_id: str, limit: int = 10) -> list[Activity]:
        return [one for one in reversed(self.done) if one.user_id == user_id][:limit]


@dataclass
class FakeAttempts:
    counted: dict[str, AttemptCount] = field(default_factory=dict)

    def take(self, key: str, throttle: Throttle, now: datetime) -> timedelta:
        before = self.counted.get(key, AttemptCount())
        wait = throttle.wait(before, now)
        if not wait:
            is_stale = before.last_at is not None and now - before.last_at > throttle.forget_after
            self.counted[key] = AttemptCount(1 if is_stale else before.count + 1, now)
        return wait

    def forgive(self, key: str) -> None:
        self.counted.pop(key, None)
