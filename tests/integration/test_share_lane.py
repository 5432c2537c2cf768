"""Posts and polls with the share token go past the gate; what they are answered must not differ for it."""

import base64
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.api.routes.sharing import token_check
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Role
from tests.studios import PASSWORD, served

ROOM = "/songrequests/api/share/123456"
TOKEN = {"Authorization": "Bearer tiger"}
SOUND = bytes(range(256)) * 8


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    flags = {
        "sharing__bearer_token": "tiger",
        "server__allowed_hosts": ["studio.test"],
        "server__prefix": "/songrequests",
    }
    with served(tmp_path_factory.mktemp("lane"), **flags) as client:
        client.post("/songrequests/api/share/start", json={"sessionId": "123456"}, headers=TOKEN).raise_for_status()
        yield client


def _chunk(number: int, data: str) -> bytes:
    return b'{"data":%s,"sequenceNumber":%d,"sampleRate":44100,"channels":2}' % (data.encode(), number)


def test_a_plus_sign_may_be_escaped_as_the_known_client_does(client: TestClient) -> None:
    text = base64.b64encode(SOUND).decode()
    assert "+" in text

    posted = client.post(f"{ROOM}/audio", content=_chunk(0, f'"{text}"'.replace("+", "\\u002B")), headers=TOKEN)
    heard = client.get(f"{ROOM}/audio?since=-1", headers=TOKEN)

    assert posted.status_code == 200
    assert heard.json()[0]["data"] == text


@pytest.mark.parametrize("data", ["5", "null", '"AA"', '"A\\u002"', '["AAAA"]', '"A'])
def test_sound_that_is_no_text_in_base64_is_refused(client: TestClient, data: str) -> None:
    assert client.post(f"{ROOM}/audio", content=_chunk(9, data), headers=TOKEN).status_code in {400, 422}


def test_a_members_key_opens_what_the_token_opens_and_nothing_else_does(client: TestClient) -> None:
    studio = client.app.state.studio  # type: ignore[attr-defined]
    key = {"Authorization": f"Bearer {_key(studio)}"}

    codes = [
        client.post(f"{ROOM}/metadata", json={"title": "x"}, headers=headers).status_code
        for headers in (
            TOKEN,
            key,
            {"Authorization": "Bearer "},
            {"Authorization": ""},
            {"Authorization": "Bearer tige"},
        )
    ]

    assert codes == [200, 200, 401, 401, 401]


def test_an_empty_token_opens_nothing_on_a_server_without_one() -> None:
    assert not any(token_check("")(given) for given in (b"", b"Bearer ", b"Bearer"))


def test_the_lane_answers_to_our_names_only_and_dresses_like_the_gate(client: TestClient) -> None:
    foreign = client.get(f"{ROOM}/audio", headers={**TOKEN, "host": "evil.test"})
    key = {"Authorization": f"Bearer {_key(client.app.state.studio, 'bert')}"}  # type: ignore[attr-defined]
    fast, slow = (client.get(f"{ROOM}/status", headers=headers) for headers in (TOKEN, key))

    assert (fast.status_code, fast.json()) == (200, slow.json())
    assert foreign.status_code == 400
    assert set(slow.headers) - set(fast.headers) <= {"content-type", "content-length", "x-request-id"}


def test_the_prefix_is_part_of_the_way(client: TestClient) -> None:
    assert client.post(f"{ROOM}/metadata", json={"title": "x"}, headers=TOKEN).status_code == 200


def _key(studio: Studio, name: str = "anna") -> str:
    people = studio.accounts.people
    anna = people.create(people.new_user(name, role=Role.MEMBER), PASSWORD)
    return studio.accounts.keys.make(anna, "key", ["read", "write"], None)[1]
