"""A language model that names sections: one that answers well, badly, slowly or not at all."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from harmonix_splitter.adapters.engines.sections.llm_names import LlmNames
from harmonix_splitter.errors import AnalysisError, EngineMissingError

ALLOWED = ("intro", "verse", "chorus")
FORM = ({"letter": "A", "seconds": 8.0, "loudness": 0.6}, {"letter": "B", "seconds": 16.0, "loudness": 1.3})


class Model(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.says: str | None = '{"names": ["verse", "chorus"]}'
        self.status = 200
        self.asked: list[tuple[str, str | None, dict[str, Any]]] = []
        self.let_go = Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Answering(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers.get("Authorization"), body))
        if self.server.says is None:
            self.server.let_go.wait(10)
            return
        answer = json.dumps({"choices": [{"message": {"content": self.server.says}}]}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def model() -> Iterator[Model]:
    server = Model()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


def test_names_from_the_closed_set_are_taken_in_order(model: Model) -> None:
    names = LlmNames(model.address, "small", "hush").names(FORM, ALLOWED)

    assert names == ("verse", "chorus")
    path, authorisation, body = model.asked[0]
    assert (path, authorisation, body["model"]) == ("/v1/chat/completions", "Bearer hush", "small")


def test_talk_around_the_answer_does_no_harm(model: Model) -> None:
    model.says = 'Sure! ```json\n{"names": ["Verse", "CHORUS"]}\n``` Anything else?'

    assert LlmNames(model.address, "small").names(FORM, ALLOWED) == ("verse", "chorus")


@pytest.mark.parametrize(
    ("says", "status", "reason"),
    [
        ('{"names": ["verse", "drop"]}', 200, "not allowed"),
        ('{"names": ["verse"]}', 200, "not allowed"),
        ("I cannot listen to music.", 200, "no names"),
        ('{"names": 7}', 200, "no names"),
        ("", 500, "cannot be asked"),
    ],
)
def test_any_other_answer_is_refused(model: Model, says: str, status: int, reason: str) -> None:
    model.says, model.status = says, status

    with pytest.raises(AnalysisError, match=reason):
        LlmNames(model.address, "small").names(FORM, ALLOWED)


def test_a_model_that_thinks_too_long_is_left(model: Model) -> None:
    model.says = None

    with pytest.raises(AnalysisError, match="longer than"):
        LlmNames(model.address, "small", patience=0.2).names(FORM, ALLOWED)


def test_without_an_address_nobody_is_asked() -> None:
    with pytest.raises(EngineMissingError):
        LlmNames("", "").require()
