"""`library_links.json` lies under the user's name, follows the account, and loses nothing other programs wrote."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.adapters.storage.old_libraries import OldLibraries
from harmonix_splitter.domain.accounts import Role, User
from harmonix_splitter.services.link_folders import LinkFolders
from tests.fakes.accounts import FakeUsers
from tests.fakes.clock import FakeClock
from tests.fakes.library_rig import Rig, moving_in
from tests.studios import person, served

PERFECT, OTHER, ABSENT = "cNGjD0VG4R8", "dQw4w9WgXcQ", "aaaaaaaaaaa"
THEIRS = {"youtube_id": ABSENT, "display_name": "Not_There", "linked_at": "2026-01-15T18:20:19"}
OURS = {"display_name": "Mine", "recipes": [{"item_id": "x", "quality": "fast", "mode": "karaoke"}]}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """Ann has an account, whose id is not her name."""
    users = FakeUsers()
    users.add(User("id-1", "Ann"), "")
    made = Rig(tmp_path / "data", clock=FakeClock(), users=users).create_tables()
    yield made
    made.close()


def file_of(data: Path, folder: str, name: str = "library_links.json") -> Path:
    return data / "outputs" / "users" / folder / name


def put(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def note(links: object, **more: object) -> str:
    return json.dumps({"links": links, "created_at": "2026-01-15T18:20:19", **more})


def links_in(file: Path) -> dict[str, Any]:
    found = json.loads(file.read_text())["links"]
    assert isinstance(found, dict)
    return found


def folders(data: Path) -> list[str]:
    return sorted(folder.name for folder in (data / "outputs" / "users").iterdir())


def accounts(rig: Rig) -> FakeUsers:
    assert isinstance(rig.users, FakeUsers)
    return rig.users


def follows(rig: Rig) -> LinkFolders:
    return rig.library.link_folders


def test_links_lie_where_the_document_says_under_the_users_name(rig: Rig) -> None:
    rig.make(PERFECT, user="id-1")

    assert folders(rig.folder) == ["Ann"]
    assert list(links_in(file_of(rig.folder, "Ann"))) == [PERFECT]


def test_what_another_program_left_under_the_name_stays(rig: Rig) -> None:
    file = put(file_of(rig.folder, "Ann"), note({"job-1": THEIRS}, version=2))

    rig.make(PERFECT, user="id-1")

    written = json.loads(file.read_text())
    assert (set(written["links"]), written["links"]["job-1"]) == ({PERFECT, "job-1"}, THEIRS)
    assert (written["version"], written["created_at"]) == (2, "2026-01-15T18:20:19")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "text",
    [
        "{cut o",
        "[" * 100_000,
        '{"links": ["a"]}',
        '{"links": {"a": 1}}',
        "[1]",
        "\x00" * 40,
    ],
)
def test_what_cannot_be_kept_in_the_file_is_kept_beside_it(rig: Rig, text: str) -> None:
    file = put(file_of(rig.folder, "Ann"), text)

    rig.make(PERFECT, user="id-1")
    rig.make(OTHER, user="id-1")

    assert set(links_in(file)) == {PERFECT, OTHER}
    assert sorted(path.name for path in file.parent.iterdir()) == ["library_links.before.json", "library_links.json"]
    assert file_of(rig.folder, "Ann", "library_links.before.json").read_text() == text


def test_a_second_broken_file_takes_the_place_of_no_earlier_one(rig: Rig) -> None:
    rig.make(PERFECT, user="id-1")
    for text in ("{first", "{second", "{first"):
        put(file_of(rig.folder, "Ann"), text)
        rig.upkeep.repair()

    kept = {path.name: path.read_text() for path in file_of(rig.folder, "Ann").parent.glob("*.before*")}
    assert kept == {"library_links.before.json": "{first", "library_links.before.2.json": "{second"}


def test_half_a_character_of_another_program_is_written_on(rig: Rig) -> None:
    file = put(file_of(rig.folder, "Ann"), note({"job-1": {**THEIRS, "display_name": "a\ud800"}}))

    rig.make(PERFECT, user="id-1")

    assert links_in(file)["job-1"]["display_name"] == "a\ud800"


def test_a_note_under_the_id_moves_at_the_next_write_with_all_that_is_in_it(rig: Rig) -> None:
    put(file_of(rig.folder, "id-1"), note({OTHER: OURS, "job-1": THEIRS}))

    rig.make(PERFECT, user="id-1")

    assert folders(rig.folder) == ["Ann"]
    assert links_in(file_of(rig.folder, "Ann")).keys() == {PERFECT, "job-1"}


def test_two_notes_become_one_and_what_they_disagree_in_is_kept_beside(rig: Rig) -> None:
    other = {**THEIRS, "display_name": "Another_name"}
    there = note({"job-1": other, "job-2": other})
    put(file_of(rig.folder, "Ann"), there)
    put(file_of(rig.folder, "id-1"), note({"job-1": THEIRS, PERFECT: OURS}))

    rig.make(PERFECT, user="id-1")

    links = links_in(file_of(rig.folder, "Ann"))
    assert (links["job-1"], links["job-2"]) == (THEIRS, other)
    assert file_of(rig.folder, "Ann", "library_links.before.json").read_text() == there
    assert folders(rig.folder) == ["Ann"]


def test_a_broken_note_under_the_id_is_kept_beside_the_good_one(rig: Rig) -> None:
    put(file_of(rig.folder, "Ann"), note({"job-1": THEIRS}))
    put(file_of(rig.folder, "id-1"), "{cut o")

    rig.make(PERFECT, user="id-1")

    assert set(links_in(file_of(rig.folder, "Ann"))) == {PERFECT, "job-1"}
    assert file_of(rig.folder, "Ann", "library_links.before.json").read_text() == "{cut o"
    assert folders(rig.folder) == ["Ann"]


@pytest.mark.parametrize("has_links", [True, False])
def test_verify_tells_of_a_note_under_the_id_and_repair_moves_it(rig: Rig, has_links: bool) -> None:
    if has_links:
        rig.make(PERFECT, user="id-1")
        file_of(rig.folder, "Ann").unlink()
    put(file_of(rig.folder, "id-1"), note({"job-1": THEIRS}))
    midi = put(file_of(rig.folder, "id-1", "midi/song.mid"), "MThd")

    (told,) = rig.upkeep.check_notes()
    (mended,) = rig.upkeep.repair()

    assert told.place == "outputs/users/id-1/library_links.json"
    assert told.remedy == "moved to outputs/users/Ann/library_links.json"
    assert (mended.place, mended.is_mended) == ("outputs/users/Ann/library_links.json", True)
    assert set(links_in(file_of(rig.folder, "Ann"))) == {"job-1", *([PERFECT] if has_links else [])}
    assert (midi.exists(), file_of(rig.folder, "id-1").exists()) == (True, False)
    assert [*rig.upkeep.check_notes(), *rig.upkeep.repair()] == []


def test_a_folder_in_the_files_place_is_told_and_left(rig: Rig) -> None:
    rig.make(PERFECT, user="id-1")
    file_of(rig.folder, "Ann").unlink()
    file_of(rig.folder, "Ann").mkdir()

    (told,) = rig.upkeep.check_notes()
    (left,) = rig.upkeep.repair()

    assert told.place == left.place == "outputs/users/Ann/library_links.json"
    assert not left.is_mended


def test_a_name_that_is_another_users_id_is_the_name_of_its_user(rig: Rig) -> None:
    accounts(rig).add(User("id-2", "id-1"), "")
    rig.make(PERFECT, user="id-2")

    rig.make(OTHER, user="id-1")

    assert list(links_in(file_of(rig.folder, "id-1"))) == [PERFECT]
    assert list(links_in(file_of(rig.folder, "Ann"))) == [OTHER]


@pytest.mark.parametrize(
    ("name", "folder"),
    [("Jürgen", "Jürgen"), ("a..b", "a..b"), ("con", "con"), ("dot.", "id-9"), ("\U00020000" * 64, "id-9")],
)
def test_names_that_make_no_folder_everywhere_leave_the_note_under_the_id(rig: Rig, name: str, folder: str) -> None:
    accounts(rig).add(User("id-9", name), "")

    rig.make(PERFECT, user="id-9")

    assert folders(rig.folder) == [folder]
    assert [*rig.upkeep.check_notes(), *rig.upkeep.repair()] == []


def test_a_new_name_takes_the_note_along(rig: Rig) -> None:
    rig.make(PERFECT, user="id-1")
    put(file_of(rig.folder, "Ann"), note({**links_in(file_of(rig.folder, "Ann")), "job-1": THEIRS}))
    put(file_of(rig.folder, "Ann", "library_links.before.json"), "{cut o")
    put(file_of(rig.folder, "Bea"), note({"job-2": THEIRS}))
    bea = User("id-1", "Bea")
    accounts(rig).update(bea)

    follows(rig).renamed(bea, "Ann")

    assert folders(rig.folder) == ["Bea"]
    assert set(links_in(file_of(rig.folder, "Bea"))) == {PERFECT, "job-1", "job-2"}
    assert file_of(rig.folder, "Bea", "library_links.before.json").read_text() == "{cut o"
    assert list(rig.upkeep.check_notes()) == []


def test_another_spelling_of_the_name_on_a_disk_that_knows_no_capitals_loses_nothing(rig: Rig) -> None:
    rig.make(PERFECT, user="id-1")
    (rig.folder / "outputs" / "users" / "ANN").symlink_to("Ann")

    follows(rig).renamed(User("id-1", "ANN"), "Ann")

    assert list(links_in(file_of(rig.folder, "ANN"))) == [PERFECT]


def test_a_deleted_account_takes_what_is_ours_along(rig: Rig) -> None:
    item = rig.make(PERFECT, user="id-1")
    put(file_of(rig.folder, "id-1"), note({OTHER: OURS}))
    ann = rig.users.get("id-1")
    del accounts(rig).people["id-1"]

    follows(rig).removed(ann)

    assert folders(rig.folder) == []
    assert list(rig.upkeep.check_notes()) == rig.upkeep.repair() == []
    rig.library.delete(item.id, confirmed=True)
    assert folders(rig.folder) == []


def test_a_deleted_account_leaves_what_other_programs_wrote(rig: Rig) -> None:
    rig.make(PERFECT, user="id-1")
    ours = links_in(file_of(rig.folder, "Ann"))
    put(file_of(rig.folder, "Ann"), note({**ours, "job-1": THEIRS}))
    put(file_of(rig.folder, "id-1"), "{cut o")

    follows(rig).removed(rig.users.get("id-1"))

    assert links_in(file_of(rig.folder, "Ann")) == {"job-1": THEIRS}
    assert file_of(rig.folder, "id-1").read_text() == "{cut o"


def test_a_disk_that_refuses_holds_up_no_change_of_the_account(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    file_of(rig.folder, "Ann").mkdir(parents=True)

    follows(rig).renamed(User("id-1", "Bea"), "Ann")
    follows(rig).removed(User("id-1", "Ann"))

    assert [record.__dict__["user"] for record in caplog.records if record.levelname == "WARNING"] == ["id-1", "id-1"]


def test_songs_without_an_account_give_the_folder_up_to_who_has_the_name(rig: Rig) -> None:
    rig.make(PERFECT, user="bob")
    rig.library.write_links("bob")
    assert list(links_in(file_of(rig.folder, "bob"))) == [PERFECT]
    accounts(rig).add(User("id-3", "Bob"), "")

    rig.make(OTHER, user="id-3")

    assert list(links_in(file_of(rig.folder, "Bob"))) == [OTHER]
    assert [*rig.upkeep.check_notes(), *rig.upkeep.repair()] == []


def test_moving_in_in_place_finds_the_links_of_a_file_that_was_set_aside(rig: Rig) -> None:
    rig.make(PERFECT, user="bob")
    rig.make(OTHER, user="id-1")
    put(file_of(rig.folder, "Ann"), '{"links": {"job-1": {"youtube_id": "' + PERFECT + '", "displ')
    rig.upkeep.repair()
    mover = replace(moving_in(rig), user_id_of=lambda name: {"Ann": "id-1"}.get(name, name))

    mover.move_in(OldLibraries(rig.folder), dry_run=False)

    assert {song.video_id for song in rig.songs.record.links_of("id-1")} == {PERFECT, OTHER}
    assert set(links_in(file_of(rig.folder, "Ann"))) == {PERFECT, OTHER}


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path) as client:
        yield person(client, "root", Role.ADMIN)


def test_administration_renames_and_deletes_with_the_links(admin: TestClient, tmp_path: Path) -> None:
    wish = {"name": "ann", "password": "a short sentence"}
    ann = f"/api/admin/users/{admin.post('/api/admin/users', json=wish).json()['id']}"
    put(file_of(tmp_path, "ann"), note({PERFECT: OURS, "job-1": THEIRS}))

    assert admin.patch(ann, json={"name": "bea"}).status_code == 200
    assert folders(tmp_path) == ["bea"]
    assert set(links_in(file_of(tmp_path, "bea"))) == {PERFECT, "job-1"}

    assert admin.delete(ann).status_code == 204
    assert links_in(file_of(tmp_path, "bea")) == {"job-1": THEIRS}
