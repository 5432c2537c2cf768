"""Searching the library answers as reading every title would, on SQLite with its index of words and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from harmonix_splitter.adapters.database.browsing import SqlSongShelf
from harmonix_splitter.adapters.database.library_rows import facts_to_row, item_to_row
from harmonix_splitter.adapters.database.schema.library import items
from harmonix_splitter.adapters.database.word_index import FEW, has_word_index, index_words
from harmonix_splitter.domain.browsing import MusicFacts, SongWish, Whose
from harmonix_splitter.domain.library import ItemStatus, LibraryItem
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.sources import upload
from harmonix_splitter.services.ports.library import ItemQuery
from tests.fakes.library_rig import Rig

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
TITLES = (
    "Perfect Night", "perfect day", "Unperfect", "Straße nach Köln", "STRASSE", "İstanbul", "Cafe\u0301", "Café",
    "100 % Love_Song", "50/50 * (live) AND OR NOT NEAR", "say \"yes\" 'no'", "日本語の歌", "🎤🎸 party", "ab", "a b c",
    "Donaudampfschifffahrtsgesellschaft", "tab\tand\x01bell",
)  # fmt: skip
LETTERS = "abeéßİstr%_/*\"'^(){}:-+.日本語🎤 \\"


def item(number: int, title: str) -> LibraryItem:
    source = upload(f"{number:064}"[::-1])
    at = NOON + timedelta(minutes=number)
    return LibraryItem(f"i{number:04}", f"r{number}", source, Recipe(), f"{number}/x", ("vocals",), 1, at, title)


def put(rig: Rig, *titles: str) -> list[LibraryItem]:
    made = [item(number, title) for number, title in enumerate(titles)]
    with rig.database.write() as connection:
        connection.execute(items.insert(), [item_to_row(each) for each in made])
    return made


def titled(rig: Rig, words: str) -> list[str]:
    return [found.title for found in rig.library.record.find(ItemQuery(words, "title", False))]


def seen_by_eye(made: list[LibraryItem], words: str) -> list[str]:
    wanted = words.casefold().split()
    return sorted(
        each.id for each in made if all(word in f"{each.title}  {each.source.id}".casefold() for word in wanted)
    )


def test_every_search_answers_as_reading_all_titles_would(rig: Rig) -> None:
    made = put(rig, *TITLES, *("common perfect title" for _ in range(FEW + 5)))
    shelf = SqlSongShelf(rig.database)

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.text(LETTERS, max_size=5) | st.sampled_from(TITLES), max_size=3).map(" ".join))
    @example("perfect")
    @example("PERFECT nig")
    @example("common perfect")
    @example("common e")
    @example("e")
    @example("c o")
    @example("perfect perf e")
    @example("on")
    @example("donaudampfschifffahrtsgesellschaft")
    @example("donaudampfschifffahrtsgezellschaft")
    @example("onaudampfschifffahrtsges")
    @example("d\x01b an")
    @example("nobody")
    @example("strasse")
    @example("\"yes\" 'no'")
    @example("NEAR( AND")
    @example('say"(or')
    def search(words: str) -> None:
        expected = seen_by_eye(made, words)
        query = ItemQuery(words, limit=1000)

        assert sorted(found.id for found in rig.library.record.find(query)) == expected
        assert rig.library.record.count(query) == len(expected)
        wish = SongWish("ann", Whose.SHARED, words, limit=1000)
        assert sorted(line.item.id for line in shelf.page(wish) if line.item) == expected
        assert shelf.count(wish) == len(expected)

    search()


def test_a_search_follows_every_change_of_an_item(rig: Rig) -> None:
    first, second = put(rig, "Morning Song", "Evening Song")[:2]
    shelf = rig.library.record

    shelf.put(item(0, "Midnight Song"))
    assert (titled(rig, "morning"), titled(rig, "midnight")) == ([], ["Midnight Song"])
    shelf.set_status(first.id, ItemStatus.ARCHIVED, NOON)
    assert (titled(rig, "song"), shelf.count(ItemQuery("song"))) == (["Evening Song"], 1)
    shelf.set_status(first.id, ItemStatus.PUBLISHED, NOON)
    assert titled(rig, "song") == ["Evening Song", "Midnight Song"]
    shelf.forget(second.id)
    assert (titled(rig, "evening"), shelf.count(ItemQuery("song"))) == ([], 1)


def heard(rig: Rig, number: int, *instruments: str, bpm: float = 100.0) -> None:
    with rig.database.write() as connection:
        facts = facts_to_row(MusicFacts(bpm=bpm, instruments=instruments))
        connection.execute(update(items).where(items.c.id == f"i{number:04}").values(**facts))


def found_with(rig: Rig, **wish: Any) -> list[str]:
    shelf, asked = SqlSongShelf(rig.database), SongWish("ann", Whose.SHARED, sort="title", limit=1000, **wish)
    page = [line.item.title for line in shelf.page(asked) if line.item]
    assert shelf.count(asked) == len(page)
    return page


def test_what_plays_is_found_and_followed(rig: Rig) -> None:
    titles = ["Morning Song", "Evening Song", *("Noon" for _ in range(FEW + 5))]
    put(rig, *titles)
    heard(rig, 0, "piano", "electric guitar", "x/iflute")
    for number in range(1, len(titles)):
        heard(rig, number, "drums", *(["piano"] if number % 2 else []))

    assert found_with(rig, instrument="piano", words="song") == ["Evening Song", "Morning Song"]
    assert found_with(rig, instrument="piano", words="ev") == ["Evening Song"]
    assert len(found_with(rig, instrument="drums")) == len(titles) - 1
    assert len(found_with(rig, instrument="drums", words="o", artist="")) == len(titles) - 1
    assert found_with(rig, instrument="electric_guitar") == ["Morning Song"]
    assert found_with(rig, instrument="electric") == found_with(rig, instrument="flute") == []
    heard(rig, 0, "flute")
    assert found_with(rig, instrument="electric_guitar") == []
    assert found_with(rig, instrument="flute") == ["Morning Song"]


def test_more_instruments_than_are_kept_are_cut_between_two(rig: Rig) -> None:
    put(rig, "Orchestra")
    heard(rig, 0, *("violin" for _ in range(16)), "piccolo")

    assert found_with(rig, instrument="violin") == ["Orchestra"]
    assert found_with(rig, instrument="piccol") == found_with(rig, instrument="piccolo") == []


def test_a_tempo_few_have_and_one_that_many_have_are_found_alike(rig: Rig) -> None:
    put(rig, *(f"Song {number:04}" for number in range(FEW + 5)))
    for number in range(FEW + 5):
        heard(rig, number, bpm=200.0 if number in {7, 3} else 100.0)
    rig.library.record.set_status("i0003", ItemStatus.ARCHIVED, NOON)

    for sort in ("title", "bpm", "date_added"):
        asked = SongWish("ann", Whose.SHARED, least_bpm=150.0, most_bpm=250.0, sort=sort)
        page = SqlSongShelf(rig.database).page(asked)
        assert [line.item.title for line in page if line.item] == ["Song 0007"]
    assert len(found_with(rig, least_bpm=50.0)) == FEW + 4
    assert found_with(rig, least_bpm=300.0) == []


def test_archived_items_are_searched_too_where_they_are_asked_for(rig: Rig) -> None:
    kept = put(rig, "Morning Song", "Evening Song")[0]
    rig.library.record.set_status(kept.id, ItemStatus.ARCHIVED, NOON)

    found = rig.library.record.find(ItemQuery("song", status=ItemStatus.ARCHIVED))

    assert [each.title for each in found] == ["Morning Song"]
    assert rig.library.record.count(ItemQuery("song", status=None)) == 2


def test_a_database_that_was_packed_tight_is_searched_as_before(tmp_path: Path) -> None:
    rig = Rig(tmp_path).create_tables()
    put(rig, *TITLES)
    for number in range(0, len(TITLES), 2):
        rig.library.record.forget(f"i{number:04}")
    with rig.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")

    assert titled(rig, "perfect") == ["perfect day"]
    assert titled(rig, "strasse") == ["Straße nach Köln"]
    rig.close()


def test_an_index_made_later_knows_what_was_there_before(tmp_path: Path) -> None:
    rig = Rig(tmp_path).create_tables()
    with rig.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE library_words")
        for step in ("added", "gone", "left", "came"):
            connection.exec_driver_sql(f"DROP TRIGGER library_words_{step}")
    put(rig, *TITLES)

    without = titled(rig, "perfect")
    with rig.database.write() as connection:
        assert not has_word_index(connection)
        index_words(connection)

    assert titled(rig, "perfect") == without == ["perfect day", "Perfect Night", "Unperfect"]
    rig.close()
