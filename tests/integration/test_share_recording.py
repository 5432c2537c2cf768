"""A session recorded through the API becomes a song of whoever shared, and is remembered."""

import base64
import time
from collections.abc import Iterator

import numpy as np
import pytest
from fastapi.testclient import TestClient

from tests.studios import key_of, person, served

TOKEN = {"Authorization": "Bearer tiger"}
HALF_SECOND = base64.b64encode(np.zeros(44_100, "<f4").tobytes()).decode()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("recording"), sharing__bearer_token="tiger") as client:
        yield client


def _remembered(studio: TestClient, who: dict[str, str]) -> dict[str, object]:
    """The newest session, when its recording is a song: that happens after the answer to stop."""
    for _ in range(1_000):
        (newest, *_rest) = studio.get("/api/share-history", headers=who).json()["sessions"]
        if newest["songId"]:
            return dict(newest)
        time.sleep(0.05)
    raise AssertionError("the recording never became a song")


def test_a_recorded_session_is_a_song_of_its_sharer(studio: TestClient) -> None:
    # Keys, not browsers of their own: what records lives in the one event loop of this client.
    anna, bob = (key_of(person(studio, name), "read", "write") for name in ("anna", "bob"))
    begun = studio.post("/api/share/start", json={"sessionId": "123456", "record": True}, headers=anna).json()
    mine = {**anna, "X-Share-Publisher": begun["publisherToken"]}
    for number in range(3):
        posted = {"data": HALF_SECOND, "sequenceNumber": number}
        studio.post("/api/share/123456/audio", json=posted, headers=mine).raise_for_status()
    studio.post("/api/share/123456/stop", headers=mine).raise_for_status()

    past = _remembered(studio, anna)

    song = studio.get(f"/api/songs/{past['songId']}", headers=anna).json()
    assert "Live session 123456" in song["title"]
    assert past["bytesTransferred"] == 3 * 176_400
    assert past["chunks"] == 3
    assert past["sessionDuration"] is not None
    assert studio.get("/api/share-history", headers=bob).json() == {"sessions": []}
    assert studio.get("/api/share-history?everybody=true", headers=bob).status_code == 403


def test_recording_wants_somebody_whose_song_it_will_be(studio: TestClient) -> None:
    refused = studio.post("/api/share/start", json={"sessionId": "222222", "record": True}, headers=TOKEN)

    assert refused.status_code == 401
    assert studio.get("/api/share/222222/status", headers=TOKEN).status_code == 404
