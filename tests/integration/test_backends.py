"""One suite on every way to run: SQLite and the local queue; PostgreSQL, Celery over Redis or RabbitMQ, and S3."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from harmonix_splitter.adapters.events.in_memory import InMemoryEvents
from harmonix_splitter.adapters.events.redis import RedisEvents
from harmonix_splitter.adapters.queues.celery import CeleryHints, CeleryQueue
from harmonix_splitter.adapters.queues.local import Doorbell, LocalWorkers
from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.object_store import ObjectStore
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.sources import youtube
from tests.fakes.library_rig import GROUPED, KARAOKE, Rig
from tests.faults.workers import QUICK, child, wait_until
from tests.servers import kill_broker, postgres_server, rabbitmq_server, redis_server, s3_server

PERFECT = "cNGjD0VG4R8"


@dataclass
class House:
    """One way to run: two nodes on the same record, queue and store, one of which works."""

    node: Rig
    other: Rig
    crew: LocalWorkers
    hints: CeleryHints | None = None
    broker: str = ""
    greeting: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(
    scope="module",
    params=[
        "sqlite-local",
        pytest.param("postgres-redis-s3", marks=[pytest.mark.postgres, pytest.mark.redis]),
        pytest.param("postgres-rabbitmq-s3", marks=[pytest.mark.postgres, pytest.mark.rabbitmq]),
    ],
)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with ExitStack() as servers:
        made = _local(folder) if request.param == "sqlite-local" else _scaled(folder, request.param, servers)
        made.crew.start()
        yield made
        if made.hints is not None:
            made.hints.stop()
        made.crew.stop()
        for rig in (made.node, made.other):
            rig.close()
            if isinstance(rig.events, RedisEvents):
                rig.events.close()


def _local(folder: Path) -> House:
    bell, events = Doorbell(), InMemoryEvents()
    rig = Rig(folder, queue=bell, events=events).create_tables()
    crew = LocalWorkers(rig.jobs, bell, lambda: child(rig), "node", 2, QUICK)
    return House(rig, Rig(folder, queue=bell, events=events), crew)


def _scaled(folder: Path, name: str, servers: ExitStack) -> House:
    database = servers.enter_context(postgres_server(folder))
    redis = servers.enter_context(redis_server(folder))
    broker = redis if "redis" in name else servers.enter_context(rabbitmq_server(folder))
    bucket, options = servers.enter_context(s3_server())
    greeting = {"bucket": bucket, "bucket_options": options}

    def node(place: Path, events: Any) -> Rig:
        storage = ObjectStore(Bucket(bucket, options), place / "cache")
        return Rig(place, database, queue=CeleryQueue(broker), events=events, own_storage=storage)

    worker = node(folder / "worker", RedisEvents(redis)).create_tables()
    bell = Doorbell()
    crew = LocalWorkers(worker.jobs, bell, lambda: child(worker, **greeting), "node", 2, QUICK, look_again=600.0)
    hints = CeleryHints(broker, bell.wake)
    hints.start()
    (folder / "web").mkdir()
    return House(worker, node(folder / "web", RedisEvents(redis)), crew, hints, broker, greeting)


def ended(rig: Rig, job_id: str) -> Callable[[], bool]:
    return lambda: not rig.jobs.job(job_id).is_live


def test_what_one_node_asks_for_another_does_and_both_serve(house: House) -> None:
    heard: list[str] = []
    stop = house.other.events.listen(["user:ann"], lambda _topic, event: heard.append(event["type"]))

    asked = house.other.songs.request("ann", youtube(PERFECT), KARAOKE)
    assert asked.job is not None
    wait_until(ended(house.other, asked.job.id))
    wait_until(lambda: "job_completed" in heard, 10)
    stop()

    song = house.other.songs.song(asked.song.id)
    assert house.other.jobs.job(asked.job.id).failure is None
    opened = house.other.library.open_stem(song.item_id, "vocals")
    assert opened.path.read_bytes() == f"vocalsaudio of {PERFECT}".encode()
    assert list(house.other.upkeep.verify()) == []


def test_known_songs_are_linked_at_once_on_every_node(house: House) -> None:
    for rig, user in ((house.node, "bob"), (house.other, "eve")):
        asked = rig.songs.request(user, youtube(PERFECT), KARAOKE)
        assert asked.song.is_instant, user


def test_a_file_sent_to_one_node_is_worked_on_by_another(house: House) -> None:
    sent = house.other.uploads.receive("My Song.wav", [b"RIFF of My Song"], 100)

    asked = house.other.songs.request_upload("ann", sent, KARAOKE)
    assert asked.job is not None
    wait_until(ended(house.other, asked.job.id))

    job, song = house.other.jobs.job(asked.job.id), house.other.songs.song(asked.song.id)
    assert (job.status, job.failure, song.is_playable) == (JobStatus.COMPLETED, None, True)


def test_another_recipe_and_a_cancelled_job_and_a_retry(house: House) -> None:
    asked = house.other.songs.request("ann", youtube("a" * 11), GROUPED)
    assert asked.job is not None
    try:
        house.other.jobs.cancel(asked.job.id, "ann")
        wait_until(ended(house.other, asked.job.id))
        house.other.jobs.retry(asked.job.id, "ann")
    except Exception as late:  # it may have been quicker than us: then there is nothing to cancel
        assert "cannot be" in str(late)
    wait_until(ended(house.other, asked.job.id))

    assert house.other.jobs.job(asked.job.id).status is JobStatus.COMPLETED
    assert house.other.songs.song(asked.song.id).is_playable


def test_a_hundred_askers_from_four_processes_share_one_job(house: House) -> None:
    house.crew._stopping.is_set = True
    house.crew.bell.wake("")
    context = get_context("spawn")
    with context.Pool(4) as pool:
        jobs = pool.starmap(_ask, [(house.other.folder, house.other.url, house.greeting, n) for n in range(4)])

    assert len({job for found in jobs for job in found}) == 1
    (job_id,) = {job for found in jobs for job in found}
    assert len(house.other.jobs.record.askers(job_id)) == 100
    claimed = house.node.jobs.claim("late", job_id)
    assert claimed is not None
    house.node.processing.run(claimed[1])
    assert house.node.library.record.item_of(f"youtube:{'z' * 11}", KARAOKE.key).usage >= 0  # type: ignore[union-attr]
    assert len(house.other.songs.record.linked(house.node.jobs.job(job_id).item_id)) == 100


def test_a_broker_that_is_killed_under_a_job_stops_neither_it_nor_the_next_one(house: House) -> None:
    if not house.broker:
        pytest.skip("the local queue has no broker to kill")
    jobs, rig = house.other.jobs, house.node
    late = LocalWorkers(
        rig.jobs, Doorbell(), lambda: child(rig, lasts=0.5, **house.greeting), "late", 1, QUICK, look_again=0.2
    )
    late.start()
    first = house.other.songs.request("ann", youtube("b" * 11), KARAOKE).job
    assert first is not None
    wait_until(lambda: jobs.job(first.id).stage == "separate")

    kill_broker(house.broker)
    second = house.other.songs.request("ann", youtube("c" * 11), KARAOKE).job
    assert second is not None
    wait_until(lambda: not jobs.job(first.id).is_live and not jobs.job(second.id).is_live)
    late.stop()

    assert [jobs.job(job.id).status for job in (first, second)] == [JobStatus.COMPLETED] * 2
    assert [jobs.job(job.id).attempts for job in (first, second)] == [1, 1]


def _ask(folder: Path, url: str, greeting: dict[str, Any], process: int) -> list[str]:
    bucket = Bucket(greeting["bucket"], greeting["bucket_options"]) if greeting else None
    storage = ObjectStore(bucket, folder / "cache") if bucket else None
    rig = Rig(folder, url, own_storage=storage)
    asked = [rig.songs.request(f"user{process}-{n}", youtube("z" * 11), KARAOKE) for n in range(25)]
    rig.close()
    return [one.job.id for one in asked if one.job is not None]
