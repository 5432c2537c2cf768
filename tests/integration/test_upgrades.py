"""Items made anew by a better engine: when, what plays meanwhile, and who keeps which."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from harmonix_splitter.adapters.database.schema.library import items
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.library import ItemStatus, LibraryItem
from harmonix_splitter.domain.separation import Offer, Recipe
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import EngineMissingError
from harmonix_splitter.services.ports.library import ItemQuery
from harmonix_splitter.services.separation.choice import choose, is_better
from harmonix_splitter.services.upgrades import IdleUpgrades
from tests.fakes.library_rig import KARAOKE, Rig

PERFECT, HELLO = "cNGjD0VG4R8", "YQHsXMglC9A"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path).create_tables()
    yield made
    made.close()


def anns(rig: Rig, video: str = PERFECT) -> Song:
    return rig.songs.request("ann", youtube(video), KARAOKE).song


def made_anew(rig: Rig, item: LibraryItem) -> LibraryItem:
    job = rig.upgrades.make_anew(item.id, "root")
    while rig.work():
        pass
    return rig.library.item(rig.jobs.job(job.id).item_id)


def test_who_has_the_earlier_version_keeps_hearing_it_and_whoever_asks_gets_the_newer(rig: Rig) -> None:
    old = rig.make(PERFECT)

    new = made_anew(rig, old)

    assert (anns(rig).item_id, new.version) == (old.id, 2)
    assert rig.songs.request("bob", youtube(PERFECT), KARAOKE).song.item_id == new.id
    assert rig.library.item(old.id).status is ItemStatus.EARLIER
    assert rig.library.open_stem(old.id, "vocals").path != rig.library.open_stem(new.id, "vocals").path
    assert [item.id for item in rig.library.find(ItemQuery())[0]] == [new.id]
    assert list(rig.upkeep.verify()) == []


def test_keeping_the_newer_one_moves_the_link_and_settles_it(rig: Rig) -> None:
    old = rig.make(PERFECT)
    new = made_anew(rig, old)
    versions = rig.upgrades.versions(anns(rig))
    asked = rig.upgrades.is_undecided(anns(rig), versions)

    rig.upgrades.keep(anns(rig), new.id)

    assert [version.id for version in versions] == [new.id, old.id]
    assert (asked, rig.upgrades.is_undecided(anns(rig), versions)) == (True, False)
    assert (rig.library.item(old.id).usage, rig.library.item(new.id).usage) == (0, 1)


def test_keeping_the_earlier_one_is_remembered_until_there_is_a_newer_still(rig: Rig) -> None:
    old = rig.make(PERFECT)
    new = made_anew(rig, old)

    rig.upgrades.keep(anns(rig), old.id)

    assert not rig.upgrades.is_undecided(anns(rig), rig.upgrades.versions(anns(rig)))
    made_anew(rig, new)
    assert rig.upgrades.is_undecided(anns(rig), rig.upgrades.versions(anns(rig)))
    assert anns(rig).item_id == old.id


def test_an_index_made_again_from_the_disk_knows_which_version_is_the_newer(rig: Rig) -> None:
    new = made_anew(rig, rig.make(PERFECT))
    with rig.database.write() as connection:
        connection.execute(delete(items))

    rig.upkeep.rescan()

    assert rig.songs.request("bob", youtube(PERFECT), KARAOKE).song.item_id == new.id
    assert rig.library.item(new.id).version == 2


def test_work_for_idle_times_gives_way_to_what_somebody_waits_for_and_no_attempt_is_lost(rig: Rig) -> None:
    old = rig.make(PERFECT)
    job = rig.upgrades.make_anew(old.id, "root")

    def ann_asks(_recording: Path) -> None:
        anns(rig, HELLO)

    rig.separation.before, rig.separation.lasts = ann_asks, 2.5

    rig.work()

    assert rig.jobs.job(job.id).status is JobStatus.PENDING
    assert rig.jobs.job(job.id).attempts == 0
    rig.separation.lasts = 0.0
    rig.work()
    assert anns(rig, HELLO).is_playable
    assert not (rig.folder / "library" / PERFECT / f"{KARAOKE.key}.2").exists()


def test_in_idle_time_the_poorly_rated_come_first_then_the_most_used_and_each_only_once(rig: Rig) -> None:
    used, poor = rig.make(PERFECT), rig.make(HELLO)
    rig.songs.request("bob", youtube(PERFECT), KARAOKE)
    rig.library.rate(poor.id, "bob", 1)
    rig.outdated.add("fake-1")
    idle = IdleUpgrades(rig.upgrades, lambda: True)

    begun = [idle.look() for _ in range(2)]
    while rig.work():
        pass
    rig.outdated.clear()
    begun += [idle.look()]

    assert [job.source.id if job else None for job in begun] == [HELLO, None, None]
    rig.outdated.add("fake-1")
    again = IdleUpgrades(rig.upgrades, lambda: True).look()
    assert again is not None
    assert rig.library.versions(poor)[0].version == 2
    assert used.id in {item.id for item in rig.upgrades.worth_it()}


def test_nothing_is_made_anew_where_it_is_not_wanted_or_no_engine_is_better(rig: Rig) -> None:
    rig.make(PERFECT)
    nothing_better = IdleUpgrades(rig.upgrades, lambda: True).look()
    rig.outdated.add("fake-1")

    assert (nothing_better, IdleUpgrades(rig.upgrades, lambda: False).look()) == (None, None)


class Engine:
    def __init__(self, name: str, *models: str) -> None:
        self.name, self._models = name, models

    def offers(self, _recipe: Recipe) -> tuple[Offer, ...]:
        if not self._models:
            raise EngineMissingError("Not here.")
        return tuple(Offer(self.name, model, ("vocals", "drums", "bass", "other")) for model in self._models)

    def devices(self) -> tuple[str, ...]:
        return ("cpu",)

    def load(self, *_: object) -> object:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("made_by", "is_outdated"),
    [
        (("embedded", "masks"), True),
        (("onnx", "small"), True),
        (("onnx", "large"), False),
        (("demucs", "htdemucs"), False),
        (("somebody", "else"), False),
        (("onnx", "forgotten"), False),
    ],
)
def test_only_what_comes_before_the_maker_of_an_item_is_better(made_by: tuple[str, str], is_outdated: bool) -> None:
    engines = (Engine("demucs"), Engine("onnx", "large", "small"), Engine("embedded", "masks"))
    chosen = choose(engines, KARAOKE)  # type: ignore[arg-type]

    assert is_better(engines, chosen, KARAOKE, *made_by) is is_outdated  # type: ignore[arg-type]
