"""Names that reach for other folders: every route with a name in its path answers no, and shows nothing."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from tests.songs_on_file import finished_song
from tests.studios import person, served

CANARY = "the canary sings"
NASTY = [
    "..%2f..%2fcanary.txt",
    "..%252f..%252fcanary.txt",
    "..%c0%af..%c0%afcanary.txt",
    "..%5c..%5ccanary.txt",
    "a" * 5000,
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("studio")
    (folder / "canary.txt").write_text(CANARY)
    with served(folder) as studio:
        browser = person(studio, "root", Role.ADMIN)
        finished_song(studio, "root")
        yield browser


def named_paths(client: TestClient) -> list[str]:
    """Every GET of the API that takes a name from the path."""
    paths = client.app.openapi()["paths"]  # type: ignore[attr-defined]
    return sorted(path for path, ways in paths.items() if "{" in path and "get" in ways)


def test_no_name_in_a_path_reaches_another_folder(root: TestClient) -> None:
    song = root.get("/api/songs").json()[0]
    real = {"song_id": song["id"], "item_id": song["itemId"], "job_id": song["id"]}
    tried = 0
    for path in named_paths(root):
        for nasty in NASTY:
            # The last name is the nasty one, behind a song that is there where the path has one.
            own, _, last = path.rpartition("{")
            address = re.sub(r"{(\w+)}", lambda found: real.get(found[1], "x"), own) + nasty + last.partition("}")[2]
            answer = root.get(address)
            tried += 1
            assert answer.status_code < 500, (address, answer.text)
            assert CANARY not in answer.text, address
    assert tried > 150


@pytest.mark.parametrize("name", ["../../canary.txt", "..\\..\\canary.txt", "/etc/passwd", "a\x00.flac", "."])
def test_a_file_is_stored_under_its_hash_whatever_it_is_called(root: TestClient, name: str) -> None:
    answer = root.post("/upload", files={"file": (name, name.encode() * 10)})

    studio = root.app.state.studio  # type: ignore[attr-defined]
    kept = {path.name for path in (studio.settings.data_dir / "uploads").iterdir()}
    assert answer.status_code in {200, 400}, answer.text
    assert all(re.fullmatch(r"[0-9a-f]{24}(\.name)?", each) for each in kept)
    assert (studio.settings.data_dir / "canary.txt").read_text() == CANARY
