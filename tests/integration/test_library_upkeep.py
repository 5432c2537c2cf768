"""The library and its index are kept true to each other, cleaned up, backed up and filled from older programs."""

import itertools
import json
import random
import shutil
import tarfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from harmonix_splitter.adapters.database.copying import copy_database
from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.adapters.storage.backups import FolderBackups
from harmonix_splitter.adapters.storage.house_on_disk import HouseOnDisk
from harmonix_splitter.adapters.storage.old_libraries import OldLibraries
from harmonix_splitter.domain.analysis import Analysis, Tempo
from harmonix_splitter.domain.library import Cleanup, ItemStatus
from harmonix_splitter.errors import ConflictError, InvalidRequestError
from harmonix_splitter.services.ports.library import ItemQuery
from tests.fakes.clock import FakeClock
from tests.fakes.library_rig import KARAOKE, Rig, moving_in
from tests.fakes.processing import FakeTags

PERFECT, OTHER = "cNGjD0VG4R8", "dQw4w9WgXcQ"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "data", clock=FakeClock()).create_tables()
    yield made
    made.close()


def backups_of(rig: Rig) -> FolderBackups:
    return FolderBackups(HouseOnDisk(rig.folder / "library", rig.folder), partial(copy_database, rig.database))


def test_an_index_that_was_lost_is_rebuilt_from_the_manifests_and_links_stay(rig: Rig) -> None:
    item = rig.make(PERFECT)
    song = rig.songs.record.links_of("ann")[0]
    with rig.database.write() as connection:
        for table in ("library_items", "recordings", "recording_sources"):
            connection.execute(metadata.tables[table].delete())

    rig.upkeep.repair()

    rebuilt = rig.library.item(song.item_id)
    assert (rebuilt.title, rebuilt.stems, rebuilt.size) == (item.title, item.stems, item.size)
    assert rig.library.record.recording(PERFECT).audio_hash
    assert rig.songs.request("bob", item.source, KARAOKE).song.is_instant


def test_items_put_there_by_hand_appear_and_vanished_ones_are_marked_not_deleted(rig: Rig) -> None:
    item = rig.make(PERFECT)
    shutil.move(rig.folder / "library" / PERFECT, rig.folder / "elsewhere")

    assert rig.upkeep.rescan().vanished == (item.place,)
    assert rig.library.item(item.id).status is ItemStatus.MISSING
    assert rig.songs.request("bob", item.source, KARAOKE).job is not None

    shutil.move(rig.folder / "elsewhere", rig.folder / "library" / PERFECT)
    assert rig.upkeep.rescan().returned == (item.place,)
    assert rig.library.item(item.id).is_playable


@pytest.mark.parametrize("seed", range(12))
def test_any_flipped_byte_is_found_put_aside_and_made_anew(rig: Rig, seed: int) -> None:
    item = rig.make(PERFECT)
    chance = random.Random(seed)
    folder = rig.folder / "library" / item.place
    damaged = chance.choice(sorted(path for path in folder.iterdir() if path.suffix == ".flac"))
    content = bytearray(damaged.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    damaged.write_bytes(bytes(content))

    assert [fault.place for fault in rig.upkeep.verify()] == [item.place]
    rig.upkeep.repair()
    assert list(rig.upkeep.verify()) == []

    again = rig.make(PERFECT, user="bob")
    assert again.id == item.id
    assert rig.library.item(item.id).is_playable


def test_no_bit_of_a_place_can_flip_unseen(rig: Rig) -> None:
    item = rig.make(PERFECT)
    chance = random.Random(7)
    files = [file for file in (rig.folder / "library" / item.place).iterdir() if file.suffix == ".flac"]
    unseen = []

    for _ in range(100):
        path = chance.choice(sorted(files))
        whole = path.read_bytes()
        at, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        if not rig.storage.faults(item.place):
            unseen.append((path.name, at, bit))
        path.write_bytes(whole)

    assert unseen == []
    assert rig.storage.faults(item.place) == []


def test_a_damaged_manifest_is_found_and_put_aside(rig: Rig) -> None:
    item = rig.make(PERFECT)
    (rig.folder / "library" / item.place / "manifest.json").write_text('{"files": [')

    assert rig.upkeep.repair()
    assert rig.library.item(item.id).status is ItemStatus.QUARANTINED


def test_clean_up_archives_only_what_nobody_links_to_and_nobody_pinned(rig: Rig) -> None:
    linked, unused, pinned = rig.make(PERFECT), rig.make(OTHER), rig.make("a" * 11)
    for item in (unused, pinned):
        rig.songs.delete(rig.library.songs.linked(item.id)[0].id, "ann")
    rig.library.pin(pinned.id, True)
    assert isinstance(rig.clock, FakeClock)
    rig.clock.advance(91 * 86_400)

    archived = rig.library.clean_up(Cleanup(unused_days=90))

    assert [item.id for item in archived] == [unused.id]
    assert rig.library.item(linked.id).is_playable
    assert rig.library.restore(unused.id).is_playable
    assert rig.storage.faults(unused.place) == []


def test_a_library_that_is_too_large_gives_up_the_longest_unused_first(rig: Rig) -> None:
    items = []
    assert isinstance(rig.clock, FakeClock)
    for number in range(3):
        items.append(rig.make(f"{number:011d}"))
        rig.songs.delete(rig.library.songs.linked(items[-1].id)[0].id, "ann")
        rig.clock.advance(60)

    archived = rig.library.clean_up(Cleanup(max_bytes=rig.library.numbers().bytes - 1))

    assert [item.id for item in archived] == [items[0].id]


def test_a_linked_item_cannot_be_archived_and_deleting_asks_twice(rig: Rig) -> None:
    item = rig.make(PERFECT)

    with pytest.raises(ConflictError):
        rig.library.archive(item.id)
    with pytest.raises(InvalidRequestError, match="cannot be undone"):
        rig.library.delete(item.id, confirmed=False)
    rig.library.delete(item.id, confirmed=True)

    assert rig.songs.record.links_of("ann") == []
    assert item.place not in list(rig.storage.places())


def test_a_backup_restored_elsewhere_is_clean(rig: Rig, tmp_path: Path) -> None:
    item = rig.make(PERFECT)
    backups = backups_of(rig)

    backups.back_up(tmp_path / "backup")

    restored = Rig(tmp_path / "backup")
    assert list(restored.upkeep.verify()) == []
    assert restored.library.item(item.id).usage == 1
    restored.close()


def test_a_backup_made_while_the_library_is_used_is_whole(rig: Rig, tmp_path: Path) -> None:
    item = rig.make(PERFECT)
    is_over = threading.Event()

    def use() -> None:
        for number in itertools.cycle(range(40)):
            if is_over.is_set():
                return
            rig.make(f"{number:011d}")
            rig.upgrades.make_anew(item.id, "root")
            rig.work()

    user = threading.Thread(target=use)
    user.start()
    while rig.library.numbers().items < 3:
        time.sleep(0.01)
    backups_of(rig).back_up(tmp_path / "backup")
    is_over.set()
    user.join()

    restored = Rig(tmp_path / "backup")
    restored.upkeep.rescan()
    assert list(restored.upkeep.verify()) == []
    assert restored.library.numbers().items >= 3
    restored.close()


def test_an_exported_song_is_taken_in_elsewhere(rig: Rig, tmp_path: Path) -> None:
    item = rig.make(PERFECT)
    ours = backups_of(rig)
    archive = ours.export(PERFECT, tmp_path)
    elsewhere = Rig(tmp_path / "elsewhere").create_tables()

    backups_of(elsewhere).bring_in(archive)
    elsewhere.upkeep.rescan()

    assert elsewhere.library.item(item.id).is_playable
    with pytest.raises(ConflictError):
        ours.bring_in(archive)
    elsewhere.close()


@pytest.mark.parametrize("name", ["../evil/recording/manifest.json", "/etc/x", "a/b/c/d", "only.txt"])
def test_an_archive_that_reaches_out_is_refused(rig: Rig, tmp_path: Path, name: str) -> None:
    (tmp_path / "x").write_text("{}")
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        tar.add(tmp_path / "x", name)

    with pytest.raises(InvalidRequestError):
        backups_of(rig).bring_in(tmp_path / "bad.tar")

    assert not (rig.folder / "evil").exists()


def old_harmonix(root: Path, video_id: str, metadata_text: str) -> None:
    folder = root / "library" / video_id
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text(metadata_text)
    for stem in ("original", "vocals", "instrumental"):
        (folder / f"Ed_Sheeran_-_Perfect_{stem}.mp3").write_bytes(f"{stem} {video_id}".encode())


def test_old_libraries_move_in_even_with_truncated_metadata(rig: Rig, tmp_path: Path) -> None:
    root = tmp_path / "old"
    whole = {"title": "Perfect", "quality": "fast", "music_info": {"tempo": {"bpm": 95.7}}, "processing_time": 235.26}
    old_harmonix(root, PERFECT, json.dumps(whole))
    old_harmonix(root, OTHER, '{"title": "Cut off", "music_info":')
    links = {"links": {"job-1": {"youtube_id": PERFECT, "display_name": "My_Perfect"}, OTHER: {}}}
    user = root / "outputs" / "users" / "ann"
    user.mkdir(parents=True)
    (user / "library_links.json").write_text(json.dumps(links))
    stems = root / "core" / "downloads" / "Tune" / "audio" / "stems"
    stems.mkdir(parents=True)
    (stems.parent / "Tune.mp3").write_bytes(b"tune")
    for stem in ("vocals", "drums", "bass", "other"):
        (stems / f"{stem}.mp3").write_bytes(stem.encode())
    moving = moving_in(rig)

    planned = moving.move_in(OldLibraries(root), dry_run=True)
    assert rig.library.numbers().items == 0
    moved = moving.move_in(OldLibraries(root), dry_run=False)
    again = moving.move_in(OldLibraries(root), dry_run=False)

    assert [song.outcome for song in planned.songs] == [
        "would be copied",
        "would be recovered from its audio",
        "would be copied",
    ]
    assert [song.outcome for song in moved.songs] == ["copied", "recovered from its audio", "copied"]
    assert {song.outcome for song in again.songs} == {"in the library already"}
    assert rig.library.numbers().items == 3
    cards = {(song.facts.title, song.facts.artist) for song in rig.songs.record.links_of("ann")}
    assert cards == {("My Perfect", "Unknown"), ("Perfect", "Ed Sheeran")}
    assert list(rig.upkeep.verify()) == []
    assert (root / "library" / PERFECT / "Ed_Sheeran_-_Perfect_vocals.mp3").exists()


@pytest.mark.parametrize(
    ("said", "bpm"),
    [
        ({"tempo": {"bpm": 95.7, "confidence": 0.2}, "time_signature": "strange", "key": "C"}, 95.7),
        ({"tempo": {"bpm": "fast"}, "key": {"key": "H", "scale": "sad"}}, None),
        ({"tempo": 120}, None),
        ("120 BPM", None),
    ],
)
def test_what_an_old_program_said_of_the_music_is_a_beginning_if_it_makes_sense(
    rig: Rig, tmp_path: Path, said: object, bpm: float | None
) -> None:
    old_harmonix(tmp_path / "old", PERFECT, json.dumps({"title": "Perfect", "music_info": said}))
    moving = moving_in(rig)

    moving.move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    (item,) = rig.library.find(ItemQuery())[0]
    moved = rig.library.record.recording(item.recording_id)
    assert not moved.is_analysed
    if bpm is None:
        assert moved.analysis is None
    else:
        assert Analysis.from_document(moved.analysis or {}).rhythm.tempo == Tempo(bpm, 0.2)


def test_a_song_whose_metadata_was_cut_off_is_named_as_its_tags_say(rig: Rig, tmp_path: Path) -> None:
    old_harmonix(tmp_path / "old", PERFECT, '{"title": "Cut o')
    tags = FakeTags({"title": "Perfect Duet", "artist": "Ed & B", "album": "Divide", "date": "2017-12-01"})
    moving = moving_in(rig, tags)

    moving.move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    (item,) = rig.library.find(ItemQuery())[0]
    card = rig.library.record.recording(item.recording_id).card
    assert (item.title, item.artist) == ("Perfect Duet", "Ed & B")
    assert (card.album, card.year) == ("Divide", 2017)


def test_garbage_is_only_what_was_abandoned(rig: Rig) -> None:
    workspace = rig.storage.workspace("job-1")
    (workspace / "stem.flac").write_bytes(b"x")

    assert rig.storage.gather_garbage(timedelta(days=1).total_seconds()) == 0
    assert rig.storage.gather_garbage(-1.0) == 1
