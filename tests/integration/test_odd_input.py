"""Characters that are none and numbers without an end, sent to every route on both databases: 400, never 500."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from tests.servers import postgres_server
from tests.studios import ORIGIN, key_of, person, served

AS_JSON = {"content-type": "application/json"}
ODD = [rb'{"title": "\u0000", "artist": "x"}', rb'{"title": "\ud800"}', b'{"title": "x", "durationMs": NaN}',
       b'{"title": "x", "durationMs": 1e400}']  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("studio")
    quiet = {"limits__writes_per_second": 0, "sources__itunes": False, "sources__lrclib": False}
    with ExitStack() as held:
        if request.param == "postgres":
            quiet["database__url"] = held.enter_context(postgres_server(folder))  # type: ignore[assignment]
        client = held.enter_context(served(folder, **quiet))
        asking = TestClient(client.app, base_url=ORIGIN, raise_server_exceptions=False)
        asking.headers.update(key_of(person(client, "root", Role.ADMIN), "read", "write", "admin"))
        yield asking


def test_no_route_stumbles_over_what_is_no_text(root: TestClient) -> None:
    wrong = []
    for path, ways in root.app.openapi()["paths"].items():  # type: ignore[attr-defined]
        if path.startswith(("/api/share", "/share")):
            continue
        plain, nul = (re.sub(r"{\w+}", name, path) for name in ("x", "a%00"))
        asked: list[tuple[str, str, bytes | None]] = [(way, nul, None) for way in ways if nul != plain]
        asked += [(way, f"{plain}?q=%00&search=%00", None) for way in ways]
        asked += [(way, plain, body) for way in ways if way in {"post", "put", "patch"} for body in ODD]
        for way, address, body in asked:
            answer = root.request(way.upper(), address, content=body, headers=AS_JSON if body else {})
            if answer.status_code != 400 or answer.json()["code"] != "invalid_request":
                wrong.append(f"{way} {address} {body!r}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("number", ['"NaN"', '"inf"', '"-Infinity"'])
def test_a_word_for_a_number_without_an_end_is_no_duration(root: TestClient, number: str) -> None:
    body = f'{{"title": "x", "durationMs": {number}}}'

    assert root.post("/api/songs", content=body, headers=AS_JSON).status_code == 400


def test_a_form_with_a_nul_is_refused(root: TestClient) -> None:
    answer = root.post("/upload", files={"file": ("x.wav", b"RIFF")}, data={"title": "a\x00b", "artist": "c"})

    assert answer.status_code < 500
