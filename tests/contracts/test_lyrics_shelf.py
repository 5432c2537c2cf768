"""Every shelf of lyrics keeps the contract: numbers only grow, the last applied version is the current one."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from harmonix_splitter.adapters.database.base import Database, metadata
from harmonix_splitter.adapters.database.lyrics import SqlLyricsShelf
from harmonix_splitter.domain.lyrics import Line, Lyrics, LyricsVersion, VersionState
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import NotFoundError, StaleLyricsError
from harmonix_splitter.services.ports.lyrics import LyricsShelf
from tests.fakes.lyrics import ShelfInMemory

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def in_sql(folder: Path) -> LyricsShelf:
    database = Database(f"sqlite:///{folder / 'x.sqlite3'}")
    metadata.create_all(database.engine)
    return SqlLyricsShelf(database)


@pytest.fixture(params=[lambda _folder: ShelfInMemory(), in_sql], ids=["fake", "sql"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> LyricsShelf:
    make: Callable[[Path], LyricsShelf] = request.param
    return make(tmp_path)


def version(text: str, state: VersionState = VersionState.APPLIED) -> LyricsVersion:
    return LyricsVersion("song", 0, Lyrics((Line(text, Seconds(1.5)),), language="en"), "anna", NOW, state, "note", 0)


def test_a_version_comes_back_as_it_was_kept(shelf: LyricsShelf):
    kept = shelf.add(version("a"))

    assert kept.number == 1
    assert shelf.current("song") == kept
    assert shelf.version("song", 1) == kept


def test_the_last_applied_version_is_the_current_one(shelf: LyricsShelf):
    shelf.add(version("a"))
    shelf.add(version("offered", VersionState.PROPOSED))

    current = shelf.current("song")

    assert current is not None
    assert current.lyrics.text == "a"
    assert [each.number for each in shelf.versions("song")] == [2, 1]


def test_a_stale_writer_is_told_the_current_number(shelf: LyricsShelf):
    shelf.add(version("a"), expected=0)

    with pytest.raises(StaleLyricsError) as stale:
        shelf.add(version("b"), expected=0)

    assert stale.value.current == 1


def test_offers_do_not_make_a_writer_stale(shelf: LyricsShelf):
    shelf.add(version("a"))
    shelf.add(version("offered", VersionState.PROPOSED))

    assert shelf.add(version("b"), expected=1).number == 3


def test_states_change_and_songs_are_forgotten(shelf: LyricsShelf):
    shelf.add(version("offered", VersionState.PROPOSED))

    assert shelf.mark("song", 1, VersionState.DECLINED).state is VersionState.DECLINED
    shelf.forget("song")
    assert shelf.current("song") is None
    with pytest.raises(NotFoundError):
        shelf.version("song", 1)


def test_of_many_writers_at_once_exactly_one_wins(tmp_path: Path):
    shelf = in_sql(tmp_path)
    outcomes: list[str] = []

    def write() -> None:
        try:
            shelf.add(version("mine"), expected=0)
            outcomes.append("won")
        except StaleLyricsError:
            outcomes.append("stale")

    writers = [Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(outcomes) == ["stale"] * 5 + ["won"]
