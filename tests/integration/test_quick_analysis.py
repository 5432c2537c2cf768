"""A file analysed on the spot, at the documented paths."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from tests.studios import person, served

RATE = 22_050


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("studio"), server__worker_here=False, limits__upload_mb=3) as client:
        yield client


@pytest.fixture(scope="module")
def anna(studio: TestClient) -> TestClient:
    return person(studio, "anna")


def a_minor_song() -> dict[str, tuple[str, bytes]]:
    """Twelve seconds of an A minor chord struck every half second: 120 beats a minute."""
    time = np.arange(RATE * 12) / RATE
    struck = np.exp(-6 * (time % 0.5))
    wave = 0.2 * struck * sum(np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 261.63, 329.63))
    out = io.BytesIO()
    soundfile.write(out, wave.astype(np.float32), RATE, format="WAV")
    return {"file": ("../song.wav", out.getvalue())}


def test_a_file_is_analysed_in_the_documented_shape(anna: TestClient) -> None:
    answer = anna.post("/analyze", files=a_minor_song(), data={"quality": "fast", "mode": "karaoke"})
    found = answer.json()

    assert answer.status_code == 200
    assert (found["duration"], found["duration_formatted"]) == (12.0, "0:12")
    assert (found["key"]["key"], found["key"]["scale"], found["key"]["camelot"]) == ("A", "Minor", "8A")
    assert found["tempo"]["bpm"] == pytest.approx(120, abs=2)
    assert found["estimate"]["quality"] == "fast"
    assert isinstance(found["sections"], int)
    assert anna.get("/jobs").json()["jobs"] == []


def test_the_older_api_names_the_instruments(anna: TestClient) -> None:
    found = anna.post("/api/analysis", files=a_minor_song()).json()

    assert set(found) == {"instruments", "detected", "recommendations", "metadata"}
    assert found["recommendations"]["target_stems"][:3] == ["vocals", "drums", "bass"]
    assert found["metadata"]["filename"] == "song.wav"


@pytest.mark.parametrize("path", ["/analyze", "/api/analysis"])
def test_what_is_no_music_is_refused(anna: TestClient, studio: TestClient, path: str) -> None:
    assert 400 <= anna.post(path, files={"file": ("x.wav", b"no sound at all")}).status_code < 500
    assert anna.post(path, files={"file": ("x.wav", b"")}).status_code == 400
    assert anna.post(path, files={"file": ("x.wav", b"x" * 3_000_001)}).status_code == 413
    assert studio.post(path, files=a_minor_song()).status_code == 401


def test_guests_send_nothing(studio: TestClient) -> None:
    guest = person(studio, "gus", Role.GUEST)

    assert guest.post("/analyze", files=a_minor_song()).status_code == 403
