"""Signing in through a real OpenID provider on this machine, and through what only claims to be one."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.jose import JsonWebKey, jwt
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi.testclient import TestClient

from tests.studios import ORIGIN, person, served

CLIENT, SECRET = "studio", "provider-secret"


@dataclass
class Provider:
    """An OpenID provider: one person, one key, codes that are good once."""

    key: Any = field(default_factory=lambda: JsonWebKey.generate_key("RSA", 2048, {"kid": "1"}, is_private=True))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    address: str = ""

    def allow(self, asked: dict[str, str]) -> str:
        """The person says yes: a code for this request."""
        self.codes["code-1"] = asked
        return "code-1"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if asked is None or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "sub": "7", "nonce": asked["nonce"], "iat": now, "exp": now + 60}
        claims |= {"preferred_username": "anna", "email": "anna@example.org", "name": "Anna A"} | self.lies
        signer = self.key if self.algorithm == "RS256" else "" if self.algorithm == "none" else self.key.as_pem(False)
        header = {"alg": self.algorithm, "kid": "1"}
        id_token = unsigned(header, claims) if self.algorithm == "none" else jwt.encode(header, claims, signer).decode()
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": id_token}


def unsigned(header: dict[str, str], claims: dict[str, Any]) -> str:
    from authlib.common.encoding import to_unicode, urlsafe_b64encode

    parts = [to_unicode(urlsafe_b64encode(json.dumps(part).encode())) for part in (header, claims)]
    return ".".join([*parts, ""])


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            about = {"issuer": made.address, "authorization_endpoint": f"{made.address}/authorize"}
            about |= {"token_endpoint": f"{made.address}/token", "jwks_uri": f"{made.address}/keys"}
            keys = {"keys": [made.key.as_dict(is_private=False)]}
            self._answer(200, keys if self.path == "/keys" else about)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer(*made.token({name: values[0] for name, values in parse_qs(body).items()}))

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def studio(provider: Provider, tmp_path: Path) -> Iterator[TestClient]:
    told = {"accounts__oidc_issuer": provider.address, "accounts__oidc_client_id": CLIENT}
    told |= {"accounts__oidc_client_secret": SECRET, "accounts__sign_up": "open"}
    with served(tmp_path, server__worker_here=False, **told) as client:
        yield client


def fresh(studio: TestClient) -> TestClient:
    browser = TestClient(studio.app, base_url=ORIGIN, follow_redirects=False)
    browser.headers["origin"] = ORIGIN
    return browser


def begun(browser: TestClient) -> dict[str, str]:
    """What the browser carries to the provider."""
    answer = browser.get("/api/oidc/start")
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def through(browser: TestClient, provider: Provider) -> Any:
    asked = begun(browser)
    return browser.get("/api/oidc/callback", params={"code": provider.allow(asked), "state": asked["state"]})


def test_somebody_comes_in_by_the_provider_and_comes_back_as_the_same(studio: TestClient, provider: Provider) -> None:
    assert through(studio, provider).status_code == 303
    first = studio.get("/api/auth/me").json()
    again = fresh(studio)
    through(again, provider)

    assert (first["name"], first["displayName"], first["role"]) == ("anna", "Anna A", "member")
    assert again.get("/api/auth/me").json()["id"] == first["id"]


def test_the_same_address_does_not_take_over_an_account(studio: TestClient, provider: Provider) -> None:
    anna = person(studio, "anna")

    through(fresh_browser := fresh(studio), provider)

    assert fresh_browser.get("/api/auth/me").json()["id"] != anna.get("/api/auth/me").json()["id"]


def test_whoever_is_signed_in_connects_the_two(studio: TestClient, provider: Provider) -> None:
    anna = person(studio, "anna")

    through(anna, provider)
    through(other := fresh(studio), provider)

    assert other.get("/api/auth/me").json()["id"] == anna.get("/api/auth/me").json()["id"]


LIES = [
    {"aud": "somebody-else"},
    {"iss": "https://evil.example"},
    {"nonce": "another"},
    {"exp": 1},
]


@pytest.mark.parametrize("lies", LIES)
def test_an_answer_that_was_not_made_for_us_now_proves_nothing(
    studio: TestClient, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies

    assert through(studio, provider).status_code == 403
    assert studio.get("/api/auth/me").status_code == 401


def test_an_unsigned_answer_proves_nothing(studio: TestClient, provider: Provider) -> None:
    provider.algorithm = "none"

    assert through(studio, provider).status_code == 403


def test_an_answer_signed_with_another_key_proves_nothing(studio: TestClient, provider: Provider) -> None:
    asked = begun(studio)
    code = provider.allow(asked)
    published, provider.key = provider.key, JsonWebKey.generate_key("RSA", 2048, {"kid": "1"}, is_private=True)
    signed = provider.token

    def then_show_the_old_key(form: dict[str, str]) -> Any:
        answer = signed(form)
        provider.key = published
        return answer

    provider.token = then_show_the_old_key  # type: ignore[method-assign]

    assert studio.get("/api/oidc/callback", params={"code": code, "state": asked["state"]}).status_code == 403


def test_an_answer_nobody_asked_for_is_refused(studio: TestClient, provider: Provider) -> None:
    asked = begun(studio)
    code = provider.allow(asked)

    assert fresh(studio).get("/api/oidc/callback", params={"code": code, "state": asked["state"]}).status_code == 403
    assert studio.get("/api/oidc/callback", params={"code": code, "state": "other"}).status_code == 403
    assert studio.get("/api/oidc/callback", params={"state": asked["state"]}).status_code == 403


def test_without_a_provider_there_is_no_such_door(tmp_path: Path) -> None:
    with served(tmp_path, server__worker_here=False) as studio:
        assert studio.get("/api/oidc/start").status_code == 404
        assert studio.get("/api/auth/options").json()["oidc"] is False
