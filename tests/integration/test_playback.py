"""Hearing songs over HTTP: ranges, forms, mixes, waveforms, downloads, and nobody else's."""

import io
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.domain.sources import Source, SourceKind
from tests.songs_on_file import RATE, STEMS, finished_song, made_anew, sound
from tests.studios import key_of, person, served, signed_in


@pytest.fixture(scope="module")
def bob(studio: TestClient) -> TestClient:
    return person(studio, "bob")


def upload_of(digest: str) -> Source:
    return Source(SourceKind.UPLOAD, digest)


def _read(content: bytes) -> np.ndarray:
    return soundfile.read(io.BytesIO(content), dtype="float32")[0]


def test_the_stems_are_listed_with_their_addresses(anna: TestClient, song: Song) -> None:
    listed = anna.get(f"/api/songs/{song.id}/stems").json()["stems"]

    assert [stem["name"] for stem in listed] == [*STEMS, "original"]
    for stem in listed:
        assert anna.head(stem["url"]).headers["content-length"] == str(stem["size"])


@pytest.mark.parametrize(
    "path", ["/api/songs/{id}/audio/bass", "/api/songs/{id}/stems/bass.flac", "/download/{id}/bass"]
)
def test_a_stem_is_served_by_ranges_with_a_strong_tag(anna: TestClient, song: Song, path: str) -> None:
    address = path.format(id=song.id)
    whole = anna.get(address)

    part = anna.get(address, headers={"range": "bytes=100-199"})

    assert np.abs(_read(whole.content) - sound(110, 1.0)).max() < 1e-4
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["etag"] == whole.headers["etag"]
    assert not part.headers["etag"].startswith("W/")
    assert anna.get(address, headers={"if-none-match": part.headers["etag"]}).status_code == 304
    assert 'filename="Ed Sheeran - Perfect - bass.flac"' in whole.headers["content-disposition"]


@pytest.mark.parametrize("form", ["wav", "mp3", "m4a", "opus"])
def test_a_stem_comes_in_every_form(anna: TestClient, song: Song, form: str) -> None:
    answer = anna.get(f"/api/songs/{song.id}/stems/vocals.{form}", params={"download": 1})

    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert len(answer.content) > 1000


@pytest.mark.parametrize(
    ("track", "tones"),
    [("vocals", [880.0]), ("instrumental", [220.0, 110.0, 440.0]), ("no_vocals", [220.0, 110.0, 440.0]),
     ("original", [330.0])],
)  # fmt: skip
def test_a_track_is_downloaded_as_an_mp3(anna: TestClient, song: Song, track: str, tones: list[float]) -> None:
    answer = anna.get(f"/api/songs/{song.id}/download/{track}")

    name = "instrumental" if track == "no_vocals" else track
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["content-disposition"] == f'attachment; filename="Ed Sheeran - Perfect - {name}.mp3"'
    heard = np.abs(np.fft.rfft(_read(answer.content)[:RATE, 0]))
    assert sorted(np.argsort(heard)[-len(tones) :].tolist()) == sorted(round(tone) for tone in tones)


def test_a_track_of_another_name_is_refused_and_one_of_somebody_else_is_not_there(
    studio: TestClient, anna: TestClient, bob: TestClient, song: Song
) -> None:
    refused = anna.get(f"/api/songs/{song.id}/download/kazoo")

    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_TRACK_TYPE")
    assert bob.get(f"/api/songs/{song.id}/download/vocals").status_code == 404
    assert studio.get(f"/api/songs/{song.id}/download/kazoo").status_code == 401
    assert "/api/songs/{song_id}/download/{track}" in studio.app.openapi()["paths"]  # type: ignore[attr-defined]


def test_a_mix_sounds_as_the_address_says(anna: TestClient, song: Song) -> None:
    answer = anna.get(f"/api/songs/{song.id}/mix.wav", params={"only": "bass", "level": "bass:50"})

    mix = _read(answer.content)
    assert np.abs(mix - sound(110, 1.0) * 0.5).max() < 1e-3
    assert anna.get(f"/api/songs/{song.id}/mix.wav", params={"off": "kazoo"}).status_code == 400
    assert anna.get(f"/api/songs/{song.id}/mix.xyz").status_code == 404


def test_a_mix_is_rendered_in_the_background_and_fetched(studio: TestClient, anna: TestClient, song: Song) -> None:
    wish = {"strips": {"drums": {"muted": True}}, "semitones": 2, "tempo": 0.5, "format": "flac"}
    with anna:
        asked = anna.post(f"/api/songs/{song.id}/mixes", json=wish)
        assert asked.status_code == 202
        for _ in range(200):
            job = anna.get(asked.headers["location"]).json()
            if job["status"] != "processing":
                break
            time.sleep(0.05)

        assert job["status"] == "completed"
        assert len(_read(anna.get(job["url"]).content)) == 2 * RATE
        assert anna.post(f"/api/songs/{song.id}/mixes", json={"tempo": 9}).status_code == 400
        assert anna.get(f"/api/songs/{song.id}/mixes/nothing").status_code == 404


def test_a_waveform_is_drawn_once(anna: TestClient, song: Song) -> None:
    answer = anna.get(f"/api/songs/{song.id}/peaks/bass")

    assert answer.json()["sampleRate"] == RATE
    assert max(answer.json()["levels"][0]["peaks"]) == round(0.2 * 127)
    assert (
        anna.get(f"/api/songs/{song.id}/peaks/bass", headers={"if-none-match": answer.headers["etag"]}).status_code
        == 304
    )


def test_a_song_has_a_small_picture_of_its_stems(anna: TestClient, song: Song) -> None:
    answer = anna.get(f"/api/songs/{song.id}/outline")

    assert set(answer.json()) == set(STEMS)
    assert answer.json()["bass"] == [round(0.2 * 127)] * 40
    again = anna.get(f"/api/songs/{song.id}/outline", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_pictures_of_a_page_of_songs_come_in_one_answer(anna: TestClient, bob: TestClient, song: Song) -> None:
    drawn = anna.get(f"/api/songs/{song.id}/outline").json()
    page = {"id": [song.id, "nothing", song.id]}

    assert anna.get("/api/outlines", params=page).json() == {song.id: drawn}
    assert bob.get("/api/outlines", params=page).json() == {}
    assert anna.get("/api/outlines", params={"id": ["x"] * 61}).status_code == 400


@pytest.mark.parametrize("path", ["/api/songs/{id}/download", "/download/{id}/all"])
def test_all_stems_come_in_one_zip(anna: TestClient, song: Song, path: str) -> None:
    answer = anna.get(path.format(id=song.id))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        bass = archive.read("Ed Sheeran - Perfect/Ed Sheeran - Perfect - bass.flac")
    assert len(names) == 5
    assert bass == anna.get(f"/api/songs/{song.id}/audio/bass").content


def test_one_stem_is_shifted_as_the_document_says(anna: TestClient, song: Song) -> None:
    shifted = anna.post(f"/pitch-shift/{song.id}/bass", json={"semitones": 12})

    assert shifted.headers["content-type"] == "audio/wav"
    assert len(_read(shifted.content)) == RATE
    assert anna.post(f"/pitch-shift/{song.id}/bass", json={"semitones": 13}).status_code == 400


def test_the_library_serves_whoever_has_the_song(anna: TestClient, bob: TestClient, song: Song) -> None:
    assert anna.get(f"/library/{song.video_id}/instrumental").status_code == 404
    assert anna.get(f"/library/{song.video_id}/vocals").status_code == 200
    assert bob.get(f"/library/{song.video_id}/vocals").status_code == 404


def test_an_upload_is_found_in_the_library_by_its_own_name(studio: TestClient, anna: TestClient) -> None:
    theirs = finished_song(studio, "anna", source=upload_of("f" * 24))

    assert anna.get(f"/library/{theirs.source.folder}/vocals").status_code == 200


ADDRESSES = [
    "/api/songs/{id}/stems",
    "/api/songs/{id}/audio/bass",
    "/api/songs/{id}/stems/bass.mp3",
    "/api/songs/{id}/mix.wav",
    "/api/songs/{id}/peaks/bass",
    "/api/songs/{id}/outline",
    "/api/songs/{id}/download",
    "/download/{id}/bass",
    "/download/{id}/all",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_nobody_hears_what_is_not_theirs(studio: TestClient, bob: TestClient, song: Song, path: str) -> None:
    address = path.format(id=song.id)

    assert studio.get(address).status_code == 401
    assert bob.get(address).status_code == 404
    assert bob.get(address).json()["detail"] == bob.get(path.format(id="nothing")).json()["detail"].replace(
        "nothing", song.id
    )


def test_a_player_that_is_signed_out_hears_no_further_part(studio: TestClient, song: Song) -> None:
    player = signed_in(studio, "anna")
    part, address = {"range": "bytes=0-99"}, f"/api/songs/{song.id}/stems/bass.flac"
    first, second = player.get(address, headers=part), player.get(address, headers=part)
    old = {"cookie": f"harmonix={player.cookies['harmonix']}"}

    player.post("/api/auth/logout").raise_for_status()

    for answer in (first, second):
        del answer.headers["x-request-id"]
    assert first.headers == second.headers
    assert studio.get(address, headers=part | old).status_code == 401


def test_administrators_and_keys_that_may_read_hear_it(studio: TestClient, anna: TestClient, song: Song) -> None:
    root = person(studio, "root", Role.ADMIN)
    address = f"/api/songs/{song.id}/audio/bass"

    assert root.get(address).status_code == 200
    assert studio.get(address, headers=key_of(anna, "read")).status_code == 200
    assert studio.get(address, headers=key_of(anna, "write")).status_code == 403


@pytest.mark.parametrize(
    "stem",
    [
        "..%2f..%2fsecret.key",
        "%2e%2e",
        "..%252fsecret",
        "a%00b",
        "manifest.json",
        "%c0%ae%c0%ae",
        "..\\x",
    ],
)
def test_no_stem_name_leads_out_of_the_song(anna: TestClient, song: Song, stem: str) -> None:
    assert anna.get(f"/api/songs/{song.id}/audio/{stem}").status_code in {400, 404}


def test_a_download_is_remembered(anna: TestClient, song: Song) -> None:
    anna.get(f"/download/{song.id}/bass", params={"download": "true"})

    newest = anna.get("/api/activities", params={"limit": 1}).json()["activities"][0]
    assert (newest["type"], newest["metadata"]["stem_name"]) == ("download", "bass")


@pytest.mark.parametrize(
    ("kind", "header", "begins"), [("x-accel", "x-accel-redirect", "/_harmonix/"), ("x-sendfile", "x-sendfile", "/")]
)
def test_a_proxy_sends_the_file_when_told_to_and_only_to_whom_may_hear_it(
    tmp_path: Path, kind: str, header: str, begins: str
) -> None:
    with served(tmp_path, server__send_files=kind) as studio:
        anna, bob = person(studio, "anna"), person(studio, "bob")
        path = f"/api/songs/{finished_song(studio, 'anna').id}/audio/bass"

        handed = anna.get(path, headers={"range": "bytes=0-9"})
        known = anna.get(path, headers={"if-none-match": handed.headers["etag"]})
        refused = bob.get(path)

    assert (handed.status_code, handed.content) == (200, b"")
    assert handed.headers[header].startswith(begins)
    assert handed.headers[header].endswith("bass.flac")
    assert handed.headers["content-type"] == "audio/flac"
    assert (known.status_code, refused.status_code) == (304, 404)
    assert header not in refused.headers


def test_two_versions_of_a_song_are_heard_apart_and_each_keeps_the_one_they_like(
    studio: TestClient, anna: TestClient, bob: TestClient
) -> None:
    song = finished_song(studio, "anna", "aaaaaaaaaaa")
    new = made_anew(studio, song, dict.fromkeys(STEMS, 1234.0))
    versions = f"/api/songs/{song.id}/versions"
    before = anna.get(f"/api/songs/{song.id}/audio/vocals").content

    listed = anna.get(versions).json()
    heard = [anna.get(f"{versions}/{item['id']}/audio/vocals").content for item in listed["versions"]]
    kept = anna.post(f"{versions}/{new.id}/keep").json()

    assert listed["undecided"] is True
    assert [(item["version"], item["current"]) for item in listed["versions"]] == [(2, False), (1, True)]
    assert heard[1] == before != heard[0]
    assert (kept["id"], kept["itemId"]) == (song.id, new.id)
    assert anna.get(f"/api/songs/{song.id}/audio/vocals").content == heard[0]
    assert anna.get(versions).json()["undecided"] is False
    other = finished_song(studio, "anna", "bbbbbbbbbbb")
    assert bob.get(versions).status_code == bob.post(f"{versions}/{new.id}/keep").status_code == 404
    assert bob.get(f"{versions}/{new.id}/audio/vocals").status_code == 404
    assert anna.get(f"/api/songs/{other.id}/versions/{new.id}/audio/vocals").status_code == 404
    assert anna.post(f"/api/songs/{other.id}/versions/{new.id}/keep").status_code == 404
