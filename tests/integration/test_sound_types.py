"""What sound and pictures are called over HTTP, the same on a local disk and on an object store."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.domain.songs import Song
from tests.servers import s3_server
from tests.songs_on_file import finished_song
from tests.studios import person, served


@pytest.fixture(scope="module", params=["disk", "s3"])
def studio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("studio")
    if request.param == "disk":
        with served(folder) as client:
            yield client
        return
    with s3_server() as (url, options), served(folder, library__object_store=f"{url}?{urlencode(options)}") as client:
        yield client


def with_a_cover(studio: TestClient, folder: Path) -> Song:
    """A song whose recording is a WAV with a picture."""
    song = finished_song(studio, "anna")
    storage = studio.app.state.studio.library.storage  # type: ignore[attr-defined]
    files = {"original": folder / "original.wav", "thumbnail": folder / "thumbnail.jpg"}
    for path in files.values():
        path.write_bytes(b"anything")
    storage.replace(f"{song.video_id}/recording", files, {})
    return song


def test_sound_and_pictures_say_what_they_are(studio: TestClient, tmp_path: Path) -> None:
    anna = person(studio, "anna")
    song = with_a_cover(studio, tmp_path)

    told = {}
    for path in ("audio/vocals", "audio/original", "stems/vocals.flac", "thumbnail"):
        headers = anna.get(f"/api/songs/{song.id}/{path}").headers
        told[path] = (headers["content-type"], headers.get("content-disposition", ""))
    shared = anna.get(f"/library/{song.video_id}/vocals").headers

    vocals = ("audio/flac", 'inline; filename="Ed Sheeran - Perfect - vocals.flac"')
    assert told == {
        "audio/vocals": vocals,
        "audio/original": ("audio/wav", 'inline; filename="Ed Sheeran - Perfect - original.wav"'),
        "stems/vocals.flac": vocals,
        "thumbnail": ("image/jpeg", ""),
    }
    assert (shared["content-type"], shared["content-disposition"]) == vocals
