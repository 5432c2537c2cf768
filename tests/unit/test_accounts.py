"""Accounts: who gets in, who does not, and what nobody can find out."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from harmonix_splitter.domain.accounts import (
    ActivityKind,
    Identity,
    Proof,
    Role,
    Scope,
    SignUp,
    Throttle,
    User,
    Vouched,
)
from harmonix_splitter.domain.accounts.activities import time_ago
from harmonix_splitter.domain.accounts.throttle import AttemptCount
from harmonix_splitter.domain.accounts.users import checked_email, checked_name, checked_password
from harmonix_splitter.errors import (
    ConflictError,
    HarmonixError,
    InvalidRequestError,
    NotAllowedError,
    NotFoundError,
    SignInRequiredError,
    TooManyRequestsError,
)
from harmonix_splitter.services.accounts import (
    AccountsService,
    Door,
    Joining,
    Keys,
    Newcomer,
    People,
    Profile,
    Visitor,
)
from tests.fakes import accounts as fake
from tests.fakes.clock import FakeClock

HOME = Visitor("10.0.0.1", "Firefox")
PASSWORD = "correct horse"
ANNA = Newcomer("anna", PASSWORD, "anna@example.org", "Anna")


@dataclass
class House:
    """Accounts on fakes, with one administrator, anna."""

    clock: FakeClock = field(default_factory=FakeClock)
    users: fake.FakeUsers = field(default_factory=fake.FakeUsers)
    hasher: fake.FakeHasher = field(default_factory=fake.FakeHasher)
    avatars: fake.FakeAvatars = field(default_factory=fake.FakeAvatars)
    files: fake.FakeNamedFiles = field(default_factory=fake.FakeNamedFiles)

    def __post_init__(self) -> None:
        sessions, activities, secrets = fake.FakeSessions(self.users), fake.FakeActivities(), fake.FakeSecrets()
        people = People(self.users, sessions, activities, self.hasher, secrets, self.avatars, self.files, self.clock)
        door = Door(self.users, sessions, activities, fake.FakeAttempts(), self.hasher, secrets, self.clock)
        joining = Joining(people, fake.FakeInvites(), fake.FakeIdentities(), "SETUP")
        keys = Keys(fake.FakeApiKeys(self.users), secrets, self.clock)
        self.accounts = AccountsService(people, door, keys, joining)
        self.people, self.door, self.keys, self.joining = people, door, keys, joining
        self.anna = joining.create_first_admin(ANNA, "", from_this_machine=True)


@pytest.fixture
def house() -> House:
    return House()


def test_the_first_account_is_an_admin_and_there_is_no_second_first(house: House) -> None:
    assert house.anna.role is Role.ADMIN
    with pytest.raises(ConflictError):
        house.joining.create_first_admin(Newcomer("eve", PASSWORD), "SETUP", from_this_machine=True)


def test_files_under_a_name_hear_of_a_new_one_and_of_the_end(house: House) -> None:
    bob = house.people.create(house.people.new_user("bob"), PASSWORD)

    house.people.rename(bob.id, "rob")
    with pytest.raises(ConflictError):
        house.people.rename(bob.id, "anna")
    house.people.delete_own(bob.id, PASSWORD)

    assert house.files.heard == [("bob", "rob"), ("rob", "")]


def test_strangers_need_the_code_from_the_log_to_set_the_studio_up(house: House) -> None:
    house.users.people.clear()

    with pytest.raises(NotAllowedError):
        house.joining.create_first_admin(ANNA, "guess", from_this_machine=False)
    assert house.joining.create_first_admin(ANNA, "SETUP", from_this_machine=False).is_admin


def test_signing_in_opens_a_session_that_the_cookie_finds_again(house: House) -> None:
    signed_in = house.door.sign_in("ANNA@example.org", PASSWORD, HOME)

    assert house.accounts.who(session_token=signed_in.token) == Identity(
        signed_in.user, session_id=signed_in.session.id
    )
    assert signed_in.token != signed_in.session.id
    assert [one.kind for one in house.people.activities_of(house.anna.id)] == [ActivityKind.LOGIN]


def test_every_sign_in_gets_a_fresh_token(house: House) -> None:
    tokens = {house.door.sign_in("anna", PASSWORD, HOME).token for _ in range(3)}

    assert len(tokens) == 3


def test_a_wrong_name_and_a_wrong_password_answer_alike_and_cost_one_hash_each(house: House) -> None:
    answers = []
    for name in ("anna", "nobody"):
        house.hasher.verified.clear()
        with pytest.raises(SignInRequiredError) as refused:
            house.door.sign_in(name, "wrong password", HOME)
        answers.append((str(refused.value), refused.value.facts, len(house.hasher.verified)))

    assert answers[0] == answers[1]


def test_guessing_gets_slower_but_not_for_others(house: House) -> None:
    for _ in range(5):
        with pytest.raises(SignInRequiredError):
            house.door.sign_in("anna", "wrong password", HOME)

    with pytest.raises(TooManyRequestsError) as told:
        house.door.sign_in("anna", PASSWORD, HOME)
    assert told.value.retry_after == 1
    assert house.door.sign_in("anna", PASSWORD, Visitor("10.9.9.9")).user.name == "anna"
    house.clock.advance(1)
    assert house.door.sign_in("anna", PASSWORD, HOME).user.name == "anna"


def test_one_machine_cannot_go_through_many_names(house: House) -> None:
    refused: list[type[HarmonixError]] = []
    for number in range(31):
        with pytest.raises(HarmonixError) as told:
            house.door.sign_in(f"name{number}", "password1", HOME)
        refused.append(told.type)

    assert refused == [SignInRequiredError] * 30 + [TooManyRequestsError]


def test_a_dated_hash_is_replaced_when_its_owner_signs_in(house: House) -> None:
    house.users.set_password(house.anna.id, f"bcrypt:{PASSWORD}")

    house.door.sign_in("anna", PASSWORD, HOME)

    assert house.users.password_hash(house.anna.id) == f"fake:{PASSWORD}"


def test_a_password_typed_on_another_keyboard_is_the_same_and_garbage_is_just_wrong(house: House) -> None:
    house.people.reset_password(house.anna.id, "Café crème")

    assert house.door.sign_in("anna", "Cafe\u0301 cre\u0300me", HOME).user.name == "anna"
    with pytest.raises(SignInRequiredError):
        house.door.sign_in("anna", "\ud800" * 5000, HOME)


def test_a_session_ends_idle_or_old_or_with_the_account(house: House) -> None:
    idle = house.door.sign_in("anna", PASSWORD, HOME).token
    house.clock.advance(13 * 3600)
    assert house.door.who(idle) is None

    busy = house.door.sign_in("anna", PASSWORD, HOME).token
    for _ in range(6 * 4):
        house.clock.advance(6 * 3600)
        assert house.door.who(busy) is not None
    for _ in range(6):
        house.clock.advance(6 * 3600)
        house.door.who(busy)
    assert house.door.who(busy) is None

    remembered = house.door.sign_in("anna", PASSWORD, HOME, remember=True).token
    house.clock.advance(29 * 86400)
    assert house.door.who(remembered) is not None
    house.users.people[house.anna.id] = (replace(house.anna, is_active=False), "x")
    assert house.door.who(remembered) is None


def test_signing_out_ends_this_session_only(house: House) -> None:
    here, there = (house.door.sign_in("anna", PASSWORD, HOME) for _ in range(2))

    house.door.sign_out(Identity(here.user, session_id=here.session.id))

    assert house.door.who(here.token) is None
    assert house.door.who(there.token) is not None


def test_nobody_ends_the_session_of_somebody_else(house: House) -> None:
    session = house.door.sign_in("anna", PASSWORD, HOME).session

    with pytest.raises(NotFoundError):
        house.door.end_session("eve", session.id)


def test_a_new_password_signs_out_everywhere_else(house: House) -> None:
    here, there = (house.door.sign_in("anna", PASSWORD, HOME) for _ in range(2))

    with pytest.raises(NotAllowedError):
        house.people.change_password(house.anna.id, "not it", "another password")
    house.people.change_password(house.anna.id, PASSWORD, "another password", keep_session=here.session.id)

    assert house.door.who(here.token) is not None
    assert house.door.who(there.token) is None
    assert house.door.sign_in("anna", "another password", HOME).user.id == house.anna.id


@pytest.mark.parametrize("policy", [SignUp.INVITE, SignUp.CLOSED])
def test_a_house_that_is_not_open_wants_an_invite(house: House, policy: SignUp) -> None:
    with pytest.raises(NotAllowedError):
        house.joining.sign_up(Newcomer("bob", PASSWORD), policy)

    _, code = house.joining.invite(house.anna, Role.GUEST, timedelta(days=1))
    with pytest.raises(ConflictError):
        house.joining.sign_up(Newcomer("anna", PASSWORD), policy, code)
    assert house.joining.sign_up(Newcomer("bob", PASSWORD), policy, code).role is Role.GUEST
    with pytest.raises(NotAllowedError):
        house.joining.sign_up(Newcomer("carl", PASSWORD), policy, code)


def test_an_open_house_makes_members(house: House) -> None:
    assert house.joining.sign_up(Newcomer("bob", PASSWORD), SignUp.OPEN).role is Role.MEMBER


def test_a_foreign_account_never_takes_over_one_with_the_same_address(house: House) -> None:
    arrived = house.joining.arrive(Vouched("https://id", "7", "anna", "anna@example.org"), SignUp.OPEN)

    assert arrived.id != house.anna.id
    assert arrived.role is Role.MEMBER
    assert arrived.name != "anna"
    assert house.joining.arrive(Vouched("https://id", "7"), SignUp.CLOSED).id == arrived.id
    with pytest.raises(NotAllowedError):
        house.joining.arrive(Vouched("https://id", "8"), SignUp.INVITE)


def test_a_key_opens_its_scopes_and_stops_when_it_expires(house: House) -> None:
    expiry = house.clock.now() + timedelta(days=1)
    key, text = house.keys.make(house.anna, "script", ["read"], expiry)

    found = house.accounts.who(key_text=text)
    assert found == Identity(house.anna, Proof.KEY, frozenset({Scope.READ}))
    assert found.require(Role.MEMBER, Scope.READ) == house.anna
    with pytest.raises(NotAllowedError):
        found.require(Role.MEMBER, Scope.WRITE)
    assert house.accounts.who(key_text=text + "x") is None
    assert house.accounts.who(key_text="hx_nothing") is None
    house.clock.advance(86400)
    assert house.accounts.who(key_text=text) is None
    house.keys.remove(house.anna.id, key.id)
    assert house.keys.of(house.anna.id) == []


def test_a_wrong_key_is_not_rescued_by_a_session(house: House) -> None:
    token = house.door.sign_in("anna", PASSWORD, HOME).token

    assert house.accounts.who(session_token=token, key_text="hx_a_b") is None


def test_only_admins_make_keys_for_administration(house: House) -> None:
    bob = house.joining.sign_up(Newcomer("bob", PASSWORD), SignUp.OPEN)

    with pytest.raises(NotAllowedError):
        house.keys.make(bob, "x", ["admin"], None)
    with pytest.raises(InvalidRequestError):
        house.keys.make(bob, "x", ["everything"], None)


def test_a_profile_changes_only_where_it_was_asked_to(house: House) -> None:
    changed = house.people.update_profile(house.anna.id, Profile(bio=" Sings. "))

    assert (changed.bio, changed.display_name, changed.email) == ("Sings.", "Anna", "anna@example.org")
    with pytest.raises(InvalidRequestError):
        house.people.update_profile(house.anna.id, Profile(display_name="\x07bell"))


def test_a_new_avatar_replaces_the_old_file(house: House) -> None:
    first = house.people.set_avatar(house.anna.id, b"picture 1").avatar
    second = house.people.set_avatar(house.anna.id, b"picture 2").avatar

    assert list(house.avatars.pictures) == [second] != [first]
    assert house.people.remove_avatar(house.anna.id).avatar == ""
    assert house.avatars.pictures == {}


def test_deleting_oneself_needs_the_password_and_another_admin(house: House) -> None:
    with pytest.raises(ConflictError):
        house.people.delete_own(house.anna.id, PASSWORD)
    bob = house.joining.sign_up(Newcomer("bob", PASSWORD), SignUp.OPEN)
    with pytest.raises(NotAllowedError):
        house.people.delete_own(bob.id, "wrong password")

    house.people.delete_own(bob.id, PASSWORD)

    assert house.users.count() == 1


def test_switching_somebody_off_signs_them_out(house: House) -> None:
    bob = house.joining.sign_up(Newcomer("bob", PASSWORD), SignUp.OPEN)
    token = house.door.sign_in("bob", PASSWORD, HOME).token

    house.people.set_role(bob.id, Role.MEMBER, is_active=False)

    assert house.door.who(token) is None
    with pytest.raises(SignInRequiredError):
        house.door.sign_in("bob", PASSWORD, HOME)


@pytest.mark.parametrize("name", ["", "a b", "../x", "a\nb", "x" * 65, ".hidden", "-x"])
def test_names_that_would_hurt_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(InvalidRequestError):
        checked_name(name)


@pytest.mark.parametrize("password", ["short", "x" * 1025, "\ud800" * 9])
def test_passwords_out_of_bounds_are_refused(password: str) -> None:
    with pytest.raises(InvalidRequestError):
        checked_password(password)


def test_a_password_means_the_same_in_every_unicode_form() -> None:
    assert checked_password("Ｃafe\u0301 1234") == checked_password("Café 1234")


@pytest.mark.parametrize("email", ["no-at", "a@b c", "a@\n", "@x"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidRequestError):
        checked_email(email)


def test_roles_are_a_ladder() -> None:
    assert [User("1", "x", role).may(Role.MEMBER) for role in Role] == [False, True, True]
    assert Role.of("user") is Role.MEMBER
    with pytest.raises(InvalidRequestError):
        Role.of("owner")


def test_the_wait_doubles_up_to_its_limit_and_quiet_forgives() -> None:
    clock = FakeClock()
    throttle = Throttle(free=1, longest=timedelta(seconds=8))

    waits = [throttle.wait(AttemptCount(count, clock.now()), clock.now()).total_seconds() for count in range(8)]

    assert waits == [0, 1, 2, 4, 8, 8, 8, 8]
    assert throttle.wait(AttemptCount(99, clock.now()), clock.now() + timedelta(hours=25)) == timedelta(0)


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "just now"), (61, "1 minute ago"), (7200, "2 hours ago"), (90000, "1 day ago")]
)
def test_how_long_ago(seconds: int, said: str) -> None:
    now = FakeClock().now()

    assert time_ago(now - timedelta(seconds=seconds), now) == said
