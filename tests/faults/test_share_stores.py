"""Redis in trouble under live sessions: it hangs, forgets everything, restarts, is full. Sharing waits and goes on."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harmonix_splitter.adapters.share_stores.redis import RedisShareStore
from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.errors import NotFoundError, UnavailableError
from tests.servers import redis_server

pytestmark = pytest.mark.redis
ROOM, NOW = "123456", 1_700_000_000_000
SOUND = b"\1\0\0\0" * 44_100


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with redis_server(tmp_path, "--maxmemory", "8mb", "--maxmemory-policy", "noeviction") as url:
        yield url


@pytest.fixture
async def store(url: str) -> AsyncIterator[RedisShareStore]:
    store = RedisShareStore(url)
    yield store
    await store.close()


def chunk(number: int) -> Chunk:
    return Chunk(number, SOUND, received=NOW)


async def _redis(store: RedisShareStore) -> int:
    return int((await store._redis.info("server"))["process_id"])


async def test_a_hanging_redis_is_a_sentence_and_goes_on_where_it_was(store: RedisShareStore) -> None:
    epoch = await store.start(ROOM, "", NOW)
    process = await _redis(store)
    store._lines.patience = 0.3

    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(UnavailableError) as told:
            await store.append(ROOM, "", chunk(0), NOW)
    finally:
        os.kill(process, signal.SIGCONT)

    assert told.value.retry_after > 0
    again = await store.append(ROOM, "", chunk(1), NOW)
    assert (again.buffered, again.epoch) == (True, epoch)


async def test_when_redis_forgets_everything_the_session_starts_anew_and_says_so(store: RedisShareStore) -> None:
    first = await store.start(ROOM, "", NOW)
    await store._redis.flushall()
    await store._redis.script_flush()

    with pytest.raises(NotFoundError):
        await store.append(ROOM, "", chunk(7), NOW + 1)

    assert await store.start(ROOM, "", NOW + 2) > first
    assert (await store.append(ROOM, "", chunk(0), NOW + 3)).buffered


async def test_cut_connections_are_replaced_without_anybody_noticing(store: RedisShareStore) -> None:
    epoch = await store.start(ROOM, "", NOW)
    await asyncio.gather(*(store.append(ROOM, "", chunk(number), NOW) for number in range(4)))
    await store._redis.client_kill_filter(_type="normal")

    kept = await asyncio.gather(*(store.append(ROOM, "", chunk(number), NOW) for number in range(4, 8)))

    assert [(each.buffered, each.epoch) for each in kept] == [(True, epoch)] * 4
    assert (await store.facts(ROOM, NOW)).chunks == 8


async def test_a_restarted_redis_is_found_again_and_knows_no_script(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        store = RedisShareStore(url)
        await store.start(ROOM, "", NOW)
    with pytest.raises(UnavailableError):
        await store.append(ROOM, "", chunk(0), NOW)

    with redis_server(tmp_path, port=urlsplit(url).port or 0):
        await _reachable(store)
        with pytest.raises(NotFoundError):
            await store.append(ROOM, "", chunk(0), NOW)
        await store.start(ROOM, "", NOW + 1)
        kept = await store.append(ROOM, "", chunk(0), NOW + 2)
        await store.close()

    assert kept.buffered


async def _reachable(store: RedisShareStore) -> None:
    for _ in range(500):
        try:
            await store.active(NOW)
            return
        except UnavailableError:
            await asyncio.sleep(0.02)
    raise AssertionError("Redis did not come back")


async def test_followers_hear_that_redis_is_gone(store: RedisShareStore, url: str) -> None:
    await store.start(ROOM, "", NOW)
    news = store.follow(ROOM)
    coming = asyncio.ensure_future(anext(news))
    await _subscribed(store)

    await store._redis.client_kill_filter(_type="pubsub")

    with pytest.raises(UnavailableError):
        await asyncio.wait_for(coming, 20)


async def _subscribed(store: RedisShareStore) -> None:
    for _ in range(2_000):
        if (await store._redis.pubsub_numsub(f"share:{ROOM}"))[0][1]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody subscribed")


async def test_a_full_redis_refuses_chunks_and_keeps_every_session(store: RedisShareStore) -> None:
    rooms = [f"{100_000 + number}" for number in range(12)]
    for room in rooms:
        await store.start(room, "", NOW)
    refused = 0
    for number in range(8):
        for room in rooms:
            try:
                await store.append(room, "", chunk(number), NOW)
            except UnavailableError:
                refused += 1

    assert refused
    assert sorted(facts.session for facts in await store.active(NOW)) == rooms


async def test_a_late_write_leaves_no_key_behind(store: RedisShareStore) -> None:
    await store.start(ROOM, "", NOW)
    after_life = NOW + store.limits.session_life

    for late in (store.append(ROOM, "", chunk(0), after_life), store.put_metadata(ROOM, "", {"title": "x"}, after_life),
                 store.heard(ROOM, "anna", after_life)):  # fmt: skip
        with pytest.raises(NotFoundError):
            await late

    assert await store._redis.keys("session:*") == []


@pytest.fixture
def deaf(url: str) -> Iterator[None]:
    """A subscriber that never reads."""
    command = ["redis-cli", "-u", url, "subscribe", f"share:{ROOM}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as follower:
        yield
        follower.kill()


@pytest.mark.usefixtures("deaf")
async def test_a_dead_follower_does_not_hold_the_others_up(store: RedisShareStore) -> None:
    """Redis drops it at its buffer's limit, appends go on."""
    await store.start(ROOM, "", NOW)
    await store._redis.config_set("client-output-buffer-limit", "pubsub 1mb 1mb 1")
    await _subscribed(store)

    for number in range(40):
        assert (await store.append(ROOM, "", chunk(number), NOW)).buffered
