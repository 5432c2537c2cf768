"""How fast the library answers at size: links, pages, single flight, claims.

Run: python -m benchmarks.library_at_size

Prints p50 and p99 in milliseconds, rates, and the CPU time of the process: on a busy machine trust the CPU time.
`--postgres` starts and measures a PostgreSQL instead of a SQLite file.
"""

import argparse
import math
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.library_seed import WORDS, fill
from sqlalchemy import update
from tests.fakes.library_rig import KARAOKE, Rig
from tests.servers import postgres_server

from harmonix_splitter.adapters.database.browsing import SqlSongShelf
from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.adapters.database.schema.jobs import turns
from harmonix_splitter.domain.browsing import SongWish, Whose, total_after
from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.jobs import Job, JobStatus
from harmonix_splitter.domain.library import LibraryItem, item_id_of, place_of
from harmonix_splitter.domain.songs import Song, SongFacts
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.ports.jobs import Claim
from harmonix_splitter.services.ports.library import ItemQuery

FIRST_JOBS = 15
CROWDS = 5
NARROWED: dict[str, dict[str, Any]] = {
    "searched": {"words": "perfect nig"},
    "searched, by tempo": {"words": "perfect nig", "sort": "bpm"},
    "in one key": {"camelot": "8A"},
    "of a tempo": {"least_bpm": 100.0, "most_bpm": 140.0},
    "of a tempo, by tempo": {"least_bpm": 100.0, "most_bpm": 140.0, "sort": "bpm"},
    "of a tempo nothing has": {"least_bpm": 500.0},
    "with an instrument": {"instrument": "piano"},
    "in one key, of a tempo, with an instrument, by title": {
        "camelot": "8A", "least_bpm": 100.0, "instrument": "piano", "sort": "title"},
    "of one artist": {"artist": "artist 7"},
}  # fmt: skip


def shown(name: str, times: list[float], cpu: float, wall: float) -> None:
    ordered = sorted(times)
    p99 = ordered[max(0, int(len(ordered) * 0.99) - 1)] * 1000
    print(
        f"{name:44} n={len(times):5} p50 {median(ordered) * 1000:8.2f} ms  p99 {p99:8.2f} ms  "
        f"{len(times) / wall:8.0f}/s  cpu {cpu / len(times) * 1e6:7.0f} us each"
    )


def measured(name: str, task: Callable[[int], object], rounds: int, threads: int = 1, pause: float = 0.0) -> None:
    """`threads` users, each asking again after thinking for `pause` seconds on average."""
    times: list[float] = []

    def user(number: int) -> None:
        chance = random.Random(number)
        for turn in range(rounds // threads):
            time.sleep(chance.uniform(0, 2 * pause))
            begin = time.perf_counter()
            task(number * rounds + turn)
            times.append(time.perf_counter() - begin)

    cpu, wall = time.process_time(), time.perf_counter()
    crowd = [threading.Thread(target=user, args=(number,)) for number in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    shown(name, times, time.process_time() - cpu, time.perf_counter() - wall)


def submit(folder: Path, url: str, count: int) -> tuple[int, float]:
    rig = Rig(folder, url)
    begin = time.perf_counter()
    for number in range(count):
        rig.songs.request(f"p{os.getpid()}-{number}", youtube(f"same{number:07d}"), KARAOKE)
    took = time.perf_counter() - begin
    rig.close()
    return count, took


def single_flight(rig: Rig, processes: int, each: int) -> None:
    before = sum(rig.jobs.record.count().values())
    begin = time.perf_counter()
    with get_context("spawn").Pool(processes) as pool:
        done = pool.starmap(submit, [(rig.folder, rig.url, each)] * processes)
    wall = time.perf_counter() - begin
    jobs = sum(rig.jobs.record.count().values()) - before
    total = sum(count for count, _ in done)
    rate = sum(count / took for count, took in done)
    print(
        f"single flight: {processes} processes, {total} requests, {each} songs: {jobs} jobs, {rate:.0f}/s, {wall:.1f} s"
    )


def claims(rig: Rig, count: int) -> None:
    for number in range(count):
        rig.songs.request(f"claimer{number % 20}", youtube(f"claim{number:06d}"), KARAOKE)
    cpu, begin = time.process_time(), time.perf_counter()
    finished = work_off(rig)
    wall = time.perf_counter() - begin
    each = (time.process_time() - cpu) / max(finished, 1) * 1e3
    print(f"claim and finish: {finished} jobs, {finished / wall:.0f}/s, cpu {each:.2f} ms each")
    floor = two_commits(rig, count)
    print(f"two bare commits of one row each: {floor:.0f}/s; ours is {finished / wall / floor:.2f} of that")


def work_off(rig: Rig, most: float = math.inf) -> int:
    finished = 0
    while finished < most and (job := rig.jobs.record.claim("bench", rig.clock.now())) is not None:
        place, now = place_of(job.source.folder, job.recipe), rig.clock.now()
        item = LibraryItem(item_id_of(place), job.id, job.source, job.recipe, place, (), 1, now)
        rig.jobs.record.complete(Claim(job.id, job.fence), item, now)
        finished += 1
    return finished


def worker(folder: Path, url: str, begins_at: float) -> float:
    """A worker runs for days: its first jobs, before which statements are read and planned, are not counted."""
    rig = Rig(folder, url)
    work_off(rig, FIRST_JOBS)
    time.sleep(max(0.0, begins_at - time.time()))
    work_off(rig)
    rig.close()
    return time.time()


def crowd_of_claims(rig: Rig, count: int, workers: int) -> None:
    """The same by several workers at once, each a process of its own as in earnest; they all begin together.

    Five crowds: one lasts for a second or two, and a machine that is not ours alone has better and worse ones."""
    rates: list[float] = []
    for crowd in range(CROWDS):
        for number in range(count + workers * FIRST_JOBS):
            rig.songs.request(f"claimer{number % 20}", youtube(f"crowd{crowd}{number:05d}"), KARAOKE)
        begins_at = time.time() + 8.0
        with get_context("spawn").Pool(workers) as pool:
            ended = pool.starmap(worker, [(rig.folder, rig.url, begins_at)] * workers, chunksize=1)
        rates.append(count / (max(ended) - begins_at))
    left = rig.jobs.record.count().get(JobStatus.PENDING, 0)
    each = ", ".join(f"{rate:.0f}" for rate in rates)
    print(f"claim and finish, {workers} workers, {count} jobs: {each}; median {median(rates):.0f}/s, {left} left over")


def bare_commit(rig: Rig) -> None:
    """What the disk and the machine allow: nothing is decided and nothing told."""
    with rig.database.write() as connection:
        connection.execute(_ONE_ROW)


def two_commits(rig: Rig, count: int) -> float:
    """The peer of a claim and its end."""
    begin = time.perf_counter()
    for _ in range(2 * count):
        bare_commit(rig)
    return count / (time.perf_counter() - begin)


def pages(rig: Rig) -> None:
    """What a page of the library asks: its lines, how many there are, and which of them are the asker's own."""
    shelf, songs = rig.library, rig.songs.record

    def page(wish: ItemQuery) -> None:
        found, _ = shelf.find(wish)
        songs.linked_among("user1", [item.id for item in found])

    for sort in ("recent", "title", "artist", "usage"):
        wishes = [ItemQuery(sort=sort, offset=50 * number) for number in range(40)]
        measured(f"page of 50 by {sort}", lambda turn, wishes=wishes: page(wishes[turn % 40]), 120)
    two = [ItemQuery(f"perfect {word}", "title", False) for word in WORDS]
    measured("search of two words, by title", lambda turn: page(two[turn % 12]), 120)
    typed = [ItemQuery(word[:length], "usage") for word in WORDS for length in range(1, len(word) + 1)]
    measured("search while typing, by usage", lambda turn: page(typed[turn % len(typed)]), 120)
    second = [ItemQuery(f"perfect {word[:length]}", "usage") for word in WORDS for length in (1, 2)]
    measured("search while typing a second word, by usage", lambda turn: page(second[turn % 24]), 120)
    measured("search that finds nothing", lambda _turn: page(ItemQuery("nobody", "title", False)), 120)


def browsed(rig: Rig) -> None:
    """The studio's own two lists."""
    shelf = SqlSongShelf(rig.database)

    def page(wish: SongWish) -> None:
        found = shelf.page(wish)
        total_after(len(found), wish.limit, wish.offset, lambda: shelf.count(wish))

    for whose in Whose:
        for sort in ("date_added", "title", "artist", "bpm", "rating"):
            wish = SongWish("user1", whose, sort=sort)
            measured(f"studio: {whose}, by {sort}", lambda _turn, wish=wish: page(wish), 30)
    for name, narrowed in NARROWED.items():
        for whose in Whose:
            wish = SongWish("user1", whose, **narrowed)
            measured(f"studio: {whose}, {name}", lambda _turn, wish=wish: page(wish), 30)


def links(rig: Rig, how_many: int) -> None:
    def link(turn: int) -> None:
        rig.songs.record.ask(*_asking(rig, turn, how_many))

    measured("known song -> link, one user", link, 500)
    measured("known song -> link, 50 users thinking 1 s", link, 1000, threads=50, pause=1.0)
    measured("the same, a bare commit of one row", lambda _: bare_commit(rig), 1000, threads=50, pause=1.0)
    measured("known song -> link, 50 users flat out", link, 1000, threads=50)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--items", type=int, default=100_000)
    options.add_argument("--users", type=int, default=1000)
    options.add_argument("--postgres", action="store_true", help="a PostgreSQL of its own instead of a SQLite file")
    options.add_argument("--only", nargs="*", default=["links", "pages", "browsed", "single_flight", "claims", "crowd"])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        url = servers.enter_context(postgres_server(Path(folder))) if chosen.postgres else ""
        rig = Rig(Path(folder), url)
        metadata.create_all(rig.database.engine)
        begin = time.perf_counter()
        fill(rig.database, chosen.items, chosen.users)
        with rig.database.write() as connection:
            connection.execute(turns.insert().values(user_id="bare", turn=0))
        took = time.perf_counter() - begin
        print(f"{chosen.items} items, {3 * chosen.items} links, {chosen.users} users, filled in {took:.0f} s")
        parts = {
            "links": lambda: links(rig, chosen.items),
            "pages": lambda: pages(rig),
            "browsed": lambda: browsed(rig),
            "single_flight": lambda: single_flight(rig, 4, 500),
            "claims": lambda: claims(rig, 500),
            "crowd": lambda: crowd_of_claims(rig, 500, 4),
        }
        for name in chosen.only:
            print(f"load {os.getloadavg()[0]:.1f}", flush=True)
            parts[name]()
        rig.close()


_ONE_ROW = update(turns).where(turns.c.user_id == "bare").values(turn=turns.c.turn + 1)


def _asking(rig: Rig, turn: int, how_many: int) -> tuple[Song, object]:
    source = youtube(f"{turn * 7919 % how_many:011d}")
    song = Song(new_id(), f"visitor{turn % 1000}", SongFacts("A", "B"), rig.clock.now(), source, KARAOKE)
    return song, Job(new_id(), source, KARAOKE, song.owner_id, rig.clock.now(), song.id)


if __name__ == "__main__":
    main()
