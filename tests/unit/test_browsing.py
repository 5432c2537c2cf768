"""Looking through songs, on a real SQLite database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.browsing import SqlSongShelf
from harmonix_splitter.adapters.database.library_rows import put_item, put_recording
from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.adapters.database.schema.library import ratings
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.adapters.database.song_rows import song_to_row
from harmonix_splitter.domain.browsing import ListedSong, MusicFacts, SongWish, Whose
from harmonix_splitter.domain.library import LibraryItem, Recording
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import Song, SongFacts, SongStatus
from harmonix_splitter.domain.sources import upload
from harmonix_splitter.errors import InvalidRequestError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHELF: tuple[tuple[Any, ...], ...] = (
    # title, artist, bpm, camelot, what is heard, lyrics, owner ("" is nobody's)
    ("Low Tide", "Ada", 92.0, "8A", ["vocals", "guitar"], "la la", "anna"),
    ("High Noon", "Ben", 128.0, "8B", ["drums"], "", "anna"),
    ("Middle C", "Ada", 140.5, "3A", ["piano"], "", "anna"),
    ("Everybody's", "Cleo", 100.0, "8A", ["guitar"], "", ""),
    ("Ben's own", "Ben", 90.0, "1A", [], "", "ben"),
)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[SqlSongShelf]:
    database = Database(f"sqlite:///{tmp_path}/songs.sqlite3")
    metadata.create_all(database.engine)
    with database.write() as connection:
        for place, line in enumerate(SHELF):
            _put(connection, place, *line)
        connection.execute(ratings.insert().values(item_id="item1", user_id="anna", stars=5, comment="", rated_at=NOON))
    yield SqlSongShelf(database)
    database.close()


def _put(
    connection: Connection, place: int, title: str, artist: str, bpm: float | None, camelot: str, heard: list[str],
    words: str, owner: str,
) -> None:  # fmt: skip
    source, when = upload(f"{place:064x}"[::-1]), NOON + timedelta(minutes=place)
    analysis = {"tempo": {"bpm": bpm}, "key": {"key": "A", "scale": "minor", "camelot": camelot}, "detected": heard}
    put_recording(connection, Recording(f"rec{place}", source, analysis=analysis))
    item = LibraryItem(
        f"item{place}", f"rec{place}", source, Recipe(), f"{place}/x", ("vocals", "bass"), 10, when, title, artist
    )
    put_item(connection, item)
    if owner:
        facts = SongFacts(title, artist, plain_lyrics=words)
        song = Song(f"song{place}", owner, facts, when, source, Recipe(), SongStatus.COMPLETED, item_id=item.id)
        connection.execute(songs.insert().values(**song_to_row(song)))


def titles(page: list[ListedSong]) -> list[str]:
    return [line.song.facts.title if line.song else line.item.title if line.item else "?" for line in page]


def test_my_songs_come_newest_first_with_what_was_found_in_them(shelf: SqlSongShelf) -> None:
    page = shelf.page(SongWish("anna"))

    assert titles(page) == ["Middle C", "High Noon", "Low Tide"]
    assert page[0].facts.bpm == 140.5
    assert page[2].facts.instruments == ("vocals", "guitar")
    assert page[2].has_lyrics


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"camelot": "8A"}, ["Low Tide"]),
        ({"least_bpm": 100.0}, ["Middle C", "High Noon"]),
        ({"least_bpm": 100.0, "most_bpm": 130.0}, ["High Noon"]),
        ({"instrument": "guitar"}, ["Low Tide"]),
        ({"instrument": "guit"}, []),
        ({"with_lyrics": True}, ["Low Tide"]),
        ({"words": "TIDE ada"}, ["Low Tide"]),
        ({"words": "%"}, []),
        ({"artist": "Ada"}, ["Middle C", "Low Tide"]),
        ({"sort": "title"}, ["High Noon", "Low Tide", "Middle C"]),
        ({"sort": "bpm"}, ["Low Tide", "High Noon", "Middle C"]),
        ({"sort": "rating"}, ["High Noon", "Middle C", "Low Tide"]),
        ({"sort": "title", "limit": 1, "offset": 1}, ["Low Tide"]),
    ],
)
def test_a_wish_narrows_and_orders_the_list(shelf: SqlSongShelf, wish: dict[str, Any], expected: list[str]) -> None:
    assert titles(shelf.page(SongWish("anna", **wish))) == expected


def test_the_count_is_that_of_all_pages(shelf: SqlSongShelf) -> None:
    assert shelf.count(SongWish("anna", limit=1)) == 3
    assert shelf.count(SongWish("anna", camelot="8A")) == 1


def test_shared_is_what_others_had_made_and_i_do_not_have_yet(shelf: SqlSongShelf) -> None:
    page = shelf.page(SongWish("anna", Whose.SHARED))

    assert titles(page) == ["Ben's own", "Everybody's"]
    assert shelf.count(SongWish("anna", Whose.SHARED)) == 2


def test_shared_songs_can_be_filtered_too(shelf: SqlSongShelf) -> None:
    assert titles(shelf.page(SongWish("anna", Whose.SHARED, camelot="8A"))) == ["Everybody's"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, ["Nobody's", "Ben's own", "Everybody's"]),
        ({"sort": "bpm"}, ["Ben's own", "Everybody's", "Nobody's"]),
        ({"sort": "bpm", "least_bpm": 95.0}, ["Everybody's"]),
        ({"sort": "bpm", "limit": 1, "offset": 1}, ["Everybody's"]),
        ({"sort": "title", "most_bpm": 95.0}, ["Ben's own"]),
        ({"instrument": "guitar"}, ["Everybody's"]),
        ({"artist": "Ben"}, ["Ben's own"]),
        ({"artist": "ben"}, []),
        ({"sort": "rating"}, ["Everybody's", "Nobody's", "Ben's own"]),
        ({"sort": "rating", "limit": 2}, ["Everybody's", "Nobody's"]),
        ({"sort": "rating", "limit": 2, "offset": 1}, ["Nobody's", "Ben's own"]),
        ({"sort": "rating", "limit": 2, "offset": 2}, ["Ben's own"]),
        ({"sort": "rating", "limit": 1}, ["Everybody's"]),
        ({"sort": "rating", "words": "own"}, ["Ben's own"]),
        ({"sort": "rating", "camelot": "8A"}, ["Everybody's"]),
    ],
)
def test_what_others_have_is_narrowed_and_ordered(
    shelf: SqlSongShelf, wish: dict[str, Any], expected: list[str]
) -> None:
    with shelf.database.write() as connection:
        _put(connection, 5, "Nobody's", "Dora", None, "", [], "", "")
        connection.execute(ratings.insert().values(item_id="item3", user_id="anna", stars=2, rated_at=NOON))
        connection.execute(ratings.insert().values(item_id="item4", user_id="ben", stars=5, rated_at=NOON))

    assert titles(shelf.page(SongWish("anna", Whose.SHARED, **wish))) == expected


@pytest.mark.parametrize("sort", ["bpm", "rating"])
def test_the_orders_of_what_others_have_are_walked_and_never_sorted(shelf: SqlSongShelf, sort: str) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(shelf.database.engine, "before_cursor_execute", lambda *heard: asked.append((heard[2], heard[3])))
    shelf.page(SongWish("anna", Whose.SHARED, sort=sort))
    statement, values = next(one for one in reversed(asked) if "ORDER BY" in one[0])

    with shelf.database.read() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]

    assert any("SEARCH library_items USING INDEX" in step for step in plan)
    assert not [step for step in plan if "ORDER BY" in step]


@pytest.mark.parametrize(
    "document",
    [None, {}, {"tempo": 120, "key": "C major"}, {"tempo": {"bpm": "fast"}, "key": {"key": 7}, "detected": "drums"}],
)
def test_the_analysis_of_another_program_is_read_as_far_as_it_means_the_same(document: dict[str, Any] | None) -> None:
    assert MusicFacts.of(document) == MusicFacts()


def test_a_slowest_tempo_above_the_fastest_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="slowest"):
        SongWish("anna", least_bpm=120, most_bpm=90)


def test_an_unknown_item_has_no_facts(shelf: SqlSongShelf) -> None:
    assert shelf.facts("nothing").bpm is None
