"""An object store behind a bad line: errors, cut-off answers and two nodes at once never make half an item or two, and
one that hangs holds up nobody but those who want to hear."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import httpx
import pytest

from harmonix_splitter.adapters.storage import store_line
from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.object_store import ObjectStore
from harmonix_splitter.errors import ConflictError, HarmonixError, StorageError, UnavailableError
from tests.servers import s3_server
from tests.songs_on_file import finished_song
from tests.studios import ORIGIN, key_of, person, served

PLACE = "cNGjD0VG4R8/karaoke-balanced-auto"
Trouble = Callable[[str, str], str]


class BadLine(ThreadingHTTPServer):
    """Passes requests on to the store; `trouble` says of method and path: "" fine, "500", "cut" or "hang"."""

    daemon_threads = True

    def __init__(self, store: str) -> None:
        self.store = store
        self.trouble: Trouble = lambda _method, _path: ""
        self.asked, self.goes_on = 0, threading.Event()
        super().__init__(("127.0.0.1", 0), _Passing)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BadLine

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        what = self.server.trouble(self.command, self.path)
        self.server.asked += 1
        if what == "hang":
            self.server.goes_on.wait(60)
            self.close_connection = True
            return
        if what == "500":
            self.send_response(500)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        answer = httpx.request(self.command, self.server.store + self.path, headers=dict(self.headers), content=body)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection", "content-encoding"}:
                self.send_header(name, value)
        length = answer.headers.get("content-length") if self.command == "HEAD" else len(answer.content)
        self.send_header("content-length", str(length or 0))
        self.end_headers()
        if what == "cut":
            self.wfile.write(answer.content[: len(answer.content) // 2])
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(answer.content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[str, dict[str, str]]]:
    with s3_server() as found:
        yield found


@pytest.fixture
def line(bucket: tuple[str, dict[str, str]]) -> Iterator[BadLine]:
    made = BadLine(bucket[1]["aws_endpoint"])
    yield made
    made.goes_on.set()
    made.shutdown()
    made.server_close()


@pytest.fixture
def store(line: BadLine, bucket: tuple[str, dict[str, str]], tmp_path: Path) -> ObjectStore:
    url, options = bucket
    return ObjectStore(Bucket(f"{url}/{tmp_path.name}", {**options, "aws_endpoint": line.url}), tmp_path / "cache")


def stems(folder: Path, content: str) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    (folder / "vocals.flac").write_text(f"vocals {content}" * 100)
    return {"vocals": folder / "vocals.flac"}


def every_other(what: str) -> Trouble:
    asked: dict[tuple[str, str], int] = {}

    def trouble(method: str, path: str) -> str:
        asked[method, path] = asked.get((method, path), 0) + 1
        return what if asked[method, path] == 1 else ""

    return trouble


def test_errors_that_pass_are_overcome_without_anybody_noticing(
    store: ObjectStore, line: BadLine, tmp_path: Path
) -> None:
    line.trouble = every_other("500")

    store.publish(PLACE, stems(tmp_path / "job", "one"), {})

    assert list(store.places()) == [PLACE]
    assert store.open(PLACE, "vocals").path.read_text() == "vocals one" * 100
    assert store.faults(PLACE) == []


def test_a_cut_off_answer_is_never_kept_as_a_whole_stem(store: ObjectStore, line: BadLine, tmp_path: Path) -> None:
    store.publish(PLACE, stems(tmp_path / "job", "one"), {})
    line.trouble = lambda method, path: "cut" if method == "GET" and "/blobs/" in path else ""

    with pytest.raises(HarmonixError):
        store.open(PLACE, "vocals")
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    line.trouble = lambda _method, _path: ""

    assert kept == []
    assert store.open(PLACE, "vocals").path.read_text() == "vocals one" * 100


def test_a_store_that_breaks_off_before_the_manifest_shows_nothing(
    store: ObjectStore, line: BadLine, tmp_path: Path
) -> None:
    line.trouble = lambda method, path: "500" if method == "PUT" and path.endswith("manifest.json") else ""

    with pytest.raises(HarmonixError, match="object store failed"):
        store.publish(PLACE, stems(tmp_path / "job", "one"), {})
    line.trouble = lambda _method, _path: ""

    assert list(store.places()) == []
    store.publish(PLACE, stems(tmp_path / "job", "two"), {})
    assert store.open(PLACE, "vocals").path.read_text() == "vocals two" * 100


def test_while_a_store_hangs_people_are_refused_at_once_and_then_served(
    store: ObjectStore, line: BadLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harmonix_splitter.adapters.storage.bucket._HASTE", 0.3)
    store.publish(PLACE, stems(tmp_path / "job", "one"), {})
    hurried = ObjectStore(replace(store.bucket, is_patient=False), store.cache)
    line.trouble = lambda _method, _path: "hang"

    refusals = []
    for _ in range(3):
        with pytest.raises(UnavailableError) as refused:
            hurried.open(PLACE, "vocals")
        refusals.append((line.asked, refused.value.retry_after > 0))
    asked = refusals[0][0]
    line.trouble = lambda _method, _path: ""
    monkeypatch.setattr(store_line, "LOOK_AGAIN", 0.0)

    assert refusals == [(asked, True)] * 3
    assert hurried.open(PLACE, "vocals").path.read_text() == "vocals one" * 100


def test_what_was_heard_here_can_be_heard_while_the_store_is_away(
    store: ObjectStore, line: BadLine, tmp_path: Path
) -> None:
    impatient = ObjectStore(replace(store.bucket, is_patient=False), store.cache)
    impatient.publish(PLACE, stems(tmp_path / "job", "one"), {})
    impatient.publish("other/" + PLACE.split("/")[1], stems(tmp_path / "job", "two"), {})
    impatient.open(PLACE, "vocals")
    line.trouble = lambda _method, _path: "500"

    assert impatient.open(PLACE, "vocals").path.read_text() == "vocals one" * 100
    with pytest.raises(UnavailableError):
        impatient.open("other/" + PLACE.split("/")[1], "vocals")


def test_what_was_not_heard_for_longest_leaves_a_full_cache(store: ObjectStore, tmp_path: Path) -> None:
    places = [f"{PLACE}-{number}" for number in range(3)]
    for place in places:
        store.publish(place, stems(tmp_path / "job", place), {})
    size = len(f"vocals {places[0]}" * 100)
    small = ObjectStore(store.bucket, tmp_path / "small", most_cached=2 * size)
    first, second = (small.open(place, "vocals").path for place in places[:2])
    for path, age in ((first, 200), (second, 100)):
        os.utime(path, (time.time() - age,) * 2)

    small.open(places[0], "vocals")
    small.open(places[2], "vocals")

    assert first.exists()
    assert not second.exists()
    assert small.open(places[1], "vocals").path.read_text() == f"vocals {places[1]}" * 100


def test_a_store_that_is_full_says_so(store: ObjectStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import obstore
    from obstore.exceptions import GenericError

    def full(*_: object, **__: object) -> None:
        raise GenericError("Server returned non-2xx status code: 507 Insufficient Storage: XMinioStorageFull")

    monkeypatch.setattr(obstore, "put", full)

    with pytest.raises(StorageError, match="full"):
        store.publish(PLACE, stems(tmp_path / "job", "one"), {})


def test_a_store_that_hangs_holds_up_only_those_who_want_to_hear(
    line: BadLine, bucket: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    options = urlencode({**bucket[1], "aws_endpoint": line.url})
    with served(tmp_path, library__object_store=f"{bucket[0]}/{tmp_path.name}?{options}") as client:
        anna = key_of(person(client, "anna"), "read", "write")
        song = finished_song(client, "anna")
        line.trouble = lambda _method, _path: "hang"

        others, heard, ready = anyio.run(_asked_at_once, client.app, song.id, anna)

    assert others == [("/health/live", 200), ("/api/songs", 200), ("/api/jobs", 200)]
    assert {(answer.status_code, "retry-after" in answer.headers) for answer in heard} == {(503, True)}
    assert (ready.status_code, ready.json()["status"]) == (503, "waiting for the object store")


async def _asked_at_once(app: Any, song_id: str, anna: dict[str, str]) -> tuple[list[tuple[str, int]], list[Any], Any]:
    """What is answered while sixty wait for sound, what the sixty get, and whether the studio is ready then."""
    heard: list[httpx.Response] = []
    others: list[tuple[str, int]] = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, headers=anna) as client:

        async def hear(number: int) -> None:
            path = ("audio/vocals", "stems", "thumbnail")[number % 3]
            heard.append(await client.get(f"/api/songs/{song_id}/{path}", timeout=60))

        async with anyio.create_task_group() as waiting:
            for number in range(60):
                waiting.start_soon(hear, number)
            await anyio.sleep(0.5)
            for path in ("/health/live", "/api/songs", "/api/jobs"):
                status = (await client.get(path, timeout=60)).status_code
                others += [(path, status)] if not heard else []
        return others, heard, await client.get("/health/ready", timeout=60)


def test_of_many_nodes_that_publish_one_place_exactly_one_wins(
    bucket: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    url, options = bucket
    won: list[str] = []

    def publish(number: int) -> None:
        node = ObjectStore(Bucket(f"{url}/{tmp_path.name}-race", options), tmp_path / f"cache{number}")
        try:
            node.publish(PLACE, stems(tmp_path / f"job{number}", str(number)), {})
            won.append(str(number))
        except ConflictError:
            return

    nodes = [threading.Thread(target=publish, args=(number,)) for number in range(6)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()

    after = ObjectStore(Bucket(f"{url}/{tmp_path.name}-race", options), tmp_path / "cache")
    assert len(won) == 1
    assert after.open(PLACE, "vocals").path.read_text() == f"vocals {won[0]}" * 100
