"""Downloads from a server that misbehaves in every way we know."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.domain.models import Model, ModelFile, Presence
from harmonix_splitter.errors import EngineMissingError, InvalidRequestError, NotFoundError, SourceError

BYTES = bytes(range(256)) * 4096
SUM = hashlib.sha256(BYTES).hexdigest()


class Misbehaving(ThreadingHTTPServer):
    """Serves BYTES at /good; cuts, lies and fails at other paths. Remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[tuple[str, str]] = []


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range", "")))
        body, code = BYTES, 200
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if start and not self.path.startswith("/whole"):
            body, code = BYTES[start:], 206
        if self.path == "/gone":
            self.send_error(404)
            return
        if self.path == "/wrong":
            body = BYTES[::-1]
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        is_first = sum(path == self.path for path, _ in self.server.asked) == 1
        self.wfile.write(body[: len(body) // 2] if self.path in ("/cut", "/whole-cut") and is_first else body)

    def log_message(self, *_words: object) -> None:
        return None


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    made = Misbehaving()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def folder(path: Path, server: Misbehaving, way: str, size: int = len(BYTES), sha256: str = SUM) -> ModelFolder:
    url = f"http://127.0.0.1:{server.server_address[1]}/{way}"
    file = ModelFile("m.onnx", url, sha256, size)
    return ModelFolder(path, (Model("m", "onnx", ("vocals",), (file,), "MIT", "somewhere"),))


def test_a_good_download_is_whole_and_verified(tmp_path: Path, server: Misbehaving) -> None:
    heard: list[float] = []

    (path,) = folder(tmp_path, server, "good").pull("m", heard.append)

    assert path.read_bytes() == BYTES
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert folder(tmp_path, server, "good").verify("m") is Presence.HERE


@pytest.mark.parametrize("way", ["cut", "whole-cut"])
def test_a_broken_download_says_so_and_continues(tmp_path: Path, server: Misbehaving, way: str) -> None:
    models = folder(tmp_path, server, way)

    with pytest.raises(SourceError, match="continues"):
        models.pull("m")
    assert models.presence(models.named("m")) is Presence.ABSENT
    models.pull("m")

    assert (tmp_path / "m.onnx").read_bytes() == BYTES
    assert server.asked[-1][1] == f"bytes={len(BYTES) // 2}-"


def test_the_wrong_bytes_are_deleted(tmp_path: Path, server: Misbehaving) -> None:
    with pytest.raises(SourceError, match="wrong checksum"):
        folder(tmp_path, server, "wrong").pull("m")

    assert [path.name for path in tmp_path.iterdir() if "lock" not in path.name] == []


def test_a_file_that_is_gone_or_a_server_that_is_away_is_a_sentence(tmp_path: Path, server: Misbehaving) -> None:
    with pytest.raises(SourceError, match="404"):
        folder(tmp_path, server, "gone").pull("m")
    models = folder(tmp_path, server, "good")
    server.shutdown()
    server.server_close()
    with pytest.raises(SourceError, match="could not be downloaded"):
        models.pull("m")


def test_two_at_once_download_once(tmp_path: Path, server: Misbehaving) -> None:
    with ThreadPoolExecutor(2) as two:
        results = list(two.map(lambda _: folder(tmp_path, server, "good").pull("m"), range(2)))

    assert results[0] == results[1]
    assert len(server.asked) == 1


def test_a_beginning_of_a_checksum_is_enough_where_no_more_is_known(tmp_path: Path, server: Misbehaving) -> None:
    folder(tmp_path / "a", server, "good", 0, SUM[:8]).pull("m")

    with pytest.raises(SourceError, match="wrong checksum"):
        folder(tmp_path / "b", server, "good", 0, "00000000").pull("m")


def test_a_known_file_under_another_name_is_found_by_its_bytes(tmp_path: Path, server: Misbehaving) -> None:
    (tmp_path / "renamed.onnx").write_bytes(BYTES)
    models = folder(tmp_path, server, "good")

    assert models.presence(models.named("m")) is Presence.HERE
    assert models.paths(models.named("m")) == (tmp_path / "renamed.onnx",)


def test_a_file_changed_on_disk_is_not_run(tmp_path: Path, server: Misbehaving) -> None:
    models = folder(tmp_path, server, "good")
    (path,) = models.pull("m")
    path.write_bytes(BYTES[:-1] + b"x")

    assert models.verify("m") is Presence.DAMAGED
    with pytest.raises(EngineMissingError, match="damaged"):
        models.paths(models.named("m"))


def test_files_come_from_elsewhere_without_a_network(tmp_path: Path, server: Misbehaving) -> None:
    (tmp_path / "stick.onnx").write_bytes(BYTES)
    models = folder(tmp_path / "models", server, "good")

    assert models.import_file(tmp_path / "stick.onnx").name == "m"
    assert models.verify("m") is Presence.HERE
    models.remove("m")
    with pytest.raises(NotFoundError, match="not here"):
        models.remove("m")
    (tmp_path / "what.onnx").write_bytes(b"?")
    with pytest.raises(InvalidRequestError, match="Nobody knows"):
        models.import_file(tmp_path / "what.onnx")
    assert server.asked == []
