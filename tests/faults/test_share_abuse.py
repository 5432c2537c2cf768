"""People who mean harm in live sessions: numbers that are none, floods, guesses. What is compared is work, not time."""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from harmonix_splitter.adapters.media.share_codecs import OpusChunkDecoder, OpusChunkEncoder
from harmonix_splitter.adapters.share_stores.in_memory import InMemoryShareStore
from harmonix_splitter.adapters.share_stores.redis import RedisShareStore
from harmonix_splitter.api.share_bodies import chunk_of
from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.errors import HarmonixError, NotFoundError, TooManyRequestsError
from harmonix_splitter.services.sharing import SharingService
from tests.fakes.clock import FakeClock
from tests.studios import served

NOW = 1_700_000_000_000
SOUND = base64.b64encode(b"\0" * 80).decode()


_CODES = count(100_000)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("share"), sharing__bearer_token="tiger", logging__console="off") as client:
        client.headers.update({"Authorization": "Bearer tiger"})
        # A machine so slow that it cannot flood must not change what we find.
        client.app.state.studio.sharing.posts.per_second = 0.001  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def room(client: TestClient) -> Iterator[str]:
    """The path of a session of the test's own."""
    code = str(next(_CODES))
    client.post("/api/share/start", json={"sessionId": code}).raise_for_status()
    yield f"/api/share/{code}"
    client.post(f"/api/share/{code}/stop")


def _chunk(number: str, **more: str) -> bytes:
    said = {"data": json.dumps(SOUND), "sequenceNumber": number, **more}
    return b"{%s}" % ",".join(f'"{name}":{value}' for name, value in said.items()).encode()


NO_NUMBERS = ["NaN", "-Infinity", "1e999", '"NaN"', "true", "null", "1.5", "[1]", "9007199254740992", "-1", "7 7"]


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_a_number_that_is_none_is_refused_and_the_next_chunk_is_heard(
    client: TestClient, room: str, number: str
) -> None:
    spoilt = [
        client.post(f"{room}/audio", content=body) for body in (_chunk(number), _chunk("0", sampleRate=number))
    ] + [client.get(f"{room}/audio", params={"since": f"{number}!"})]
    told = client.post(f"{room}/metadata", content=b'{"title":"x","elapsedSeconds":%s}' % number.encode())

    assert {answer.status_code for answer in spoilt} <= {400, 422}
    assert told.status_code in {200, 400}
    assert client.post(f"{room}/audio", content=_chunk("0")).json()["buffered"] is True
    assert [chunk["sequenceNumber"] for chunk in client.get(f"{room}/audio?since=-1").json()] == [0]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(NO_NUMBERS), st.integers(-(2**64), 2**64).map(str)), max_size=12))
def test_no_row_of_numbers_pins_the_window(numbers: list[str]) -> None:
    """After each of them the sharer's next chunk is kept, and heard by whoever has heard all before it."""

    async def play() -> None:
        sharing = SharingService(InMemoryShareStore(), FakeClock(), lambda: "token")
        await sharing.start("123456")
        await sharing.post_chunk("123456", "", chunk_of(_chunk("0"), NOW))
        for number in numbers:
            with suppress(HarmonixError):
                await sharing.post_chunk("123456", "", chunk_of(_chunk(number), NOW))
            head = (await sharing.chunks("123456", -1)).head
            kept = await sharing.post_chunk("123456", "", chunk_of(_chunk(str(head + 1)), NOW))
            heard = (await sharing.chunks("123456", head)).chunks
            assert kept.buffered
            assert [chunk.sequence for chunk in heard] == [head + 1]

    asyncio.run(play())


def test_samples_that_are_no_numbers_do_not_reach_the_loudspeakers_of_opus_listeners() -> None:
    wave = np.sin(np.arange(44_100) / 20).astype("<f4")
    spoilt = wave.copy()
    spoilt[1_000:2_000], spoilt[3_000:4_000] = np.nan, np.inf
    encoder, decoder = OpusChunkEncoder(), OpusChunkDecoder()

    heard = [decoder.decode(encoder.encode(Chunk(0, each.tobytes()))).payload for each in (wave, spoilt, wave)]

    samples = [np.frombuffer(each, "<f4") for each in heard]
    assert all(np.isfinite(each).all() for each in samples)
    assert samples[2].std() == pytest.approx(wave.std(), rel=0.1)


def test_the_last_of_two_equal_keys_counts_and_bombs_of_json_are_bad_requests(client: TestClient, room: str) -> None:
    twice = client.post(f"{room}/audio", content=_chunk("7", **{"sequenceNumber ": "8"}).replace(b"Number ", b"Number"))
    bombs = [b'{"data":' + b"[" * 100_000, b'{"data":"' + b"\\u0041" * 100_000 + b"!" + b'","sequenceNumber":9}',
             _chunk("9", data='"' + "=" * 100_000 + '"'), _chunk("9", data='"' + "A" * 1_100_000 + '"')]  # fmt: skip
    refused = [client.post(f"{room}/audio", content=bomb).status_code for bomb in bombs]

    assert twice.status_code == 200
    assert set(refused) <= {400, 413, 422}
    assert [chunk["sequenceNumber"] for chunk in client.get(f"{room}/audio?since=-1").json()] == [8]


class CountedBody:
    """A post whose body is asked for, or not."""

    def __init__(self) -> None:
        self.read = 0

    async def __call__(self) -> dict[str, Any]:
        self.read += 1
        return {"type": "http.request", "body": _chunk("0"), "more_body": False}


async def _posted(client: TestClient, path: str, body: CountedBody) -> tuple[int, dict[bytes, bytes]]:
    headers = {"host": "studio.test", "authorization": "Bearer tiger", "content-type": "application/json"}
    scope = {"type": "http", "method": "POST", "scheme": "http", "path": path, "raw_path": path.encode(),
             "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1), "server": ("studio.test", 80),
             "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    await client.app(scope, body, send)  # type: ignore[arg-type]
    return said[0]["status"], dict(said[0]["headers"])


def test_a_flood_is_refused_unread_and_costs_its_neighbour_nothing(client: TestClient, room: str) -> None:
    client.post("/api/share/start", json={"sessionId": "222222"}).raise_for_status()
    flood, neighbour = CountedBody(), CountedBody()

    async def both() -> tuple[list[tuple[int, dict[bytes, bytes]]], int]:
        answers = [await _posted(client, f"{room}/audio", flood) for _ in range(500)]
        return answers, (await _posted(client, "/api/share/222222/audio", neighbour))[0]

    answers, beside = asyncio.run(both())

    served = sum(status == 200 for status, _ in answers)
    assert flood.read == served == 40
    assert all(int(headers[b"retry-after"]) >= 1 for status, headers in answers if status != 200)
    assert beside == 200


def test_guessing_looks_the_same_whether_a_session_never_was_or_has_ended(client: TestClient, room: str) -> None:
    client.post(f"{room}/stop").raise_for_status()

    for what in ("audio", "metadata"):
        ended, never = client.get(f"{room}/{what}"), client.get(f"/api/share/999999/{what}")

        assert (ended.status_code, ended.content, list(ended.headers)) == (404, never.content, list(never.headers))


class Watched(InMemoryShareStore):
    """A store that says what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        if name in {"chunks", "metadata", "facts", "heard", "present"}:
            self.asked.append(name)
        return super().__getattribute__(name)


async def test_whoever_guesses_too_much_learns_nothing_and_makes_no_work() -> None:
    store = Watched()
    sharing = SharingService(store, FakeClock(), lambda: "token")
    await sharing.start("123456")
    for number in range(20):
        with pytest.raises(NotFoundError):
            await sharing.facts(f"{900_000 + number}", "guesser")
    before = len(store.asked)

    for code in ("123456", "999999"):
        for ask in (sharing.chunks(code, -1, "guesser"), sharing.metadata(code, "guesser")):
            with pytest.raises(TooManyRequestsError):
                await ask

    assert len(store.asked) == before
    assert (await sharing.facts("123456", "somebody else")).active


async def test_listeners_of_a_session_without_a_title_are_not_taken_for_guessers() -> None:
    sharing = SharingService(InMemoryShareStore(), FakeClock(), lambda: "token")
    await sharing.start("123456")
    for _ in range(100):
        with pytest.raises(NotFoundError):
            await sharing.metadata("123456", "listener")

    assert (await sharing.chunks("123456", -1, "listener")).chunks == ()


@pytest.mark.redis
async def test_redis_does_the_same_work_for_an_id_that_ended_and_one_that_never_was(redis_url: str) -> None:
    store = RedisShareStore(redis_url)
    await store._redis.flushall()
    await store.start("123456", "", NOW)
    await store.stop("123456", "", NOW)

    async def work(room: str) -> dict[str, int]:
        await store._redis.config_resetstat()
        for ask in (store.chunks(room, -1, NOW, "guesser"), store.metadata(room, NOW, "guesser")):
            with pytest.raises(NotFoundError):
                await ask
        stats = await store._redis.info("commandstats")
        return {
            name: told["calls"]
            for name, told in stats.items()
            if name not in {"cmdstat_info", "cmdstat_config|resetstat"}
        }

    await work("999999")
    ended, never = await work("123456"), await work("999999")
    await store.close()

    assert ended == never
