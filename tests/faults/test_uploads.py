"""Senders who are slow, break off, lie about the length or send a thousand things: nothing of theirs stays."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn

from harmonix_splitter.api.main import create_app
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Role
from tests.faults.workers import wait_until
from tests.studios import PASSWORD, fresh_studio

BORDER = "a-border"
FILE = b'content-disposition: form-data; name="file"; filename="song.wav"\r\ncontent-type: audio/wav\r\n\r\n'


@dataclass
class Served:
    """A studio on a real port, and the cookie of somebody signed in."""

    studio: Studio
    port: int
    cookie: str = ""
    folder: Path = field(default_factory=Path)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def head(self, length: int) -> bytes:
        lines = [
            "POST /upload HTTP/1.1",
            f"host: 127.0.0.1:{self.port}",
            f"origin: {self.address}",
            f"cookie: {self.cookie}",
            f"content-type: multipart/form-data; boundary={BORDER}",
            f"content-length: {length}",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def sent(self, data: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(data)
        return connection

    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "uploads").glob("**/*") if path.is_file())

    def post(self, body: bytes) -> httpx.Response:
        kind = {"content-type": f"multipart/form-data; boundary={BORDER}", "origin": self.address}
        return httpx.post(f"{self.address}/upload", content=body, headers={**kind, "cookie": self.cookie}, timeout=60)


def form(*parts: bytes) -> bytes:
    border = f"--{BORDER}".encode()
    return b"".join(border + b"\r\n" + part + b"\r\n" for part in parts) + border + b"--\r\n"


@contextmanager
def listening(folder: Path) -> Iterator[Served]:
    studio = fresh_studio(folder)
    server = uvicorn.Server(uvicorn.Config(create_app(studio), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(studio, port, folder=folder)
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with listening(tmp_path_factory.mktemp("studio")) as served:
        people = served.studio.accounts.people
        people.create(people.new_user("anna", role=Role.MEMBER), PASSWORD)
        signed_in = httpx.post(
            f"{served.address}/api/auth/login",
            json={"name": "anna", "password": PASSWORD},
            headers={"origin": served.address},
            timeout=60,
        )
        served.cookie = "; ".join(f"{name}={value}" for name, value in signed_in.raise_for_status().cookies.items())
        yield served


def answer_on(connection: socket.socket) -> bytes:
    with connection:
        found = b""
        while piece := connection.recv(65_536):
            found += piece
            if b"\r\n\r\n" in found:
                break
        return found


def test_an_upload_that_breaks_off_leaves_nothing(house: Served) -> None:
    before = house.kept()

    house.sent(house.head(3_000_000) + form(FILE + bytes(2_000_000))[:2_000_000]).close()

    wait_until(lambda: httpx.get(f"{house.address}/health", timeout=60).is_success)
    assert house.kept() == before
    assert house.studio.jobs.record.count() == {}


def test_a_body_shorter_or_longer_than_it_says_is_no_upload(house: Served) -> None:
    whole = form(FILE + b"sound" * 100)

    cut_off = answer_on(house.sent(house.head(len(whole) - 60) + whole))

    assert cut_off.startswith(b"HTTP/1.1 400")
    assert house.kept() == []


def test_ten_thousand_parts_are_refused(house: Served) -> None:
    field_of = b'content-disposition: form-data; name="x"\r\n\r\n1'

    assert house.post(form(*[field_of] * 10_000)).status_code == 400
    assert house.post(form(*[FILE + b"sound"] * 2_000)).status_code == 400
    assert house.kept() == []


def test_crowds_of_slow_senders_keep_nobody_else_waiting(house: Served) -> None:
    whole = form(FILE + b"sound" * 1000)
    with ExitStack() as crowd:
        for _ in range(60):
            crowd.enter_context(house.sent(house.head(len(whole)) + whole[:300]))

        quick = house.post(form(FILE + b"another sound"))

        assert quick.status_code == 200, quick.text
        assert httpx.get(f"{house.address}/health", timeout=60).is_success
    assert len([name for name in house.kept() if not name.endswith(".name")]) == 1


def test_of_a_field_sent_twice_one_is_taken(house: Served) -> None:
    before = set(house.kept())

    answer = house.post(form(FILE + b"the first of two", FILE + b"the second of two"))

    assert answer.status_code in {200, 400}
    assert len([name for name in set(house.kept()) - before if not name.endswith(".name")]) == answer.is_success
