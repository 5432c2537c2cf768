"""Redis in trouble under live sessions: slow, hanging, forgetful, restarted, full. Sharing waits and goes on."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harmonix_splitter.adapters.share_stores.redis import RedisShareStore
from harmonix_splitter.adapters.share_stores.redis_lines import MOST_UNANSWERED
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
    store._lines.patience = 0.3
    epoch = await store.start(ROOM, "", NOW)
    process = await _redis(store)

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
    assert (await anext(news)).kind == "following"
    coming = asyncio.ensure_future(anext(news))

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


class SlowWay:
    """A way to Redis on which every answer takes its time; it counts the questions that were under way at once."""

    def __init__(self, url: str, seconds: float) -> None:
        self.target, self.seconds = urlsplit(url), seconds
        self.under_way = self.most = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection(self.target.hostname, self.target.port)

        async def there() -> None:
            while data := await reader.read(1 << 16):
                self.under_way += data.count(b"EVAL")
                self.most = max(self.most, self.under_way)
                outer.write(data)
            outer.close()

        async def back() -> None:
            while data := await inner.read(1 << 16):
                asyncio.get_running_loop().call_later(self.seconds, self.hand_over, writer, data)

        await asyncio.gather(there(), back())

    def hand_over(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        self.under_way = 0
        writer.write(data)


async def test_a_slow_redis_keeps_nobody_waiting_for_the_others(url: str) -> None:
    """A fifth of a second each: posts go on their way together, none is refused, all come in order."""
    slow = SlowWay(url, 0.2)
    server = await asyncio.start_server(slow.carry, "127.0.0.1", 0)
    store = RedisShareStore(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    await store.start(ROOM, "", NOW)

    kept = await asyncio.gather(*(store.append(ROOM, "", Chunk(number, b"\0" * 8), NOW) for number in range(40)))
    heard = await store.chunks(ROOM, 0, NOW)
    await store.close()
    server.close()

    assert all(each.buffered for each in kept)
    assert [each.sequence for each in heard.chunks] == list(range(1, 11))
    assert slow.most > 10


async def test_a_crowd_that_asks_in_one_moment_is_not_refused(store: RedisShareStore) -> None:
    await store.start(ROOM, "", NOW)

    answers = await asyncio.gather(*(store.chunks(ROOM, -1, NOW, f"ear{number}") for number in range(1_000)))

    assert len(answers) == 1_000


async def test_what_waits_for_a_hanging_redis_is_bounded(store: RedisShareStore) -> None:
    """A chunk is 176 kB and fifty sessions post: what cannot be asked soon is refused at once."""
    store._lines.patience = 1
    await store.start(ROOM, "", NOW)
    process = await _redis(store)

    os.kill(process, signal.SIGSTOP)
    try:
        posts = [asyncio.ensure_future(store.append(ROOM, "", chunk(number), NOW)) for number in range(400)]
        await asyncio.sleep(0.1)
        refused = sum(post.done() for post in posts)
        waiting = sum(line.unanswered for line in store._lines._lines)
    finally:
        os.kill(process, signal.SIGCONT)
    answers = await asyncio.gather(*posts, return_exceptions=True)

    size = len(chunk(0).payload)
    assert 400 * size > MOST_UNANSWERED > waiting - 2 * size
    assert refused >= 400 - MOST_UNANSWERED // size
    assert sum(isinstance(answer, UnavailableError) for answer in answers) >= refused
    assert (await store.append(ROOM, "", chunk(500), NOW)).buffered
