"""What the library's storage promises, kept by a local disk and by an object store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.local_disk import LocalDisk
from harmonix_splitter.adapters.storage.object_store import ObjectStore
from harmonix_splitter.errors import ConflictError, NotFoundError, StorageError, UnavailableError
from harmonix_splitter.services.ports.storage import LibraryStorage
from tests.servers import s3_server

PLACE = "cNGjD0VG4R8/karaoke-balanced-auto"
Build = Callable[[str], dict[str, Path]]


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[str, dict[str, str]]]:
    with s3_server() as found:
        yield found


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> LibraryStorage:
    if request.param == "disk":
        return LocalDisk(tmp_path / "library", tmp_path / "archive")
    url, options = request.getfixturevalue("bucket")
    return ObjectStore(Bucket(f"{url}/{tmp_path.name}", options), tmp_path / "cache")


@pytest.fixture
def build(storage: LibraryStorage) -> Build:
    def build(content: str) -> dict[str, Path]:
        workspace = storage.workspace(f"job-{content}")
        files = {}
        for name in ("vocals", "instrumental"):
            files[name] = workspace / f"{name}.flac"
            files[name].write_text(f"{name} {content}")
        return files

    return build


def test_a_storage_that_answers_is_there(storage: LibraryStorage) -> None:
    assert storage.is_there()


def test_a_place_appears_whole(storage: LibraryStorage, build: Build) -> None:
    storage.publish(PLACE, build("one"), {"title": "Perfect"})

    assert list(storage.places()) == [PLACE]
    assert storage.manifest(PLACE).facts["title"] == "Perfect"
    opened = storage.open(PLACE, "vocals")
    assert opened.path.read_text() == "vocals one"
    assert opened.path.suffix == ".flac"
    assert opened.size == len("vocals one")
    assert storage.faults(PLACE) == []


def test_who_comes_second_is_refused_and_changes_nothing(storage: LibraryStorage, build: Build) -> None:
    storage.publish(PLACE, build("one"), {})

    with pytest.raises(ConflictError):
        storage.publish(PLACE, build("two"), {})

    assert storage.open(PLACE, "vocals").path.read_text() == "vocals one"


def test_a_replacement_takes_over_at_once(storage: LibraryStorage, build: Build) -> None:
    storage.publish(PLACE, build("one"), {})

    storage.replace(PLACE, build("two"), {})

    assert storage.open(PLACE, "vocals").path.read_text() == "vocals two"
    assert list(storage.places()) == [PLACE]


@pytest.mark.parametrize(
    "place",
    [
        "../x/y",
        "a/../b",
        "/etc/passwd",
        "a/b/c",
        "a",
        "a/.hidden",
        "a/b\x00c",
        "a\\b/c",
        "%2e%2e/x",
        "a/ü",
        ".work/x",
        "",
    ],
)
def test_nothing_but_two_plain_names_is_a_place(storage: LibraryStorage, place: str) -> None:
    with pytest.raises(NotFoundError):
        storage.manifest(place)
    with pytest.raises(NotFoundError):
        storage.open(place, "vocals")
    with pytest.raises(NotFoundError):
        storage.remove(place)


@pytest.mark.parametrize("name", ["drums", "../manifest.json", "vocals.flac", "manifest.json", ""])
def test_a_file_is_found_by_its_name_in_the_manifest_alone(storage: LibraryStorage, build: Build, name: str) -> None:
    storage.publish(PLACE, build("one"), {})

    with pytest.raises(NotFoundError):
        storage.open(PLACE, name)


def test_removing_leaves_nothing_and_may_be_done_twice(storage: LibraryStorage, build: Build) -> None:
    storage.publish(PLACE, build("one"), {})

    storage.remove(PLACE)
    storage.remove(PLACE)

    assert list(storage.places()) == []
    with pytest.raises(NotFoundError):
        storage.open(PLACE, "vocals")


def test_the_archive_keeps_a_place_whole_and_gives_it_back(storage: LibraryStorage, build: Build) -> None:
    storage.publish(PLACE, build("one"), {})

    storage.archive("items", PLACE)
    assert list(storage.places()) == []
    storage.restore("items", PLACE)

    assert storage.open(PLACE, "vocals").path.read_text() == "vocals one"
    assert storage.faults(PLACE) == []


def test_a_restored_place_does_not_overwrite_a_new_one(storage: LibraryStorage, build: Build) -> None:
    storage.publish(PLACE, build("one"), {})
    storage.archive("items", PLACE)
    storage.publish(PLACE, build("two"), {})

    with pytest.raises(ConflictError):
        storage.restore("items", PLACE)

    assert storage.open(PLACE, "vocals").path.read_text() == "vocals two"


def test_notes_are_read_back(storage: LibraryStorage) -> None:
    assert storage.read_note("cNGjD0VG4R8", "metadata.json") is None

    storage.write_note("cNGjD0VG4R8", "metadata.json", "{}")
    storage.write_note("cNGjD0VG4R8", "metadata.json", '{"ü": 1}')

    assert storage.read_note("cNGjD0VG4R8", "metadata.json") == '{"ü": 1}'


def test_garbage_is_gathered_and_what_is_published_stays(storage: LibraryStorage, build: Build) -> None:
    storage.publish(PLACE, build("one"), {})
    storage.workspace("abandoned")

    storage.gather_garbage(-10.0)

    assert storage.faults(PLACE) == []


def test_a_link_planted_in_the_library_is_not_followed(tmp_path: Path) -> None:
    disk = LocalDisk(tmp_path / "library", tmp_path / "archive")
    workspace = disk.workspace("job")
    (workspace / "vocals.flac").write_text("ten bytes!")
    disk.publish(PLACE, {"vocals": workspace / "vocals.flac"}, {})
    (tmp_path / "secret").write_text("ten secret")
    (tmp_path / "library" / PLACE / "vocals.flac").unlink()
    (tmp_path / "library" / PLACE / "vocals.flac").symlink_to(tmp_path / "secret")

    with pytest.raises(StorageError):
        disk.open(PLACE, "vocals")


def test_an_object_store_that_is_away_says_so(tmp_path: Path) -> None:
    options = {
        "aws_endpoint": "http://127.0.0.1:1",
        "aws_access_key_id": "x",
        "aws_secret_access_key": "x",
        "aws_region": "us-east-1",
    }
    away = ObjectStore(Bucket("s3://nowhere/x", options), tmp_path)

    with pytest.raises(UnavailableError, match="object store failed"):
        away.manifest(PLACE)
    assert not away.is_there()
