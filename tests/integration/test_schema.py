"""The API document against the server: whatever it allows to be asked, no answer is a broken server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harmonix_splitter.domain.accounts import Role
from tests.songs_on_file import finished_song
from tests.studios import ORIGIN, key_of, person, served

# These live streams, or whole-house chores, would run for ever or empty the house under test.
LEFT_OUT = ("/api/events", "/api/admin/backups", "/admin/backup", "/api/admin/storage", "/api/doctor", "/api/demo")
EXAMPLES = 4


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("studio")
    quiet = {"limits__anonymous_per_second": 0, "limits__writes_per_second": 0, "sources__itunes": False}
    with served(folder, server__worker_here=False, **quiet) as client:
        yield client


@pytest.fixture(scope="module")
def sender(studio: TestClient) -> dict[str, str]:
    root = person(studio, "root", Role.ADMIN)
    finished_song(studio, "root")
    return key_of(root, "read", "write", "admin")


def operations(document: Any) -> Iterator[Any]:
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        if not operation.path.startswith(LEFT_OUT):
            yield operation


def test_no_question_the_document_allows_breaks_the_server(studio: TestClient, sender: dict[str, str]) -> None:
    broken = []
    asking = TestClient(studio.app, base_url=ORIGIN, raise_server_exceptions=False)
    for operation in operations(studio.app.openapi()):  # type: ignore[attr-defined]
        broken += _failures(asking, sender, operation)
    assert not broken, "\n".join(broken)


def test_every_operation_has_a_name_of_its_own(studio: TestClient) -> None:
    document = studio.app.openapi()  # type: ignore[attr-defined]
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]

    assert document["openapi"].startswith("3.1")
    assert len(names) == len(set(names))


def _failures(studio: TestClient, sender: dict[str, str], operation: Any) -> list[str]:
    found: list[str] = []

    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(operation.as_strategy() if hasattr(operation, "as_strategy") else st.nothing())
    def ask(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://studio.test")
        sent["headers"] = {**dict(sent.get("headers") or {}), **sender}
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), bytes):
            sent["content"] = sent.pop("data")
        answer = studio.request(**sent)
        if answer.status_code >= 500 and answer.status_code not in {502, 503}:
            found.append(f"{operation.method.upper()} {operation.path}: {answer.status_code} {answer.text[:200]}")

    ask()
    return found[:1]
