"""The short way of a player's next range: who may take it, and that it answers as the long way does."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.sound_lane import SOUND, SoundLane

CONTENT = bytes(range(200))
ANNA = {"authorization": "Bearer hx_anna", "range": "bytes=10-19"}


@dataclass
class LongWay:
    """Lets everybody in to one file and counts."""

    path: Path
    went: int = 0
    gate: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            identities=SimpleNamespace(version=0), house=SimpleNamespace(proxy=None)
        )
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.went += 1
        answer = scope[SOUND] = FileAnswer(self.path, tag="hash")
        await answer(scope, receive, send)


@pytest.fixture
def long_way(tmp_path: Path) -> LongWay:
    path = tmp_path / "bass.flac"
    path.write_bytes(CONTENT)
    return LongWay(path)


@pytest.fixture
def player(long_way: LongWay) -> TestClient:
    return TestClient(SoundLane(long_way, long_way.gate))


def test_the_next_part_of_a_sound_is_had_without_asking_again_who_one_is(long_way: LongWay, player: TestClient) -> None:
    first = player.get("/bass", headers=ANNA)
    second = player.get("/bass", headers=ANNA | {"range": "bytes=20-29"})

    assert long_way.went == 1
    assert (second.status_code, second.content) == (206, CONTENT[20:30])
    assert second.headers["content-range"] == "bytes 20-29/200"
    assert {"x-request-id", "x-content-type-options"} <= set(second.headers)
    assert {name: first.headers[name] for name in ("etag", "content-type", "cache-control")} == {
        name: second.headers[name] for name in ("etag", "content-type", "cache-control")
    }


@pytest.mark.parametrize(
    "other",
    [
        {"authorization": "Bearer hx_bob"},
        {"authorization": ""},
        {"cookie": "harmonix=another"},
        {"x-api-key": "hx_another"},
        {"host": "elsewhere.test"},
    ],
)
def test_whoever_shows_anything_else_goes_the_long_way(
    long_way: LongWay, player: TestClient, other: dict[str, str]
) -> None:
    player.get("/bass", headers=ANNA)

    player.get("/bass", headers=ANNA | other)

    assert long_way.went == 2


@pytest.mark.parametrize("address", ["/drums", "/bass?download=1"])
def test_another_address_is_another_sound(long_way: LongWay, player: TestClient, address: str) -> None:
    player.get("/bass", headers=ANNA)

    player.get(address, headers=ANNA)

    assert long_way.went == 2


def test_nothing_is_believed_once_somebody_signed_out(long_way: LongWay, player: TestClient) -> None:
    player.get("/bass", headers=ANNA)
    long_way.gate.identities.version += 1

    player.get("/bass", headers=ANNA)

    assert long_way.went == 2


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"range": "bytes=900-"}, 416), ({"if-none-match": '"hash"'}, 304), ({"if-match": '"other"'}, 412)],
)
def test_what_gets_no_part_is_refused_on_the_long_way(
    long_way: LongWay, player: TestClient, asked: dict[str, str], status: int
) -> None:
    player.get("/bass", headers=ANNA)

    assert player.get("/bass", headers=ANNA | asked).status_code == status
    assert long_way.went == 2


def test_behind_a_proxy_that_sends_files_every_request_goes_the_long_way(long_way: LongWay, player: TestClient) -> None:
    long_way.gate.house.proxy = object()
    player.get("/bass", headers=ANNA)

    player.get("/bass", headers=ANNA)

    assert long_way.went == 2
