"""How fast the library answers at size: links, pages, single flight, claims.

Run: python -m benchmarks.library_at_size

Prints p50 and p99 in milliseconds, rates, and the CPU time of the process: on a busy machine trust the CPU time.
`--database postgresql+psycopg://...` measures that instead of a fresh SQLite file.
"""

import argparse
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from tests.fakes.library_rig import KARAOKE, Rig

from harmonix_splitter.adapters.database.library_rows import item_to_row, recording_to_row
from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.adapters.database.schema.library import items, recordings, sources
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.adapters.database.song_rows import song_to_row
from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.songs import Song, SongFacts
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.ports.library import ItemQuery

WORDS = ["love", "night", "river", "dance", "perfect", "home", "fire", "blue", "heart", "rain", "city", "gold"]


def fill(rig: Rig, how_many: int, users: int) -> None:
    """Items, each linked by three users on average."""
    chance, now = random.Random(1), rig.clock.now()
    for start in range(0, how_many, 5000):
        rows: tuple[list[dict], list[dict], list[dict], list[dict]] = ([], [], [], [])
        for number in range(start, min(start + 5000, how_many)):
            video = f"{number:011d}"
            title, artist = " ".join(chance.choices(WORDS, k=3)), f"Artist {chance.randrange(5000)}"
            source, place = youtube(video), place_of(video, KARAOKE)
            item = LibraryItem(item_id_of(place), video, source, KARAOKE, place, ("vocals", "instrumental"), 20_000_000,
                               now, title, artist, chance.uniform(120, 300))  # fmt: skip
            rows[0].append(recording_to_row(Recording(video, source, title, artist, item.duration, created_at=now)))
            rows[1].append({"source_key": source.key, "recording_id": video, "starts_at": 0.0})
            rows[2].append(item_to_row(item))
            for user in chance.sample(range(users), 3):
                song = Song(new_id(), f"user{user}", SongFacts(title, artist), now, source, KARAOKE)
                rows[3].append(song_to_row(song.linked_to(item.id, at_once=True)))
        with rig.database.write() as connection:
            for table, values in zip((recordings, sources, items, songs), rows, strict=True):
                connection.execute(table.insert(), values)
    if rig.database.is_sqlite:
        with rig.database.write() as connection:
            connection.exec_driver_sql("ANALYZE")


def shown(name: str, times: list[float], cpu: float, wall: float) -> None:
    ordered = sorted(times)
    p99 = ordered[max(0, int(len(ordered) * 0.99) - 1)] * 1000
    print(
        f"{name:44} n={len(times):5} p50 {statistics.median(ordered) * 1000:8.2f} ms  p99 {p99:8.2f} ms  "
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
    from harmonix_splitter.services.ports.jobs import Claim

    finished = 0
    cpu, begin = time.process_time(), time.perf_counter()
    while finished < count:
        job = rig.jobs.record.claim("bench", rig.clock.now())
        if job is None:
            break
        place = place_of(job.source.folder, job.recipe)
        now = rig.clock.now()
        item = LibraryItem(new_id()[:32], job.id, job.source, job.recipe, place, (), 1, now)
        rig.jobs.record.complete(Claim(job.id, job.fence), item, rig.clock.now())
        finished += 1
    wall = time.perf_counter() - begin
    each = (time.process_time() - cpu) / max(finished, 1) * 1e3
    print(f"claim and finish: {finished} jobs, {finished / wall:.0f}/s, cpu {each:.2f} ms each")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--items", type=int, default=100_000)
    options.add_argument("--users", type=int, default=1000)
    options.add_argument("--database", default="")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(Path(folder), chosen.database)
        metadata.create_all(rig.database.engine)
        begin = time.perf_counter()
        fill(rig, chosen.items, chosen.users)
        took = time.perf_counter() - begin
        print(f"{chosen.items} items, {3 * chosen.items} links, {chosen.users} users, filled in {took:.0f} s")
        print(f"load {os.getloadavg()[0]:.1f}")

        def link(turn: int) -> None:
            rig.songs.record.ask(*_asking(rig, turn, chosen.items))

        measured("known song -> link, one user", link, 300)
        measured("known song -> link, 50 users thinking 1 s", link, 1000, threads=50, pause=1.0)
        measured("known song -> link, 50 users flat out", link, 1000, threads=50)
        shelf = rig.library
        for sort in ("recent", "title", "artist", "usage"):
            pages = [ItemQuery(sort=sort, offset=50 * number) for number in range(40)]
            measured(f"page of 50 by {sort}", lambda turn, pages=pages: shelf.record.find(pages[turn % 40]), 60)
        measured("count of the whole library", lambda _turn: shelf.record.count(ItemQuery()), 60)
        two = [ItemQuery(f"perfect {word}", "title", False) for word in WORDS]
        measured("search of two words, by title", lambda turn: shelf.record.find(two[turn % 12]), 60)
        none = ItemQuery("nobody", "title", False)
        measured("search that finds nothing", lambda _turn: shelf.record.find(none), 60)
        single_flight(rig, 4, 500)
        claims(rig, 500)
        rig.close()


def _asking(rig: Rig, turn: int, how_many: int) -> tuple[Song, object]:
    from harmonix_splitter.domain.jobs import Job

    source = youtube(f"{turn * 7919 % how_many:011d}")
    song = Song(new_id(), f"visitor{turn % 1000}", SongFacts("A", "B"), rig.clock.now(), source, KARAOKE)
    return song, Job(new_id(), source, KARAOKE, song.owner_id, rig.clock.now(), song.id)


if __name__ == "__main__":
    main()
