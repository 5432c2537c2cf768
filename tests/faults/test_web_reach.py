"""Links that would make the server ask its own house: refused before a single byte is sent."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from harmonix_splitter.adapters.sources.youtube import YouTube

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Canary(HTTPServer):
    """Counts who comes, and answers a picture, or what it is told."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None, body: bytes = PNG) -> None:
        self.visits: list[str] = []
        self.answer = status, headers or {}, body
        super().__init__(("127.0.0.1", 0), _Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Answer(BaseHTTPRequestHandler):
    server: Canary

    def do_GET(self) -> None:
        self.server.visits.append(self.path)
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:{port}/x.png",
        "http://localhost:{port}/x.png",
        "http://[::ffff:127.0.0.1]:{port}/x.png",
        "http://2130706433:{port}/x.png",
        "http://0177.0.0.1:{port}/x.png",
        "http://127.1:{port}/x.png",
        "http://i.ytimg.com@127.0.0.1:{port}/x.png",
        "http://127.0.0.1:{port}#.ytimg.com",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/x.png",
        "http://evilytimg.com/x.png",
        "http://ytimg.com.evil.example/x.png",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/x",
        "http://",
        "not a link",
    ],
)
def test_a_picture_is_only_fetched_from_where_pictures_are(canary: Canary, tmp_path: Path, link: str) -> None:
    found = YouTube().thumbnail(link.format(port=canary.port), tmp_path)

    assert found is None
    assert canary.visits == []
    assert list(tmp_path.iterdir()) == []


def test_a_redirection_leads_nowhere(canary: Canary, tmp_path: Path) -> None:
    door = Canary(302, {"Location": f"http://127.0.0.1:{canary.port}/secret"})

    found = YouTube(base=f"http://127.0.0.1:{door.port}").thumbnail(f"http://127.0.0.1:{door.port}/x.png", tmp_path)

    assert found is None
    assert door.visits == ["/x.png"]
    assert canary.visits == []
    door.shutdown()
    door.server_close()


@pytest.mark.parametrize(("body", "is_kept"), [(PNG, True), (b"<html>", False), (PNG + bytes(11_000_000), False)])
def test_what_is_no_picture_or_too_large_is_left(tmp_path: Path, body: bytes, is_kept: bool) -> None:
    site = Canary(body=body)
    link = f"http://127.0.0.1:{site.port}"

    found = YouTube(base=link).thumbnail(f"{link}/x.png", tmp_path)

    assert (found is not None) is is_kept
    assert (list(tmp_path.iterdir()) != []) is is_kept
    site.shutdown()
    site.server_close()
