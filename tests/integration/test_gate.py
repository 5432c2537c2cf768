"""The gate: hosts, other sites' pages, sizes, rates, headers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.api.gate.headers import CONTENT_SECURITY_POLICY
from harmonix_splitter.api.gate.origins import Asked, Origins
from harmonix_splitter.api.gate.rates import Rate, Rates
from harmonix_splitter.errors import InvalidRequestError, NotAllowedError, TooManyRequestsError
from tests.studios import ORIGIN, PASSWORD, key_of, person, served


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("studio"), limits__upload_mb=3, server__worker_here=False) as client:
        yield client


@pytest.fixture(scope="module")
def anna(studio: TestClient) -> TestClient:
    return person(studio, "anna")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": ORIGIN}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://studio.test.evil.example"}, 403),
        ({"origin": "http://evil.example/http://studio.test"}, 403),
        ({"origin": "http://studio.test:8001"}, 403),
        ({"origin": "http://[broken"}, 403),
        ({"origin": "", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": ""}, 403),
        ({"origin": "", "x-requested-with": "studio"}, 200),
    ],
)
def test_only_our_own_pages_may_use_somebodys_cookie(anna: TestClient, headers: dict[str, str], status: int) -> None:
    assert anna.patch("/api/account", json={"bio": "x"}, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/api/auth/login", "/login", "/api/auth/logout", "/api/setup", "/api/auth/register"])
def test_another_site_signs_nobody_in_or_out(anna: TestClient, path: str) -> None:
    body = {"name": "anna", "password": PASSWORD}

    assert anna.post(path, json=body, headers={"origin": "https://evil.example"}).status_code == 403


def test_json_sent_as_plain_text_by_a_foreign_form_is_refused(anna: TestClient) -> None:
    foreign = {"origin": "https://evil.example", "content-type": "text/plain"}

    assert anna.patch("/api/account", content=b'{"bio": "x"}', headers=foreign).status_code == 403


def test_a_program_with_a_key_needs_no_origin(studio: TestClient, anna: TestClient) -> None:
    headers = {**key_of(anna, "write"), "origin": ""}

    assert studio.patch("/api/account", json={"bio": "x"}, headers=headers).status_code == 200


def test_a_program_without_a_cookie_may_sign_in(studio: TestClient) -> None:
    answer = studio.post("/api/auth/login", json={"name": "x", "password": PASSWORD}, headers={"origin": ""})

    assert answer.status_code == 401


def test_a_body_larger_than_announced_for_its_kind_is_refused(anna: TestClient) -> None:
    assert anna.patch("/api/account", content=b"x" * 2_000_001).status_code == 413


def test_a_body_without_a_length_is_counted_while_it_comes(anna: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    answer = anna.patch("/api/account", content=endless())

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_strangers_upload_nothing_large(studio: TestClient, anna: TestClient) -> None:
    file = {"avatar": ("x.png", b"x" * 2_500_000)}
    large = {"avatar": ("x.png", b"x" * 6_000_000)}

    assert studio.put("/api/account/avatar", files=file).status_code == 401
    assert anna.put("/api/account/avatar", files=file).status_code == 400
    assert anna.put("/api/account/avatar", files=large).status_code == 413


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"bio": ' * 50_000, b'{"bio": "a", "bio": "b"', b"\xff\xfe", b""])
def test_bodies_that_are_no_json_are_bad_requests(anna: TestClient, body: bytes) -> None:
    answer = anna.patch("/api/account", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_answer_carries_the_headers_that_protect_browsers(studio: TestClient) -> None:
    for path in ("/api/auth/me", "/health", "/api/nothing-here"):
        headers = studio.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-request-id"]
    assert "unsafe-inline" not in CONTENT_SECURITY_POLICY
    assert studio.get("/api/auth/options").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("allowed", "host", "is_fine"),
    [
        (("*",), "anything.example:8000", True),
        (("music.example",), "MUSIC.example:8000", True),
        (("music.example",), "evil.example", False),
        (("*.example",), "a.example", True),
        (("*.example",), "example", False),
        (("[::1]",), "[::1]:8000", True),
        (("music.example",), "", False),
    ],
)
def test_we_answer_to_our_own_names_only(allowed: tuple[str, ...], host: str, is_fine: bool) -> None:
    origins = Origins(allowed)

    if is_fine:
        origins.check_host(host)
    else:
        with pytest.raises(InvalidRequestError):
            origins.check_host(host)


def test_the_public_address_is_ours_whatever_the_proxy_calls_us() -> None:
    origins = Origins(public_url="https://music.example/studio/")

    origins.check_sender(Asked("backend:8000", origin="https://music.example", has_cookie=True))
    with pytest.raises(NotAllowedError):
        origins.check_sender(Asked("backend:8000", origin="https://music.example.evil", has_cookie=True))


def test_whoever_asks_too_often_waits_and_others_do_not() -> None:
    rates, rate = Rates(), Rate(per_second=10, burst=3)

    for _ in range(3):
        rates.take("ann", rate, 0.0)
    with pytest.raises(TooManyRequestsError) as told:
        rates.take("ann", rate, 0.0)
    rates.take("bob", rate, 0.0)

    assert told.value.retry_after == pytest.approx(0.1)
    rates.take("ann", rate, 0.1)
    with pytest.raises(TooManyRequestsError):
        rates.take("ann", rate, 0.1)


def test_a_flood_of_strangers_is_told_when_to_come_back(tmp_path: Path) -> None:
    with served(tmp_path, limits__anonymous_per_second=1, server__worker_here=False) as studio:
        answers = [studio.get("/health") for _ in range(10)]
        refused = [answer for answer in answers if answer.status_code == 429]

        assert 5 <= len(refused) <= 6
        assert int(refused[0].headers["retry-after"]) >= 1


def test_everything_is_also_there_under_the_prefix(tmp_path: Path) -> None:
    with served(tmp_path, server__prefix="/music", server__worker_here=False) as studio:
        assert studio.get("/music/api/auth/options").json()["needsSetup"] is True
        assert studio.get("/music/health").status_code == 200


def test_what_cannot_be_read_says_so_and_a_browser_gets_its_page(studio: TestClient, anna: TestClient) -> None:
    asked = [studio.get("/upload"), studio.get("/api/convert-to-midi"), studio.head("/api/convert-to-midi")]

    assert [(answer.status_code, answer.headers.get("allow")) for answer in asked] == [(405, "POST")] * 3
    assert asked[0].json()["code"] == "method_not_allowed"
    assert studio.get("/login", headers={"accept": "text/html,*/*;q=0.8"}).status_code in {200, 503}
    assert studio.get("/api/nothing").status_code == 404
    assert anna.get("/batch-queue").json()["pending"] == 0


def test_wrong_ids_of_requests_are_not_repeated_into_the_log(studio: TestClient) -> None:
    good = studio.get("/health", headers={"x-request-id": "abcdefgh-1"}).headers["x-request-id"]
    bad = studio.get("/health", headers={"x-request-id": "x y <script>"}).headers["x-request-id"]

    assert good == "abcdefgh-1"
    assert "<" not in bad
