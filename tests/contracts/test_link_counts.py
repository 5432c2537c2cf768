"""How many people link to an item is true after every change, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import update

from harmonix_splitter.adapters.database.schema.library import items
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.ports.library import ItemQuery
from tests.fakes.library_rig import GROUPED, KARAOKE, Rig

VIDEO = "cNGjD0VG4R8"


@pytest.fixture
def item(rig: Rig) -> LibraryItem:
    return rig.make(VIDEO)


def usage(rig: Rig, item: LibraryItem) -> int:
    return rig.library.item(item.id).usage


def test_whoever_waited_for_an_item_links_to_it_when_it_is_done(rig: Rig) -> None:
    for user in ("ann", "bob"):
        rig.songs.request(user, youtube(VIDEO), KARAOKE)
    rig.work()

    assert [item.usage for item in rig.library.find(ItemQuery())[0]] == [2]


def test_a_person_counts_once_however_many_songs_they_link(rig: Rig, item: LibraryItem) -> None:
    assert usage(rig, item) == 1
    song = rig.songs.request("bob", youtube(VIDEO), KARAOKE).song
    rig.songs.record.save(replace(song, id="another-card"))

    assert usage(rig, item) == 2


def test_a_deleted_song_no_longer_counts(rig: Rig, item: LibraryItem) -> None:
    song = rig.songs.request("bob", youtube(VIDEO), KARAOKE).song
    rig.songs.delete(song.id, "bob")

    assert usage(rig, item) == 1


def test_a_song_that_moves_to_another_recipe_leaves_the_first_item(rig: Rig, item: LibraryItem) -> None:
    song = rig.songs.request("bob", youtube(VIDEO), KARAOKE).song
    rig.songs.start(song.id, "bob", youtube(VIDEO), GROUPED)

    assert usage(rig, item) == 1


def test_many_who_link_the_same_item_at_once_are_all_counted(rig: Rig, item: LibraryItem) -> None:
    def link(number: int) -> None:
        rig.songs.request(f"user{number}", youtube(VIDEO), KARAOKE)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(link, range(24)))

    assert usage(rig, item) == 25


def test_the_most_used_come_first(rig: Rig, item: LibraryItem) -> None:
    other = rig.make("o" * 11, user="cid")
    rig.songs.request("bob", youtube("o" * 11), KARAOKE)

    found, total = rig.library.find(ItemQuery(sort="usage"))

    assert [each.id for each in found] == [other.id, item.id]
    assert total == 2


def test_a_wrong_count_is_put_right_by_a_look_at_the_library(rig: Rig, item: LibraryItem) -> None:
    with rig.database.write() as connection:
        connection.execute(update(items).values(usage=99))

    assert rig.library.record.recount() == 1
    assert usage(rig, item) == 1
    assert rig.library.record.recount() == 0
