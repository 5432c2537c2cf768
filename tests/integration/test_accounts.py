"""Accounts over HTTP, from the first start to goodbye."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from harmonix_splitter.domain.accounts import Role
from tests.studios import PASSWORD, key_of, person, served, signed_in


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, accounts__sign_up="open") as client:
        yield client


@pytest.fixture
def admin(studio: TestClient) -> TestClient:
    return person(studio, "root", Role.ADMIN)


@pytest.fixture
def anna(admin: TestClient) -> TestClient:
    return person(admin, "anna")


def test_the_first_visitor_at_the_machine_becomes_the_administrator(studio: TestClient) -> None:
    assert studio.get("/api/setup").json() == {"needed": True, "needsCode": False}

    made = studio.post("/api/setup", json={"name": "root", "password": PASSWORD})

    assert (made.status_code, made.json()["role"]) == (201, "admin")
    assert studio.get("/api/auth/me").json()["name"] == "root"
    assert studio.get("/api/setup").json()["needed"] is False
    assert studio.post("/api/setup", json={"name": "eve", "password": PASSWORD}).status_code == 409


def test_a_visitor_through_a_proxy_is_no_visitor_at_the_machine(studio: TestClient) -> None:
    far = {"x-forwarded-for": "8.8.8.8"}

    assert studio.get("/api/setup", headers=far).json()["needsCode"] is True
    assert studio.post("/api/setup", json={"name": "eve", "password": PASSWORD}, headers=far).status_code == 403


def test_signing_in_sets_a_cookie_scripts_cannot_read(anna: TestClient) -> None:
    answer = anna.post("/api/auth/login", json={"name": "anna", "password": PASSWORD, "remember": True})

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Max-Age=7776000" in cookie


def test_over_tls_the_cookie_is_bound_to_this_host(anna: TestClient) -> None:
    secure = TestClient(anna.app, base_url="https://studio.test")
    secure.headers["origin"] = "https://studio.test"

    cookie = secure.post("/api/auth/login", json={"name": "anna", "password": PASSWORD}).headers["set-cookie"]

    assert cookie.startswith("__Host-harmonix=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert secure.get("/api/auth/me").headers["strict-transport-security"]


def test_wrong_name_and_wrong_password_cannot_be_told_apart(anna: TestClient) -> None:
    answers = [anna.post("/api/auth/login", json={"name": name, "password": "wrong pass"}) for name in ("anna", "eve")]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


def test_a_hundred_wrong_guesses_are_slowed_down(anna: TestClient) -> None:
    codes = [
        anna.post("/api/auth/login", json={"name": "anna", "password": f"wrong {number}"}).status_code
        for number in range(20)
    ]

    assert codes[:5] == [401] * 5
    assert codes.count(429) >= 13


@pytest.mark.parametrize(
    ("password", "status"),
    [("x" * 73, 401), ("x" * 1024, 401), ("x" * 1025, 400), ("x" * 1_000_000, 400), ("nul\x00", 400)],
)
def test_odd_passwords_never_break_the_server(anna: TestClient, password: str, status: int) -> None:
    assert anna.post("/api/auth/login", json={"name": "anna", "password": password}).status_code == status


def test_a_password_with_half_a_character_is_a_bad_request(anna: TestClient) -> None:
    body = b'{"name": "anna", "password": "\\ud800\\ud800 hello"}'

    answer = anna.post("/api/auth/login", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in {400, 401}


def test_after_signing_out_the_cookie_opens_nothing(anna: TestClient) -> None:
    token = anna.cookies["harmonix"]

    assert anna.post("/api/auth/logout").status_code == 204
    assert anna.get("/api/auth/me", headers={"cookie": f"harmonix={token}"}).status_code == 401


def test_a_token_planted_before_signing_in_is_not_taken_over(studio: TestClient, anna: TestClient) -> None:
    browser = TestClient(studio.app, base_url="http://studio.test", headers={"origin": "http://studio.test"})
    browser.cookies.set("harmonix", "planted", domain="studio.test", path="/")

    browser.post("/api/auth/login", json={"name": "anna", "password": PASSWORD})

    assert "planted" not in [cookie.value for cookie in browser.cookies.jar]


def test_a_profile_comes_back_as_changed(anna: TestClient) -> None:
    answer = anna.patch("/api/account", json={"displayName": "Anna <b>", "bio": "Sings."})

    assert answer.status_code == 200
    assert anna.get("/api/auth/me").json()["displayName"] == "Anna <b>"
    assert anna.patch("/api/account", json={"role": "admin"}).status_code == 400


def test_a_voice_is_kept_with_the_account(anna: TestClient) -> None:
    answer = anna.put("/api/account/voice", json={"lowest": 50, "highest": 69})

    me = anna.get("/api/auth/me").json()
    assert answer.status_code == 200
    assert (me["voiceLowest"], me["voiceHighest"]) == (50, 69)
    assert anna.put("/api/account/voice", json={"lowest": 69, "highest": 50}).status_code == 400


def test_a_picture_is_served_as_a_small_jpeg(anna: TestClient) -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300)).save(out, "PNG")

    url = anna.put("/api/account/avatar", files={"avatar": ("me.png", out.getvalue())}).json()["avatarUrl"]

    picture = anna.get(url)
    assert picture.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(picture.content)).size == (256, 256)
    assert anna.put("/api/account/avatar", files={"avatar": ("x.svg", b"<svg/>")}).status_code == 400


def test_a_new_password_ends_the_other_sessions(anna: TestClient) -> None:
    other = signed_in(anna, "anna")
    change = {"currentPassword": PASSWORD, "newPassword": "another sentence"}

    assert anna.put("/api/account/password", json={**change, "currentPassword": "not it"}).status_code == 403
    assert anna.put("/api/account/password", json=change).status_code == 204
    assert other.get("/api/auth/me").status_code == 401
    assert anna.get("/api/auth/me").status_code == 200


def test_sessions_are_listed_and_ended_by_their_owner_only(anna: TestClient, admin: TestClient) -> None:
    signed_in(anna, "anna")
    listed = anna.get("/api/account/sessions").json()

    assert [one["isThis"] for one in listed].count(True) == 1
    other = next(one["id"] for one in listed if not one["isThis"])
    assert admin.delete(f"/api/account/sessions/{other}").status_code == 404
    assert anna.delete(f"/api/account/sessions/{other}").status_code == 204
    assert len(anna.get("/api/account/sessions").json()) == 1


def test_a_key_does_what_its_scopes_say_and_makes_no_keys(anna: TestClient, studio: TestClient) -> None:
    reads, both = key_of(anna, "read"), key_of(anna, "read", "write")

    assert studio.get("/api/auth/me", headers=reads).json()["name"] == "anna"
    assert studio.patch("/api/account", json={"bio": "x"}, headers=reads).status_code == 403
    assert studio.patch("/api/account", json={"bio": "x"}, headers=both).status_code == 200
    assert studio.post("/api/account/keys", json={"name": "k", "scopes": ["read"]}, headers=both).status_code == 403
    assert studio.get("/api/auth/me", headers={"x-api-key": "hx_no_no"}).status_code == 401


def test_an_admins_key_needs_the_scope_for_administration(admin: TestClient, studio: TestClient) -> None:
    assert studio.get("/api/admin/users", headers=key_of(admin, "read", "write")).status_code == 403
    assert studio.get("/api/admin/users", headers=key_of(admin, "admin")).status_code == 200


def test_administrators_look_after_people(admin: TestClient) -> None:
    made = admin.post("/api/admin/users", json={"name": "bob", "password": PASSWORD, "role": "guest"}).json()
    bob = signed_in(admin, "bob")

    page = admin.get("/api/admin/users", params={"limit": 1}).json()
    assert [user["name"] for user in page["users"]] == ["bob"]
    assert [user["name"] for user in admin.get("/api/admin/users", params={"after": page["next"]}).json()["users"]] == [
        "root"
    ]
    assert (
        admin.patch(f"/api/admin/users/{made['id']}", json={"role": "member", "bio": "Bass."}).json()["role"]
        == "member"
    )
    assert admin.patch(f"/api/admin/users/{made['id']}", json={"isActive": False}).status_code == 200
    assert bob.get("/api/auth/me").status_code == 401
    assert admin.delete(f"/api/admin/users/{made['id']}").status_code == 204
    assert admin.get(f"/api/admin/users/{made['id']}").status_code == 404


def test_an_invite_lets_one_person_in(tmp_path: Path) -> None:
    with served(tmp_path, accounts__sign_up="invite") as studio:
        code = person(studio, "root", Role.ADMIN).post("/api/admin/invites", json={"role": "guest"}).json()["code"]
        newcomer = {"name": "bob", "password": PASSWORD}

        assert studio.post("/api/auth/register", json=newcomer).status_code == 403
        assert studio.post("/api/auth/register", json={**newcomer, "invite": code}).json()["role"] == "guest"
        assert (
            studio.post("/api/auth/register", json={"name": "c", "password": PASSWORD, "invite": code}).status_code
            == 403
        )


def test_goodbye_needs_the_password(anna: TestClient) -> None:
    assert anna.request("DELETE", "/api/account", json={"password": "not it"}).status_code == 403
    assert anna.request("DELETE", "/api/account", json={"password": PASSWORD}).status_code == 204
    assert anna.get("/api/auth/me").status_code == 401


def test_the_documented_forms_sign_in_and_up_and_out(studio: TestClient, admin: TestClient) -> None:
    form = {"name": "Carl C", "email": "carl@example.org", "password": PASSWORD}

    registered = studio.post("/register", data=form)
    assert (registered.status_code, registered.headers["location"]) == (303, "/dashboard")
    assert studio.get("/api/plan-info").json()["username"] == "carl"
    assert studio.get("/logout").headers["location"] == "/"
    assert studio.get("/api/plan-info").json()["logged_in"] is False
    again = studio.post("/login", data={"email": "carl@example.org", "password": PASSWORD, "remember": "on"})
    assert again.headers["location"] == "/dashboard"
    activities = studio.get("/api/activities", params={"limit": 1}).json()["activities"]
    assert (activities[0]["type"], activities[0]["time_ago"]) == ("login", "just now")
    assert studio.post("/account/update", json={"bio": "hm"}).json() == {"success": True, "message": "Profile updated"}
    change = {"current_password": PASSWORD, "new_password": "x" * 9, "confirm_password": "y" * 9}
    assert studio.post("/account/change-password", json=change).status_code == 400
    assert studio.post("/account/change-password", json={**change, "confirm_password": "x" * 9}).json()["success"]
    assert studio.post("/account/delete", json={"password": "x" * 9}).json()["success"]
    assert (
        signed_in(admin, "root").post("/login", data={"username": "root", "password": PASSWORD}).headers["location"]
        == "/admin"
    )


def test_another_site_cannot_sign_somebody_out(anna: TestClient) -> None:
    assert anna.get("/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert anna.get("/api/auth/me").status_code == 200
