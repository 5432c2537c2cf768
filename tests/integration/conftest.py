"""What tests of the API share: a studio, somebody in it, and a song of hers."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.songs import Song
from tests.songs_on_file import finished_song
from tests.studios import person, served


@pytest.fixture(scope="module")
def studio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Served with the settings in the module's `FLAGS`, if it has any."""
    with served(tmp_path_factory.mktemp("studio"), **getattr(request.module, "FLAGS", {})) as client:
        yield client


@pytest.fixture(scope="module")
def anna(studio: TestClient) -> TestClient:
    return person(studio, "anna")


@pytest.fixture(scope="module")
def song(studio: TestClient, anna: TestClient) -> Song:
    """Hers: four stems of a second each."""
    return finished_song(studio, "anna")
