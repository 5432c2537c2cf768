"""The files people and older tools read say what the record says, and are mended when they do not."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.library import ItemStatus
from harmonix_splitter.domain.songs import SongFacts
from harmonix_splitter.errors import InvalidRequestError, NotFoundError
from harmonix_splitter.services.arrivals import BEFORE
from tests.fakes.clock import FakeClock
from tests.fakes.library_rig import GROUPED, KARAOKE, Rig

PERFECT, OTHER = "cNGjD0VG4R8", "dQw4w9WgXcQ"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "data", clock=FakeClock()).create_tables()
    yield made
    made.close()


def links_file(rig: Rig, user: str) -> Path:
    return rig.folder / "outputs" / "users" / user / "library_links.json"


def metadata_file(rig: Rig, video_id: str) -> Path:
    return rig.folder / "library" / video_id / "metadata.json"


def read(file: Path) -> dict[str, Any]:
    found = json.loads(file.read_text())
    assert isinstance(found, dict)
    return found


def usage(rig: Rig, video_id: str) -> object:
    return read(metadata_file(rig, video_id))["usage_count"]


def put_by_hand(rig: Rig, video_id: str, metadata: str) -> Path:
    folder = rig.folder / "library" / video_id
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text(metadata)
    for stem in ("original", "vocals", "instrumental"):
        (folder / f"My_Song_{stem}.mp3").write_bytes(f"{stem} {video_id}".encode())
    return folder


@pytest.mark.parametrize("youtube_id", [None, PERFECT])
def test_broken_and_lost_notes_of_everybody_are_told_and_written_anew(rig: Rig, youtube_id: str | None) -> None:
    for user in ("ann", "bob", "cid"):
        rig.make(PERFECT, user=user)
    links_file(rig, "ann").write_text("{bad")
    links_file(rig, "bob").unlink()
    metadata_file(rig, PERFECT).write_text('{"title": "cut o')
    files = [f"{PERFECT}/metadata.json", *(f"outputs/users/{user}/library_links.json" for user in ("ann", "bob"))]

    told = [fault.place for fault in rig.upkeep.check_notes()]
    mended = [fault.place for fault in rig.upkeep.repair(youtube_id)]

    assert told == files
    assert mended == files
    assert list(read(links_file(rig, "ann"))["links"]) == list(read(links_file(rig, "bob"))["links"]) == [PERFECT]
    assert read(metadata_file(rig, PERFECT))["usage_count"] == 3
    assert list(rig.upkeep.check_notes()) == []


def test_notes_that_are_right_are_not_written(rig: Rig) -> None:
    rig.make(PERFECT)
    rig.make(PERFECT, GROUPED)
    rig.make(OTHER)
    assert isinstance(rig.clock, FakeClock)
    rig.clock.advance(60)
    files = [links_file(rig, "ann"), metadata_file(rig, PERFECT), metadata_file(rig, OTHER)]
    before = [(file.stat().st_ino, file.read_text()) for file in files]

    assert rig.upkeep.repair() == []

    assert [(file.stat().st_ino, file.read_text()) for file in files] == before


def test_a_repair_keeps_the_moment_at_which_a_recording_came(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "data").create_tables()  # by a clock that goes on between the recording and its stems
    recording_id = rig.make(PERFECT).recording_id
    before = rig.library.record.recording(recording_id).created_at

    assert rig.upkeep.repair() == []
    assert rig.library.record.recording(recording_id).created_at == before is not None
    rig.close()


def test_the_repair_of_one_recording_leaves_the_links_of_others_alone(rig: Rig) -> None:
    rig.make(PERFECT)
    rig.make(OTHER, user="bob")
    links_file(rig, "bob").write_text("{bad")

    rig.upkeep.repair(PERFECT)

    assert links_file(rig, "bob").read_text() == "{bad"


def test_metadata_tells_of_the_newest_item_after_a_repair_too(rig: Rig) -> None:
    rig.make(PERFECT)
    assert isinstance(rig.clock, FakeClock)
    rig.clock.advance(60)
    rig.make(PERFECT, GROUPED)
    metadata_file(rig, PERFECT).unlink()

    rig.upkeep.repair()

    found = read(metadata_file(rig, PERFECT))
    assert found["mode"] == "grouped"
    assert len(found["recipes"]) == 2


def test_usage_in_metadata_follows_every_link(rig: Rig) -> None:
    item = rig.make(PERFECT)

    song = rig.songs.request("bob", item.source, KARAOKE).song
    assert usage(rig, PERFECT) == 2
    rig.songs.delete(song.id, "bob")
    assert usage(rig, PERFECT) == 1


def test_usage_follows_songs_that_were_linked_without_being_asked_for(rig: Rig) -> None:
    item = rig.make(PERFECT)
    mine = rig.songs.record.links_of("ann")[0]
    rig.library.songs.add(replace(mine, id=new_id(), owner_id="bob"))

    rig.library.write_links("bob")

    assert rig.library.item(item.id).usage == 2
    assert usage(rig, PERFECT) == 2


def test_a_deleted_or_archived_recipe_leaves_the_metadata(rig: Rig) -> None:
    rig.make(PERFECT)
    grouped = rig.make(PERFECT, GROUPED)

    rig.library.delete(grouped.id, confirmed=True)

    assert [recipe["mode"] for recipe in read(metadata_file(rig, PERFECT))["recipes"]] == ["karaoke"]


def test_links_are_named_as_metadata_names_them_and_list_an_item_once(rig: Rig) -> None:
    rig.make(PERFECT)
    (mine,) = rig.songs.record.links_of("ann")
    rig.library.songs.save(replace(mine, facts=SongFacts("Name", "Unknown")))
    rig.library.songs.add(replace(mine, id=new_id(), facts=SongFacts("Name again", "Unknown")))

    rig.library.write_links("ann")

    entry = read(links_file(rig, "ann"))["links"][PERFECT]
    assert entry["display_name"] in {"Name", "Name_again"}
    assert len(entry["recipes"]) == 1


def test_figures_count_people_as_the_items_do(rig: Rig) -> None:
    item = rig.make(PERFECT)
    (mine,) = rig.songs.record.links_of("ann")
    for _ in range(4):
        rig.library.songs.add(replace(mine, id=new_id()))
    rig.songs.request("bob", item.source, KARAOKE)

    numbers = rig.library.numbers()

    assert numbers.links == rig.library.item(item.id).usage == 2
    assert numbers.by_usage == {"low": 1}


def test_a_song_put_there_by_hand_is_brought_in_and_its_files_stay(rig: Rig) -> None:
    told = json.dumps({"title": "My Song", "quality": "fast", "label": "mine"})
    folder = put_by_hand(rig, OTHER, told)
    before = {file.name: file.read_bytes() for file in folder.glob("*.mp3")}
    assert [fault.place for fault in rig.upkeep.check_notes()] == [OTHER]

    (arrived,) = rig.arrivals.bring_in_all()

    assert arrived.is_in
    found = rig.library.record.items_of(OTHER)[0]
    assert (found.title, found.status) == ("My Song", ItemStatus.PUBLISHED)
    assert {file.name: file.read_bytes() for file in folder.glob("*.mp3")} == before
    assert read(folder / "metadata.json")["title"] == "My Song"
    assert (folder / BEFORE).read_text() == told
    assert list(rig.arrivals.bring_in_all()) == []
    assert [*rig.upkeep.verify(), *rig.upkeep.check_notes()] == []


@pytest.mark.parametrize("youtube_id", [None, OTHER])
def test_a_repair_brings_in_what_lies_there_with_cut_off_metadata(rig: Rig, youtube_id: str | None) -> None:
    put_by_hand(rig, OTHER, '{"title": "Cut o')

    done = rig.upkeep.repair(youtube_id)

    assert [(fault.place, fault.remedy) for fault in done] == [(OTHER, "brought in")]
    assert read(metadata_file(rig, OTHER))["youtube_id"] == OTHER
    assert rig.library.is_known(f"youtube:{OTHER}")


def test_what_was_sent_away_does_not_come_back_by_itself_but_by_its_name(rig: Rig) -> None:
    folder = put_by_hand(rig, OTHER, "{}")
    (folder / "My_Song_original.mp3").unlink()
    list(rig.arrivals.bring_in_all())
    (item,) = rig.library.record.items_of(OTHER)

    rig.library.delete(item.id, confirmed=True)

    assert list(rig.arrivals.bring_in_all()) == []
    assert sorted(file.name for file in folder.glob("*.mp3")) == ["My_Song_instrumental.mp3", "My_Song_vocals.mp3"]
    rig.upkeep.repair(OTHER)
    assert rig.library.item(item.id).is_playable


def test_a_folder_that_cannot_be_read_keeps_no_other_out_and_is_told_as_left(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    put_by_hand(rig, "a" * 11, "{}")
    put_by_hand(rig, OTHER, "{}")
    (rig.folder / "library" / ("a" * 11) / "My_Song_vocals.mp3").unlink()
    (rig.folder / "library" / ("a" * 11) / "My_Song_vocals.mp3").mkdir()

    done = rig.upkeep.repair()

    assert {fault.place: fault.is_mended for fault in done} == {"a" * 11: False, OTHER: True}
    (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert (warning.__dict__["folder"], bool(warning.__dict__["reason"])) == ("a" * 11, True)


@pytest.mark.parametrize(
    ("youtube_id", "kind"),
    [
        ("../x", InvalidRequestError),
        ("", InvalidRequestError),
        ("unknown-id1", NotFoundError),
        ("hello", NotFoundError),
    ],
)
def test_the_repair_of_nothing_is_refused(rig: Rig, youtube_id: str, kind: type[Exception]) -> None:
    rig.make(PERFECT)

    with pytest.raises(kind, match=re.escape(repr(youtube_id))):
        rig.upkeep.repair(youtube_id)
