"""What the web knows, over HTTP: what is in the library already is said, names are kept, and limits are answers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.fakes.processing import FakeSite
from tests.songs_on_file import finished_song
from tests.studios import person, served

THERE = "00000000001"


@pytest.fixture(scope="module")
def anna(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    limits = {"limits__songs_per_day": 2, "sources__other_sites": ["example.org"]}
    with served(tmp_path_factory.mktemp("studio"), **limits) as client:
        studio = client.app.state.studio  # type: ignore[attr-defined]
        studio.__dict__["sources"] = replace(studio.sources, site=FakeSite())
        browser = person(client, "anna")
        finished_song(client, "anna", THERE)
        yield browser


def test_a_search_says_what_is_in_the_library(anna: TestClient) -> None:
    found = anna.get("/api/youtube/search", params={"query": "perfect", "maxResults": 3}).json()["data"]

    assert {video["videoId"]: video["inLibrary"] for video in found} == {
        "00000000000": False, THERE: True, "00000000002": False,
    }  # fmt: skip


def test_the_songs_of_a_playlist_are_counted_and_keep_their_names(anna: TestClient) -> None:
    listed = anna.get(
        "/api/youtube/playlist", params={"url": "https://www.youtube.com/playlist?list=PL1234567890ab", "limit": 3}
    )
    asked = anna.post("/batch-queue", json={"urls": ["https://youtu.be/00000000002"]}).json()

    assert (listed.json()["total"], listed.json()["in_library"], listed.json()["to_process"]) == (3, 1, 2)
    assert asked["queued"] == 1
    titles = [song["title"] for song in anna.get("/api/songs").json()]
    assert "PL1234567890ab 2" in titles


def test_a_page_of_an_allowed_site_is_looked_at_and_worked_on_and_no_other(anna: TestClient) -> None:
    looked = anna.post("/validate-url", json={"url": "https://example.org/tune"}).json()
    asked = anna.post("/upload-url", json={"url": "https://example.org/tune"})

    assert (looked["source"], looked["inLibrary"]) == ("example.org", False)
    assert asked.json()["status"] == "downloading"
    assert anna.post("/upload-url", json={"url": "https://example.net/tune"}).status_code == 400


def test_who_had_enough_today_is_told_when_to_come_back_and_keeps_the_library(anna: TestClient) -> None:
    refused = anna.post("/upload-url", json={"url": "https://youtu.be/00000000009"})
    known = anna.post("/upload-url", json={"url": f"https://youtu.be/{THERE}"})

    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert known.json()["instant"] is True


def test_who_fills_the_space_they_may_have_is_told_so(tmp_path: Path) -> None:
    with served(tmp_path, limits__quota_gb=0.000_000_005) as client:
        anna = person(client, "anna")
        finished_song(client, "anna", THERE)

        refused = anna.post("/upload-url", json={"url": "https://youtu.be/00000000009"})

    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
    assert "Delete songs" in refused.json()["advice"]
