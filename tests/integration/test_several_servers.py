"""Two servers with a disk each, on one database and one object store: whoever asks, whichever answers."""

import io
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from harmonix_splitter.adapters.storage import shared_folder
from harmonix_splitter.adapters.storage.shared_folder import SharedFolder
from harmonix_splitter.adapters.storage.uploads import UploadFolder
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.errors import ConflictError, NotFoundError
from harmonix_splitter.services.uploads import MOST_AT_ONCE
from tests.servers import s3_server
from tests.songs_on_file import finished_song
from tests.studios import fresh_studio, person, served, signed_in

SOUND = bytes(range(256)) * 4000


@dataclass
class Pair:
    one: TestClient
    other: TestClient

    @property
    def studios(self) -> tuple[Studio, Studio]:
        return self.one.app.state.studio, self.other.app.state.studio  # type: ignore[attr-defined]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ExitStack() as house:
        url, options = house.enter_context(s3_server())
        where = {"database__url": f"sqlite:///{tmp_path}/shared.sqlite3"}
        where["library__object_store"] = f"{url}?{urlencode(options)}"
        servers = [house.enter_context(served(tmp_path / name, **where)) for name in ("one", "other")]
        yield Pair(*servers)


def person_named(pair: Pair, name: str) -> str:
    person(pair.one, name)
    return name


def both_as(pair: Pair, name: str) -> tuple[TestClient, TestClient]:
    return person(pair.one, name), signed_in(pair.other, name)


def test_a_file_sent_to_one_is_there_for_the_other(pair: Pair, tmp_path: Path) -> None:
    sent = pair.studios[0].sources.uploads.receive("My Song.wav", [SOUND], 10**7)
    uploads = pair.studios[1].sources.uploads

    found = uploads.find(sent.id)
    (tmp_path / "work").mkdir()
    taken = uploads.take(sent.id, tmp_path / "work")

    assert (found.name, found.size) == ("My Song.wav", len(SOUND))
    assert taken.read_bytes() == SOUND


def test_pieces_of_a_file_may_come_to_either(pair: Pair) -> None:
    anna, there = both_as(pair, "anna")
    place = f"/api/uploads/{anna.post('/api/uploads', json={'name': 'Song.wav', 'size': len(SOUND)}).json()['id']}"
    anna.patch(place, params={"offset": 0}, content=SOUND[:600_000]).raise_for_status()

    again = there.patch(place, params={"offset": 0}, content=SOUND[:600_000])
    there.patch(place, params={"offset": 600_000}, content=SOUND[600_000:]).raise_for_status()
    received = anna.get(place).json()["received"]
    asked = anna.post(f"{place}/finish", json={"quality": "fast"}).raise_for_status().json()

    assert again.status_code == 409
    assert received == len(SOUND)
    whole = there.post("/upload", files={"file": ("Song.wav", SOUND)}, data={"quality": "fast"}).json()
    assert whole["job_id"] == asked["job_id"]
    assert there.get(place).status_code == 404


def test_beginnings_count_on_both_and_are_forgotten_after_a_while(pair: Pair) -> None:
    here, there = (studio.uploads for studio in pair.studios)
    begun = [(here, there)[number % 2].begin("anna", "song.wav", 10) for number in range(MOST_AT_ONCE)]

    assert here.unfinished.of_owner("anna") == there.unfinished.of_owner("anna") == MOST_AT_ONCE
    assert here.unfinished.of_owner("bob") == 0
    there.drop(begun[0].id, "anna")
    assert here.unfinished.gather_garbage(60.0) == 0
    time.sleep(1.1)  # the store tells times in seconds
    assert here.unfinished.gather_garbage(0.0) == MOST_AT_ONCE - 1
    with pytest.raises(NotFoundError):
        there.found(begun[1].id, "anna")


def test_received_files_nobody_needs_any_more_leave_the_store(pair: Pair) -> None:
    here, there = (studio.sources.uploads for studio in pair.studios)
    sent = here.receive("song.wav", [b"sound"], 10)
    time.sleep(1.1)  # the store tells times in seconds

    here.gather_garbage(0.5)

    with pytest.raises(NotFoundError):
        there.find(sent.id)


def test_a_picture_sent_to_one_is_seen_on_the_other(pair: Pair) -> None:
    anna, there = both_as(pair, "anna")
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), (200, 10, 10)).save(picture, "PNG")

    told = anna.put("/api/account/avatar", files={"avatar": ("me.png", picture.getvalue())}).raise_for_status().json()

    assert there.get(told["avatarUrl"]).content == anna.get(told["avatarUrl"]).content != b""
    anna.delete("/api/account/avatar").raise_for_status()
    assert anna.get(told["avatarUrl"]).status_code == 404


def test_a_link_made_on_one_opens_on_the_other(pair: Pair) -> None:
    anna, _ = both_as(pair, "anna")
    song = finished_song(pair.one, "anna")
    link = anna.post(f"/api/songs/{song.id}/links", json={}).raise_for_status().json()["url"]
    stranger = TestClient(pair.other.app, base_url="http://studio.test")

    opened = stranger.get(urlsplit(link).path)

    assert opened.status_code == 200, opened.text


def test_cookies_lent_on_one_are_read_on_the_other(pair: Pair) -> None:
    line = ".youtube.com\tTRUE\t/\tTRUE\t0\tSID\tabc\n"
    here, there = (studio.sources.cookies for studio in pair.studios)

    here.save("anna", line)

    assert there.read("anna") == line


def test_a_server_that_had_a_key_of_its_own_takes_the_houses(pair: Pair) -> None:
    here, there = pair.studios
    (there.settings.data_dir / "secret.key").write_bytes(b"k" * 32)
    until = here.parts.clock.now() + timedelta(days=1)

    signed = here.link_signer.sign("stems", "song", until)

    assert there.link_signer.read("stems", signed, here.parts.clock.now()) == "song"
    assert (there.settings.data_dir / "secret.key").stat().st_mode & 0o777 == 0o600


def test_links_are_written_once_wherever_they_are_made(pair: Pair) -> None:
    here, there = pair.studios
    person(pair.one, "Anna")
    song = finished_song(pair.one, "Anna")
    for studio in pair.studios:
        studio.library.links_changed(song.owner_id)
        studio.parts.chores.close()

    note = there.library.link_folders.notes.read("Anna")
    assert list((note or {})["links"]) == [song.video_id]
    assert [fault.place for fault in there.upkeep.check_notes() if fault.place.startswith("outputs")] == []
    here.accounts.people.rename(song.owner_id, "Annabel")
    assert there.library.link_folders.notes.folders() == ["Annabel"]
    there.accounts.people.remove(song.owner_id)
    assert here.library.link_folders.notes.folders() == []


def test_a_picture_removed_on_one_is_gone_from_the_other_soon(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = (studio.accounts.people.avatars for studio in pair.studios)
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), (200, 10, 10)).save(picture, "PNG")
    name = here.save("anna", picture.getvalue())
    copy = there.path(name)
    here.remove(name)

    assert there.path(name) == copy, "believed for a while"
    monkeypatch.setattr(shared_folder, "BELIEVED_SECONDS", 0.0)
    with pytest.raises(NotFoundError):
        there.path(name)
    assert not copy.exists()


def test_copies_of_what_was_sent_give_way_when_there_are_too_many(pair: Pair, tmp_path: Path) -> None:
    here, there = (studio.sources.uploads for studio in pair.studios)
    sent = [here.receive(f"{number}.wav", [bytes([number]) * 1000], 1000) for number in range(4)]
    small = SharedFolder(tmp_path / "uploads", there.folder.bucket, most_copied=2500)  # type: ignore[attr-defined]
    uploads = UploadFolder(small)
    for number, upload in enumerate(sent):
        found = uploads.find(upload.id)
        os.utime(found.path, (number + 1,) * 2)

    kept = {path.name for path in small.root.iterdir() if path.suffix != ".name"}

    assert kept == {upload.path.name for upload in sent[2:]}
    assert uploads.find(sent[0].id).path.read_bytes() == bytes(1000)


def test_a_backup_of_the_store_is_a_house_of_one_server(pair: Pair, tmp_path: Path) -> None:
    song = finished_song(pair.one, person_named(pair, "Anna"))
    (there, target) = (pair.studios[1], tmp_path / "backup")
    told = there.backups.back_up(target)

    restored = fresh_studio(target)

    assert told == sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) > 0
    assert list(restored.upkeep.verify()) == []
    assert restored.library.open_stem(song.item_id, "vocals").path.read_bytes()
    assert restored.songs.song(song.id).is_playable
    restored.close()


def test_an_exported_song_goes_from_store_to_disk_and_back(pair: Pair, tmp_path: Path) -> None:
    song = finished_song(pair.one, person_named(pair, "Anna"))
    here, alone = pair.studios[0], fresh_studio(tmp_path / "alone")
    alone.prepare()
    archive = here.backups.export(song.video_id, tmp_path)

    alone.backups.bring_in(archive)
    alone.upkeep.rescan()
    assert alone.library.item(song.item_id).is_playable
    with pytest.raises(ConflictError):
        here.backups.bring_in(archive)
    for place in list(here.library.storage.places()):
        here.library.storage.remove(place)
    here.backups.bring_in(alone.backups.export(song.video_id, tmp_path / "again"))
    assert here.library.open_stem(song.item_id, "vocals").path.read_bytes()
    assert list(here.upkeep.verify()) == []
    alone.close()
