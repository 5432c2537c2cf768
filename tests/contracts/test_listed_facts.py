"""What a list shows and sorts by is what the analysis says now, on SQLite and on PostgreSQL."""

import threading
from datetime import UTC, datetime
from typing import Any

from harmonix_splitter.adapters.database.browsing import SqlSongShelf
from harmonix_splitter.adapters.database.library_rows import put_item
from harmonix_splitter.domain.browsing import MusicFacts, SongWish, Whose
from harmonix_splitter.domain.library import LibraryItem, Recording
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.sources import youtube
from tests.fakes.library_rig import Rig

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SLOW = {"tempo": {"bpm": 80.0}, "key": {"key": "C", "scale": "major", "camelot": "8B"}, "detected": ["bass", "drums"]}
FAST = {"tempo": {"bpm": 160.5}, "detected": ["piano"]}
SEEN_SLOW = MusicFacts(80.0, "C", "major", "8B", ("bass", "drums"))
SEEN_FAST = MusicFacts(160.5, instruments=("piano",))


def recording(video: str, analysis: dict[str, Any] | None = None) -> Recording:
    return Recording(video, youtube(video), video, analysis=analysis)


def item(video: str) -> LibraryItem:
    return LibraryItem(f"i-{video}", video, youtube(video), Recipe(), f"{video}/x", ("vocals",), 1, NOON, video)


def listed(rig: Rig, **wish: Any) -> dict[str, MusicFacts]:
    page = SqlSongShelf(rig.database).page(SongWish("ann", Whose.SHARED, **wish))
    return {line.item.title: line.facts for line in page if line.item}


def test_an_item_is_listed_with_its_analysis_whichever_was_there_first(rig: Rig) -> None:
    shelf = rig.library.record
    shelf.put_recording(recording("before00000", SLOW))
    shelf.put(item("before00000"))
    shelf.put(item("after000000"))
    shelf.put_recording(recording("after000000", FAST))
    shelf.put(item("nothing0000"))

    assert listed(rig) == {"before00000": SEEN_SLOW, "after000000": SEEN_FAST, "nothing0000": MusicFacts()}
    assert list(listed(rig, sort="bpm")) == ["before00000", "after000000", "nothing0000"]
    assert list(listed(rig, most_bpm=100.0)) == ["before00000"]
    assert list(listed(rig, instrument="piano")) == ["after000000"]


def test_a_corrected_or_lost_analysis_changes_the_list_and_a_refreshed_item_keeps_it(rig: Rig) -> None:
    shelf = rig.library.record
    shelf.put_recording(recording("corrected00", SLOW))
    shelf.put(item("corrected00"))

    shelf.save_analysis("corrected00", FAST)
    shelf.put(item("corrected00"))
    assert listed(rig) == {"corrected00": SEEN_FAST}
    shelf.put_recording(recording("corrected00"))
    assert listed(rig) == {"corrected00": MusicFacts()}


def test_an_analysis_that_changes_while_an_item_is_written_is_the_one_that_is_listed(rig: Rig) -> None:
    shelf = rig.library.record
    shelf.put_recording(recording("meanwhile00", SLOW))
    other = threading.Thread(target=shelf.save_analysis, args=("meanwhile00", FAST))

    with rig.database.write() as connection:
        put_item(connection, item("meanwhile00"))
        other.start()
        other.join(0.3)
        assert other.is_alive(), "the analysis did not wait for the item"
    other.join()

    assert listed(rig) == {"meanwhile00": SEEN_FAST}


def test_everybodys_list_shows_ones_own_stars_and_no_others(rig: Rig) -> None:
    for video in ("liked234567", "unknown4567"):
        rig.library.record.put(item(video))
    rig.library.rate("i-liked234567", "ann", 4)
    rig.library.rate("i-unknown4567", "ben", 5)

    page = SqlSongShelf(rig.database).page(SongWish("ann", Whose.SHARED, sort="rating"))

    assert [(line.item.title, line.stars) for line in page if line.item] == [("liked234567", 4), ("unknown4567", 0)]
