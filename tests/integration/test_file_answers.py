"""Files over HTTP: whole, in part, unchanged and changed."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from harmonix_splitter.api.file_answers import PIECE, FileAnswer, OpenFiles
from harmonix_splitter.errors import NotFoundError

CONTENT = os.urandom(PIECE * 2 + 77)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "stem.flac"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def client(file: Path) -> Iterator[TestClient]:
    async def answer(_request: Request) -> FileAnswer:
        return FileAnswer(file, filename="Älv.flac")

    with TestClient(Starlette(routes=[Route("/f", answer, methods=["GET", "HEAD"])])) as client:
        yield client


def test_a_whole_file_arrives_as_it_is(client: TestClient) -> None:
    answer = client.get("/f")

    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("span", [(0, 9), (PIECE - 5, PIECE + 5), (5, len(CONTENT) - 1)])
def test_a_part_is_that_part(client: TestClient, span: tuple[int, int]) -> None:
    answer = client.get("/f", headers={"range": f"bytes={span[0]}-{span[1]}"})

    assert answer.status_code == 206
    assert answer.content == CONTENT[span[0] : span[1] + 1]
    assert answer.headers["content-range"] == f"bytes {span[0]}-{span[1]}/{len(CONTENT)}"


def test_head_says_the_same_and_sends_nothing(client: TestClient) -> None:
    answer = client.head("/f", headers={"range": "bytes=0-1"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(CONTENT))


def test_what_the_browser_has_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/f").headers["etag"]

    again = client.get("/f", headers={"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_a_resumed_download_of_a_changed_file_starts_over(client: TestClient, file: Path) -> None:
    tag = client.get("/f", headers={"range": "bytes=0-9"}).headers["etag"]
    changed = file.with_suffix(".new")
    changed.write_bytes(b"other bytes")
    changed.replace(file)

    resumed = client.get("/f", headers={"range": "bytes=10-", "if-range": tag})

    assert (resumed.status_code, resumed.content) == (200, b"other bytes")


def test_an_answer_under_way_keeps_reading_the_file_it_began_with(file: Path) -> None:
    files = OpenFiles()
    before = files.get(file)
    changed = file.with_suffix(".new")
    changed.write_bytes(b"other bytes")
    changed.replace(file)

    assert os.pread(files.get(file).handle, 99, 0) == b"other bytes"
    assert os.pread(before.handle, 10, 0) == CONTENT[:10]


def test_a_link_in_place_of_a_file_is_not_followed(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.flac"
    link.symlink_to(file)

    for path in (link, tmp_path, tmp_path / "absent"):
        with pytest.raises(NotFoundError):
            OpenFiles().get(path)


def _open_files(folder: Path) -> int:
    """Of this folder only: other tests' threads open and close files of their own."""
    held = 0
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            held += handle.readlink().is_relative_to(folder)
    return held


def test_only_so_many_files_stay_open(tmp_path: Path) -> None:
    files = OpenFiles(most=3)

    for number in range(10):
        path = tmp_path / f"{number}.wav"
        path.write_bytes(b"x")
        files.get(path)

    assert _open_files(tmp_path) == 3
