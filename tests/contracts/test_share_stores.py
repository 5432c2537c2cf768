"""The share store's promises, kept by both stores, and the two compared step by step on random histories."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from harmonix_splitter.adapters.share_stores.in_memory import InMemoryShareStore
from harmonix_splitter.adapters.share_stores.redis import RedisShareStore
from harmonix_splitter.domain.sharing import Chunk, ShareLimits, checked_metadata
from harmonix_splitter.errors import (
    ChunkRefusedError,
    ConflictError,
    HarmonixError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from harmonix_splitter.services.ports.sharing import ShareStore

ROOM = "123456"
NOW = 1_700_000_000_000
LIMITS = ShareLimits()
SOUND = b"\1\0\0\0" * 44_100


def chunk(sequence: int, received: int = NOW, sound: bytes = SOUND) -> Chunk:
    return Chunk(sequence, sound, received=received, timestamp=5)


def _another(store: ShareStore) -> ShareStore:
    """The same store as another server sees it."""
    if not isinstance(store, RedisShareStore):
        return store
    at = store._redis.connection_pool.connection_kwargs
    return RedisShareStore(f"redis://{at['host']}:{at['port']}/{at['db']}")


async def _said(store: ShareStore, field: str, now: int = NOW) -> object:
    said = await store.metadata(ROOM, now)
    assert said is not None
    return said[field]


@pytest.fixture(params=["in_memory", pytest.param("redis", marks=pytest.mark.redis)])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[ShareStore]:
    if request.param == "in_memory":
        yield InMemoryShareStore()
        return
    redis = RedisShareStore(request.getfixturevalue("redis_url"))
    await redis._redis.flushall()
    yield redis
    await redis.close()


async def test_an_id_in_use_is_refused_and_a_stopped_one_is_not(store: ShareStore) -> None:
    first = await store.start(ROOM, "", NOW)
    with pytest.raises(ConflictError):
        await store.start(ROOM, "", NOW + 1)

    await store.stop(ROOM, "", NOW + 2)

    assert await store.start(ROOM, "", NOW + 3) > first


async def test_two_hundred_starts_fill_exactly_fifty_sessions(store: ShareStore) -> None:
    ids = [f"{100_000 + number}" for number in range(200)]

    answers = await asyncio.gather(*(store.start(name, "", NOW) for name in ids), return_exceptions=True)

    assert sum(isinstance(answer, int) for answer in answers) == 50
    assert sum(isinstance(answer, UnavailableError) for answer in answers) == 150
    assert len(await store.active(NOW)) == 50


async def test_one_id_is_won_once(store: ShareStore) -> None:
    answers = await asyncio.gather(*(store.start(ROOM, "", NOW) for _ in range(100)), return_exceptions=True)

    assert sum(isinstance(answer, int) for answer in answers) == 1


async def test_a_session_where_everybody_plays_takes_no_sound(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW, "item of a song")
    with pytest.raises(ConflictError):
        await store.append(ROOM, "", chunk(0), NOW)

    transport = {"position": 12.5, "playing": True, "levels": {"bass": 0.5}, "mutes": ["drums"], "at": NOW}
    await store.put_metadata(ROOM, "", {**checked_metadata({"title": "One"}), "transport": transport}, NOW)

    assert await _said(store, "transport") == transport
    assert (await store.facts(ROOM, NOW)).item == "item of a song"
    assert (await store.stop(ROOM, "", NOW)).chunks == 0
    await store.start(ROOM, "", NOW + 1)
    assert (await store.append(ROOM, "", chunk(0), NOW + 1)).buffered is True


async def test_late_posts_are_put_in_order(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    for number in (0, 2, 1, 3):
        await store.append(ROOM, "", chunk(number), NOW)

    served = await store.chunks(ROOM, 0, NOW)

    assert [each.sequence for each in served.chunks] == [1, 2, 3]
    assert served.chunks[0] == chunk(1)


async def test_repeating_a_post_changes_nothing(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    await store.append(ROOM, "", chunk(0), NOW)

    again = await store.append(ROOM, "", chunk(0, sound=b"\2" * 8), NOW + 1)

    assert again.duplicate
    assert (await store.chunks(ROOM, -1, NOW)).chunks == (chunk(0),)


async def test_a_rogue_number_is_refused_and_pins_nothing(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    await store.append(ROOM, "", chunk(7), NOW)

    with pytest.raises(ChunkRefusedError):
        await store.append(ROOM, "", chunk(2**52), NOW)
    await store.append(ROOM, "", chunk(8), NOW)

    assert [each.sequence for each in (await store.chunks(ROOM, 7, NOW)).chunks] == [8]


async def test_only_the_publisher_may_post_and_stop(store: ShareStore) -> None:
    await store.start(ROOM, "mine", NOW)

    for attempt in (
        store.append(ROOM, "other", chunk(0), NOW),
        store.put_metadata(ROOM, "", {"title": "x"}, NOW),
        store.stop(ROOM, "other", NOW),
    ):
        with pytest.raises(NotAllowedError):
            await attempt
    assert (await store.append(ROOM, "mine", chunk(0), NOW)).buffered


async def test_metadata_ages_and_sound_keeps_it_fresh(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    said = {"title": "Grüße", "hasSyncedLyrics": True, "elapsedSeconds": 4.25, "timestamp": 9, "lyrics": None}
    await store.put_metadata(ROOM, "", said, NOW)

    assert await _said(store, "title", NOW + 29_999) == "Grüße"
    assert await store.metadata(ROOM, NOW + 30_000) is None
    with pytest.raises(NotFoundError):
        await store.metadata("999999", NOW)


async def test_nothing_of_a_former_life_is_delivered(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    await store.append(ROOM, "", chunk(900), NOW)
    await store.put_metadata(ROOM, "", {"title": "old"}, NOW)
    await store.stop(ROOM, "", NOW + 1)
    await store.start(ROOM, "", NOW + 2)

    assert (await store.chunks(ROOM, -1, NOW + 2)).chunks == ()
    assert await store.metadata(ROOM, NOW + 2) is None
    assert (await store.append(ROOM, "", chunk(0), NOW + 3)).buffered


async def test_listeners_count_while_they_are_heard_of(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    await store.heard(ROOM, "a", NOW)
    await store.heard(ROOM, "b", NOW)

    assert await store.heard(ROOM, "a", NOW + 9_000) == 2
    facts = await store.facts(ROOM, NOW + 12_000)
    assert (facts.listeners, facts.peak_listeners, facts.unique_listeners) == (1, 2, 2)


async def test_whoever_polls_is_there(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    await store.chunks(ROOM, -1, NOW, "polls sound")
    await store.metadata(ROOM, NOW, "polls titles")
    await store.chunks(ROOM, -1, NOW)

    assert await store.present(ROOM, NOW) == ["polls sound", "polls titles"]
    assert (await store.facts(ROOM, NOW)).peak_listeners == 2


async def test_a_chunk_fetched_by_one_server_is_what_another_was_given(store: ShareStore) -> None:
    """Servers keep what passes through them: that must never be told from what the store holds."""
    await store.start(ROOM, "", NOW)
    for number in range(3):
        await store.append(ROOM, "", chunk(number, NOW + number), NOW + number)
    other = _another(store)

    first, again = await other.chunks(ROOM, 0, NOW + 3), await other.chunks(ROOM, 0, NOW + 3)
    own = await store.chunks(ROOM, 0, NOW + 3)
    await store.stop(ROOM, "", NOW + 4)
    await store.start(ROOM, "", NOW + 5)
    await store.append(ROOM, "", chunk(1, NOW + 6, b"\2" * 8), NOW + 6)

    assert first == again == own
    assert [each.sequence for each in first.chunks] == [1, 2]
    assert (await other.chunks(ROOM, -1, NOW + 6)).chunks == (chunk(1, NOW + 6, b"\2" * 8),)
    if other is not store:
        await other.close()


async def test_followers_hear_sound_words_and_the_end(store: ShareStore) -> None:
    await store.start(ROOM, "", NOW)
    heard: list[str] = []
    follows = asyncio.Event()

    async def listen() -> None:
        async for news in store.follow(ROOM):
            heard.append(news.kind)
            follows.set()
            if news.kind == "stopped":
                return

    listening = asyncio.create_task(listen())
    await follows.wait()
    await store.append(ROOM, "", chunk(0), NOW)
    await store.put_metadata(ROOM, "", {"title": "x"}, NOW)
    await store.stop(ROOM, "", NOW)
    await asyncio.wait_for(listening, 10)

    assert heard == ["following", "chunk", "metadata", "stopped"]


@pytest.mark.redis
async def test_no_key_lives_for_ever(redis_url: str) -> None:
    store = RedisShareStore(redis_url)
    await store._redis.flushall()
    await store.start(ROOM, "", NOW)
    await store.append(ROOM, "", chunk(0), NOW)
    await store.put_metadata(ROOM, "", {"title": "x"}, NOW)
    await store.heard(ROOM, "a", NOW)

    lives = {key: await store._redis.pttl(key) for key in await store._redis.keys("*")}

    assert {b"session:123456", b"session:123456:metadata", b"session:123456:audio", b"sessions"} <= set(lives)
    assert all(life > 0 for life in lives.values()), lives
    assert await store._redis.hget("session:123456:metadata", "title") == b"x"
    await store.close()


class TwoStores(RuleBasedStateMachine):
    """Whatever is done to one store is done to the other: the answers must not differ."""

    redis_url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.limits = ShareLimits(sessions=2, window_length=2_000, window_chunks=4)
        self.memory = InMemoryShareStore(self.limits)
        self.redis = RedisShareStore(self.redis_url, self.limits)
        self.elsewhere = RedisShareStore(self.redis_url, self.limits)
        self.now = NOW

    @initialize()
    def empty(self) -> None:
        self.loop.run_until_complete(self.redis._redis.flushall())

    @rule(milliseconds=st.sampled_from([0, 1, 100, 299, 300, 5_000, 9_999, 10_000, 30_000, 300_000, 900_000]))
    def wait(self, milliseconds: int) -> None:
        self.now += milliseconds

    @rule(session=st.sampled_from(["111111", "222222", "333333"]), publisher=st.sampled_from(["", "a", "b"]))
    def start(self, session: str, publisher: str) -> None:
        self.same(lambda store: store.start(session, publisher, self.now))

    @rule(
        session=st.sampled_from(["111111", "222222"]),
        publisher=st.sampled_from(["", "a"]),
        sequence=st.one_of(st.integers(0, 12), st.sampled_from([1_005, 2_000, 2**53 - 1])),
        frames=st.sampled_from([22_050, 4_410]),
    )
    def append(self, session: str, publisher: str, sequence: int, frames: int) -> None:
        piece = Chunk(sequence, b"\0" * frames * 8, received=self.now)
        self.same(lambda store: store.append(session, publisher, piece, self.now))

    @rule(session=st.sampled_from(["111111", "222222"]), since=st.integers(-1, 14), listener=st.sampled_from(["", "x"]))
    def chunks(self, session: str, since: int, listener: str) -> None:
        self.same(lambda store: store.chunks(session, since, self.now, listener))
        self.same(lambda store: self.cold(store).chunks(session, since, self.now, listener))

    @rule(session=st.sampled_from(["111111", "222222"]), title=st.text(max_size=5))
    def metadata(self, session: str, title: str) -> None:
        self.same(lambda store: store.put_metadata(session, "", {"title": title, "totalSeconds": 3.5}, self.now))
        self.same(lambda store: store.metadata(session, self.now + 30_000, title))
        self.same(lambda store: _title(store, session, self.now))

    @rule(session=st.sampled_from(["111111", "222222"]), publisher=st.sampled_from(["", "a"]))
    def stop(self, session: str, publisher: str) -> None:
        self.same(lambda store: store.stop(session, publisher, self.now))

    @rule(session=st.sampled_from(["111111", "222222"]), listener=st.sampled_from(["x", "y"]))
    def listen(self, session: str, listener: str) -> None:
        self.same(lambda store: store.heard(session, listener, self.now))
        self.same(lambda store: store.present(session, self.now))

    @rule(session=st.sampled_from(["111111", "222222", "333333"]))
    def look(self, session: str) -> None:
        self.same(lambda store: store.facts(session, self.now))
        self.same(lambda store: _names(store, self.now))

    def cold(self, store: Any) -> Any:
        """Another server on the same Redis, which has seen none of the posts."""
        return self.elsewhere if store is self.redis else store

    def same(self, call: Callable[[Any], Any]) -> None:
        answers = [self.loop.run_until_complete(_outcome(call(store))) for store in (self.memory, self.redis)]
        assert answers[0] == answers[1]

    def teardown(self) -> None:
        self.loop.run_until_complete(self.redis.close())
        self.loop.run_until_complete(self.elsewhere.close())
        self.loop.close()


async def _outcome(call: Any) -> Any:
    try:
        return await call
    except HarmonixError as refused:
        return type(refused)


async def _title(store: ShareStore, session: str, now: int) -> Any:
    said = await store.metadata(session, now)
    return said and said["title"]


async def _names(store: ShareStore, now: int) -> list[str]:
    return sorted(facts.session for facts in await store.active(now))


@pytest.mark.redis
def test_both_stores_answer_every_history_alike(redis_url: str) -> None:
    TwoStores.redis_url = redis_url
    quick = settings(
        max_examples=60,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )

    run_state_machine_as_test(TwoStores, settings=quick)
