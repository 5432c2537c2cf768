"""The models folder over the API: what is listed, pulled with measured progress, found damaged, and removed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.models import Model, ModelFile, Presence
from harmonix_splitter.errors import NotFoundError, SourceError
from harmonix_splitter.services.ports.progress import Progress
from tests.studios import person, served

KNOWN = Model("small", "onnx", ("vocals",), (ModelFile("small.onnx", "http://models.test/s", size=9),), "MIT", "Ada")


@dataclass
class FakeModels:
    """A folder of one model, and a web that may be away."""

    here: Presence = Presence.ABSENT
    is_online: bool = True
    asked: list[str] = field(default_factory=list)

    def models(self) -> tuple[Model, ...]:
        return (KNOWN,)

    def named(self, name: str) -> Model:
        if name != KNOWN.name:
            raise NotFoundError(f"There is no model {name!r}.")
        return KNOWN

    def presence(self, model: Model) -> Presence:
        return self.here

    def paths(self, model: Model) -> tuple[Path, ...]:
        return ()

    def pull(self, name: str, progress: Progress) -> tuple[Path, ...]:
        progress(0.5)
        if not self.is_online:
            raise SourceError("The model could not be downloaded.", advice="Check the connection.")
        self.here = Presence.HERE
        return ()

    def verify(self, name: str) -> Presence:
        return Presence.DAMAGED

    def remove(self, name: str) -> None:
        self.here = Presence.ABSENT

    def import_file(self, path: Path) -> Model:
        return KNOWN


@pytest.fixture
def models() -> FakeModels:
    return FakeModels()


@pytest.fixture
def root(tmp_path: Path, models: FakeModels) -> Iterator[TestClient]:
    with served(tmp_path) as client:
        studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
        vars(studio)["models"] = models
        yield person(client, "root", Role.ADMIN)


def pulled(browser: TestClient) -> list[dict[str, object]]:
    return [json.loads(line) for line in browser.post("/api/admin/models/small/pull").text.splitlines()]


def test_a_model_says_whose_it_is_before_it_is_pulled(root: TestClient) -> None:
    listed = root.get("/api/admin/models").json()

    assert [(one["name"], one["licence"], one["source"], one["size"]) for one in listed] == [("small", "MIT", "Ada", 9)]
    assert listed[0]["presence"] == "not here"


def test_a_download_tells_how_far_it_is_and_that_it_is_here(root: TestClient, models: FakeModels) -> None:
    assert pulled(root) == [{"share": 0.5}, {"presence": "here"}]
    assert root.get("/api/admin/models").json()[0]["presence"] == "here"


def test_a_download_that_fails_says_why_in_its_last_line(root: TestClient, models: FakeModels) -> None:
    models.is_online = False

    assert pulled(root)[-1]["problem"] == {
        "detail": "The model could not be downloaded.", "advice": "Check the connection.", "code": SourceError.code,
    }  # fmt: skip


def test_a_damaged_model_is_found_and_removed(root: TestClient, models: FakeModels) -> None:
    models.here = Presence.HERE

    assert root.post("/api/admin/models/small/verify").json()["presence"] == "damaged"
    assert root.delete("/api/admin/models/small").status_code == 204
    assert root.get("/api/admin/models").json()[0]["presence"] == "not here"
    assert root.post("/api/admin/models/nobodys/pull").status_code == 404
