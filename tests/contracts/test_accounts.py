"""What every keeper of accounts promises: the same suite on memory and on SQL."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harmonix_splitter.adapters.database import accounts as sql
from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.accounts import metadata
from harmonix_splitter.domain.accounts import (
    Activity,
    ActivityKind,
    ApiKey,
    Invite,
    Role,
    Scope,
    Session,
    Throttle,
    User,
)
from harmonix_splitter.errors import ConflictError, NotFoundError
from tests.fakes import accounts as fake

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = User("ann", "Ann", Role.ADMIN, "ann@example.org", created_at=NOW)
BOB = User("bob", "Bob", Role.MEMBER, "bob@example.org", created_at=NOW + timedelta(seconds=1))


@dataclass
class Keepers:
    users: Any
    identities: Any
    sessions: Any
    keys: Any
    invites: Any
    activities: Any
    attempts: Any


@pytest.fixture(params=["memory", "sql"])
def keepers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keepers]:
    if request.param == "memory":
        users = fake.FakeUsers()
        yield Keepers(
            users,
            fake.FakeIdentities(),
            fake.FakeSessions(users),
            fake.FakeApiKeys(users),
            fake.FakeInvites(),
            fake.FakeActivities(),
            fake.FakeAttempts(),
        )
        return
    database = Database(f"sqlite:///{tmp_path / 'accounts.sqlite3'}")
    metadata.create_all(database.engine)
    kinds = (
        sql.SqlUsers,
        sql.SqlIdentities,
        sql.SqlSessions,
        sql.SqlApiKeys,
        sql.SqlInvites,
        sql.SqlActivities,
        sql.SqlAttempts,
    )
    yield Keepers(*(kind(database) for kind in kinds))
    database.close()


@pytest.fixture
def people(keepers: Keepers) -> Keepers:
    keepers.users.add(ANN, "hash of ann")
    keepers.users.add(BOB, "hash of bob")
    return keepers


def test_a_user_comes_back_as_kept(people: Keepers) -> None:
    assert people.users.get("ann") == ANN
    assert people.users.password_hash("ann") == "hash of ann"


def test_names_that_look_alike_are_one_name(people: Keepers) -> None:
    with pytest.raises(ConflictError):
        people.users.add(replace(BOB, id="b2", name="ＢＯＢ"), "x")


def test_a_user_is_found_by_name_and_by_address_in_any_case(people: Keepers) -> None:
    assert people.users.named("aNN") == (ANN, "hash of ann")
    assert people.users.named("BOB@example.ORG") == (BOB, "hash of bob")
    assert people.users.named("carl") is None
    assert people.users.named("") is None


def test_an_address_two_people_gave_means_the_one_who_was_first(people: Keepers) -> None:
    people.users.add(User("eve", "eve", email="ann@example.org", created_at=NOW + timedelta(days=1)), "x")

    assert people.users.named("ann@example.org")[0].id == "ann"


def test_only_one_first_user_can_be_made(keepers: Keepers) -> None:
    keepers.users.add_first(ANN, "x")

    with pytest.raises(ConflictError):
        keepers.users.add_first(replace(BOB, role=Role.ADMIN), "x")
    assert keepers.users.count() == 1


@pytest.mark.parametrize("change", [{"role": Role.MEMBER}, {"is_active": False}])
def test_the_last_admin_stays_one(people: Keepers, change: dict[str, Any]) -> None:
    with pytest.raises(ConflictError):
        people.users.update(replace(ANN, **change))
    with pytest.raises(ConflictError):
        people.users.remove("ann")

    people.users.update(replace(BOB, role=Role.ADMIN))
    people.users.update(replace(ANN, **change))
    assert people.users.active_admins() == 1


def test_users_are_listed_by_name_a_page_at_a_time(people: Keepers) -> None:
    assert [user.id for user in people.users.listed(limit=1)] == ["ann"]
    assert [user.id for user in people.users.listed(after="ann")] == ["bob"]
    assert [user.id for user in people.users.listed(search="OB@")] == ["bob"]
    assert people.users.listed(search="%") == []


def test_removing_a_user_takes_their_sessions_and_keys_along(people: Keepers) -> None:
    people.sessions.add(Session("s", "bob", NOW, NOW))

    people.users.remove("bob")

    assert people.sessions.find("s") is None
    with pytest.raises(NotFoundError):
        people.users.get("bob")


def test_a_foreign_account_belongs_to_one_user(people: Keepers) -> None:
    people.identities.link("https://id", "7", "ann")

    assert people.identities.user_of("https://id", "7") == "ann"
    assert people.identities.user_of("https://other", "7") is None
    with pytest.raises(ConflictError):
        people.identities.link("https://id", "7", "bob")


def test_a_session_is_found_with_its_user_until_it_ends(people: Keepers) -> None:
    session = Session("s1", "ann", NOW, NOW, True, "Firefox", "127.0.0.1")
    people.sessions.add(session)
    people.sessions.add(Session("s2", "ann", NOW, NOW))

    assert people.sessions.find("s1") == (session, ANN)
    people.sessions.seen("s1", NOW + timedelta(minutes=5))
    assert [one.id for one in people.sessions.of("ann")] == ["s1", "s2"]
    people.sessions.end_all("ann", but="s2")
    assert people.sessions.find("s1") is None
    assert people.sessions.find("s2") is not None


def test_old_sessions_are_swept(people: Keepers) -> None:
    people.sessions.add(Session("old", "ann", NOW - timedelta(days=99), NOW))
    people.sessions.add(Session("new", "ann", NOW, NOW))

    assert people.sessions.sweep(NOW - timedelta(days=90)) == 1
    assert people.sessions.find("new") is not None


def test_a_key_is_found_with_its_owner_and_removed_by_nobody_else(people: Keepers) -> None:
    key = ApiKey("k1", "ann", "script", frozenset({Scope.READ}), NOW, NOW + timedelta(days=1))
    people.keys.add(key, "secret hash")

    assert people.keys.find("k1") == (key, "secret hash", ANN)
    with pytest.raises(NotFoundError):
        people.keys.remove("bob", "k1")
    people.keys.used("k1", NOW)
    assert people.keys.of("ann")[0].last_used_at == NOW
    people.keys.remove("ann", "k1")
    assert people.keys.find("k1") is None


def test_an_invite_serves_as_often_as_it_says(people: Keepers) -> None:
    people.invites.add(Invite("i", "ann", Role.GUEST, NOW, NOW + timedelta(days=1), uses_left=1))

    assert people.invites.use("i", NOW).role is Role.GUEST
    with pytest.raises(NotFoundError):
        people.invites.use("i", NOW)
    people.invites.give_back("i")
    with pytest.raises(NotFoundError):
        people.invites.use("i", NOW + timedelta(days=2))
    assert people.invites.use("i", NOW).uses_left == 0


def test_the_newest_hundred_activities_are_kept(people: Keepers) -> None:
    for number in range(103):
        people.activities.record(Activity("ann", ActivityKind.UPLOAD, NOW, str(number), {"n": number}))
    people.activities.record(Activity("bob", ActivityKind.LOGIN, NOW))

    kept = people.activities.of("ann", 200)

    assert [one.description for one in kept] == [str(number) for number in range(102, 2, -1)]
    assert kept[0].facts == {"n": 102}
    assert len(people.activities.of("bob", 200)) == 1


def test_tries_are_counted_until_they_have_to_wait(keepers: Keepers) -> None:
    throttle = Throttle(free=2, longest=timedelta(seconds=10))

    assert [keepers.attempts.take("k", throttle, NOW) for _ in range(3)] == [
        timedelta(0),
        timedelta(0),
        timedelta(seconds=1),
    ]
    assert keepers.attempts.take("k", throttle, NOW + timedelta(seconds=1)) == timedelta(0)
    assert keepers.attempts.take("k", throttle, NOW + timedelta(seconds=1)) == timedelta(seconds=2)
    assert keepers.attempts.take("other", throttle, NOW) == timedelta(0)
    keepers.attempts.forgive("k")
    assert keepers.attempts.take("k", throttle, NOW) == timedelta(0)
