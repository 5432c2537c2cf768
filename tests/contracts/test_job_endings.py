"""A job's end writes its item, serves its songs and counts its links, all or nothing, on SQLite and on PostgreSQL."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from harmonix_splitter.adapters.database.browsing import SqlSongShelf
from harmonix_splitter.adapters.database.schema.jobs import jobs
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.domain.browsing import SongWish, Whose
from harmonix_splitter.domain.jobs import Job, JobStatus
from harmonix_splitter.domain.library import ItemStatus, LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.ports.jobs import Claim
from harmonix_splitter.services.ports.songs import SongQuery
from tests.fakes.library_rig import KARAOKE, Rig

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
VIDEO = "endings0000"


def claimed(rig: Rig, *users: str) -> Job:
    for user in users:
        rig.songs.request(user, youtube(VIDEO), KARAOKE)
    job = rig.jobs.record.claim("one", rig.clock.now())
    assert job is not None
    return job


def item_of(job: Job) -> LibraryItem:
    place = place_of(job.source.folder, job.recipe)
    return LibraryItem(
        item_id_of(place), VIDEO, job.source, job.recipe, place, ("vocals",), 1, NOON, "End", duration=9.5
    )


def song_of(rig: Rig, user: str) -> Song:
    return rig.songs.find(SongQuery(user))[0][0]


def test_everybody_who_waits_is_served_and_the_item_is_listed_as_it_was_heard(rig: Rig) -> None:
    analysis = {"tempo": {"bpm": 90.0}, "detected": ["piano"]}
    rig.library.record.put_recording(Recording(VIDEO, youtube(VIDEO), analysis=analysis))
    job = claimed(rig, "ann", "ben")
    item = item_of(job)

    served = rig.jobs.record.complete(Claim(job.id, job.fence), item, NOON)

    of_ann, of_ben = song_of(rig, "ann"), song_of(rig, "ben")
    assert served is not None and sorted(served) == sorted([of_ann.id, of_ben.id])
    assert of_ann.item_id == of_ben.item_id == item.id
    assert rig.jobs.job(job.id).status is JobStatus.COMPLETED
    assert rig.library.record.item(item.id).usage == 2
    listed = SqlSongShelf(rig.database).page(SongWish("eve", Whose.SHARED, words="end", instrument="piano"))
    assert [(line.facts.bpm, line.facts.instruments) for line in listed] == [(90.0, ("piano",))]


def test_who_joins_at_the_moment_of_the_end_is_served_too(rig: Rig) -> None:
    job = claimed(rig, "ann")
    served: list[list[str] | None] = []
    claim = Claim(job.id, job.fence)
    ending = threading.Thread(target=lambda: served.append(rig.jobs.record.complete(claim, item_of(job), NOON)))

    with rig.database.write() as joining:
        joining.execute(select(jobs).where(jobs.c.id == job.id).with_for_update())
        row = dict(joining.execute(select(songs)).mappings().one()) | {"id": "joined", "owner_id": "ben"}
        joining.execute(songs.insert(), [row])
        ending.start()
        ending.join(0.3)
        assert ending.is_alive(), "the end did not wait for who joined"
    ending.join()

    assert served[0] is not None and "joined" in served[0]
    assert song_of(rig, "ben").item_id == item_of(job).id
    assert rig.library.record.item(item_of(job).id).usage == 2


def test_a_claim_that_was_lost_writes_nothing(rig: Rig) -> None:
    job = claimed(rig, "ann")

    assert rig.jobs.record.complete(Claim(job.id, job.fence - 1), item_of(job), NOON) is None

    assert rig.library.record.items_of(VIDEO) == []
    assert song_of(rig, "ann").item_id == ""


def test_links_to_an_item_that_was_there_are_counted_with_those_who_waited(rig: Rig) -> None:
    job = claimed(rig, "ann")
    rig.library.record.put(item_of(job))
    rig.library.record.pin(item_of(job).id, True)
    rig.library.record.put_recording(Recording(VIDEO, youtube(VIDEO)))
    rig.songs.request("ben", youtube(VIDEO), KARAOKE)
    assert song_of(rig, "ben").item_id == item_of(job).id

    rig.jobs.record.complete(Claim(job.id, job.fence), item_of(job), NOON)

    written = rig.library.record.item(item_of(job).id)
    assert (written.usage, written.is_pinned) == (2, True)


def test_a_newer_version_sets_the_older_aside(rig: Rig) -> None:
    job = claimed(rig, "ann")
    older = item_of(job)
    rig.library.record.put(older)
    newer = replace(older, id="i-newer", place=f"{older.place}/2", version=2)

    rig.jobs.record.complete(Claim(job.id, job.fence), newer, NOON)

    assert {item.id: item.status for item in rig.library.record.items_of(VIDEO)} == {
        older.id: ItemStatus.EARLIER,
        newer.id: ItemStatus.PUBLISHED,
    }
