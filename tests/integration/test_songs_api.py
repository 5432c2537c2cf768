"""Songs, jobs and the library over HTTP, as the documents show them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.domain.sources import upload, youtube
from harmonix_splitter.errors import AudioError
from tests.studios import person, served

PERFECT = "cNGjD0VG4R8"
KARAOKE = Recipe(Mode.KARAOKE)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, server__worker_here=False, sources__youtube=False, sources__itunes=False) as client:
        metadata.create_all(client.app.state.studio.parts.database.engine)  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def admin(studio: TestClient) -> TestClient:
    return person(studio, "root", Role.ADMIN)


@pytest.fixture
def anna(admin: TestClient) -> TestClient:
    return person(admin, "anna")


def put_in_library(client: TestClient, video_id: str = PERFECT, title: str = "Perfect") -> LibraryItem:
    studio = client.app.state.studio  # type: ignore[attr-defined]
    now = studio.parts.clock.now()
    source, place = youtube(video_id), place_of(video_id, KARAOKE)
    studio.library.record.put_recording(Recording(video_id, source, title, "Ed Sheeran", 263.7))
    stems = ("vocals", "instrumental")
    item = LibraryItem(item_id_of(place), video_id, source, KARAOKE, place, stems, 10, now, title, "Ed Sheeran", 263.7)
    return studio.library.record.put(item)


def test_a_card_is_made_at_once_and_is_pending(anna: TestClient) -> None:
    made = anna.post("/api/songs", json={"title": "Perfect", "artist": "Ed Sheeran", "videoId": PERFECT})

    assert made.status_code == 201
    assert made.json()["status"] == "pending"
    assert made.json()["videoId"] == PERFECT
    assert anna.get("/api/songs").json() == [made.json()]


@pytest.mark.parametrize("wrong", [{"artist": "X"}, {"title": "  ", "artist": "X"}, {"title": "X", "durationMs": -1}])
def test_a_card_without_sense_is_refused(anna: TestClient, wrong: dict[str, object]) -> None:
    assert anna.post("/api/songs", json=wrong).status_code == 400


@pytest.mark.parametrize("verb", ["get", "patch", "delete"])
def test_an_unknown_song_is_not_found(anna: TestClient, verb: str) -> None:
    more = {"json": {"title": "X"}} if verb == "patch" else {}

    assert getattr(anna, verb)("/api/songs/no-such-song", **more).status_code == 404


def test_songs_are_corrected_sorted_searched_and_deleted(anna: TestClient) -> None:
    for title in ("banana", "Apple", "cherry ünï"):
        anna.post("/api/songs", json={"title": title, "artist": "Ann % Band"})

    listed = anna.get("/api/songs", params={"sort_by": "title", "direction": "asc"}).json()
    assert [song["title"] for song in listed] == sorted(["banana", "Apple", "cherry ünï"])
    assert anna.get("/api/songs/search", params={"q": ""}).json()["songs"] == []
    assert [s["title"] for s in anna.get("/api/songs/search", params={"q": "ÜNÏ"}).json()["songs"]] == ["cherry ünï"]
    assert anna.get("/api/songs/search", params={"q": "_%_"}).json()["songs"] == []
    grouped = anna.get("/api/songs/search", params={"q": "a", "group_by_artist": True}).json()
    assert grouped["artists"][0]["songCount"] == 3
    assert anna.get("/api/songs/artists").json()["artists"] == [
        {"name": "Ann % Band", "songCount": 3, "firstLetter": "A"}
    ]
    by_artist = anna.get("/api/songs/by-artist/Ann % Band", params={"limit": 2}).json()
    assert by_artist["pagination"] == {"total": 3, "limit": 2, "offset": 0, "hasMore": True}
    song_id = listed[0]["id"]
    assert anna.patch(f"/api/songs/{song_id}", json={"album": "Fruit"}).json()["album"] == "Fruit"
    assert anna.delete(f"/api/songs/{song_id}").status_code == 200
    assert anna.get(f"/api/songs/{song_id}").status_code == 404


@pytest.mark.parametrize("search", ["öm", "ÖM", "mer fa"])
def test_artists_are_found_whatever_their_letters(anna: TestClient, search: str) -> None:
    for title, artist in (("one", "Ömer Faruk"), ("two", "Ömer Faruk"), ("Öm", "Somebody")):
        anna.post("/api/songs", json={"title": title, "artist": artist})

    found = anna.get("/api/songs/artists", params={"search": search}).json()

    assert found["artists"] == [{"name": "Ömer Faruk", "songCount": 2, "firstLetter": "Ö"}]
    assert found["pagination"]["total"] == 1


def test_pages_are_as_long_as_the_documents_say(anna: TestClient) -> None:
    anna.post("/api/songs", json={"title": "one", "artist": "Ann"})

    def limit(path: str, **asked: str | int) -> int:
        return int(anna.get(f"/api/songs/{path}", params=asked).json()["pagination"]["limit"])

    assert (limit("search", q="one"), limit("search", q=""), limit("search", q="one", limit=70)) == (20, 20, 70)
    assert (limit("artists", limit=201), limit("artists", limit=199)) == (200, 199)
    assert (limit("by-artist/Ann", limit=101), limit("by-artist/Ann", limit=99)) == (100, 99)


def test_nobody_sees_or_touches_another_users_song(admin: TestClient, anna: TestClient) -> None:
    song_id = anna.post("/api/songs", json={"title": "Mine", "artist": "Me"}).json()["id"]
    bob = person(admin, "bob")

    assert bob.get("/api/songs").json() == []
    assert bob.get(f"/api/songs/{song_id}").status_code == 404
    assert bob.delete(f"/api/songs/{song_id}").status_code == 404


def test_the_workflow_card_first_then_a_job(anna: TestClient) -> None:
    song = anna.post("/api/songs", json={"title": "Perfect", "artist": "Ed", "videoId": PERFECT}).json()

    answer = anna.post("/api/youtube/download", json={"videoId": PERFECT, "songId": song["id"], "mode": "karaoke"})

    assert answer.status_code == 202
    assert answer.json()["status"] == "pending"
    job = anna.get(f"/api/jobs/{answer.json()['jobId']}").json()
    assert job["songId"] == song["id"]
    assert job["progress"] == 0
    assert anna.get("/api/jobs/status").json()["queue_length"] == 1
    assert anna.post(f"/api/jobs/{job['id']}/dismiss").status_code == 409
    assert anna.post(f"/api/jobs/{job['id']}/cancel").json()["job"]["status"] == "cancelled"
    assert anna.get(f"/api/songs/{song['id']}").json()["status"] == "error"
    assert anna.post(f"/api/jobs/{job['id']}/cancel").status_code == 409
    assert anna.post(f"/api/jobs/{job['id']}/retry").json()["job"]["status"] == "pending"
    assert anna.get(f"/api/songs/{song['id']}").json()["status"] == "pending"


def test_a_known_song_is_linked_at_once(anna: TestClient) -> None:
    put_in_library(anna)

    answer = anna.post("/upload-url", json={"url": f"https://youtu.be/{PERFECT}?t=3", "mode": "karaoke"}).json()

    assert answer["instant"] is True
    assert answer["status"] == "completed"
    jobs = anna.get("/jobs").json()["jobs"]
    assert jobs[0]["is_library_link"] is True
    assert jobs[0]["stems"]["vocals"] == f"/library/{PERFECT}/vocals"


def test_a_ready_song_is_shown_before_anything_that_times_words_is_built(anna: TestClient) -> None:
    item = put_in_library(anna)
    song = anna.post(f"/api/library/{item.id}/link").json()["id"]

    shown = anna.get(f"/api/songs/{song}").json()

    assert shown["status"] == "completed"
    assert "lyrics" not in vars(anna.app.state.studio)  # type: ignore[attr-defined]


def test_a_song_is_made_again_in_another_recipe_beside_the_first(admin: TestClient, anna: TestClient) -> None:
    item = put_in_library(anna)
    song = anna.post(f"/api/library/{item.id}/link").json()["id"]

    again = anna.post(f"/api/songs/{song}/again", json={"mode": "grouped", "quality": "studio"})

    assert again.status_code == 202
    other = anna.get(f"/api/songs/{again.json()['song_id']}").json()
    assert other["id"] != song
    assert (other["title"], other["mode"], other["quality"]) == ("Perfect", "grouped", "studio")
    assert anna.get(f"/api/songs/{song}").json()["status"] == "completed"
    assert person(admin, "bob").post(f"/api/songs/{song}/again", json={}).status_code == 404


def test_a_fast_karaoke_item_never_answers_another_recipe(anna: TestClient) -> None:
    put_in_library(anna)

    answer = anna.post("/upload-url", json={"url": PERFECT, "mode": "grouped", "quality": "studio"}).json()

    assert answer["status"] == "downloading"


@pytest.mark.parametrize(
    "link", ["https://evil.example/watch?v=cNGjD0VG4R8", "file:///etc/passwd", "https://youtu.be/short", "-x" * 6]
)
def test_a_link_to_somewhere_else_is_refused(anna: TestClient, link: str) -> None:
    assert anna.post("/upload-url", json={"url": link}).status_code == 400


def test_the_library_is_browsed_linked_rated_and_looked_after(admin: TestClient, anna: TestClient) -> None:
    item = put_in_library(anna)

    found = anna.get("/api/library", params={"search": "sheeran perf"}).json()
    assert found["items"][0]["linked"] is False
    linked = anna.post(f"/api/library/{item.id}/link").json()
    assert linked["instant"] is True
    assert anna.get("/api/library").json()["items"][0]["linked"] is True
    assert anna.put(f"/api/library/{item.id}/rating", json={"stars": 2, "comment": "muddy"}).status_code == 200
    assert anna.get(f"/api/browse/songs/{linked['id']}").json()["rating"] == 2
    assert anna.put(f"/api/library/{item.id}/rating", json={"stars": 6, "comment": ""}).status_code == 400
    assert anna.get("/admin/library/stats").status_code == 403
    assert admin.get("/admin/library/stats").json()["items_by_usage"]["low"] == 1
    assert admin.get("/admin/library/worst").json()["items"][0]["rating"] == 2.0
    assert admin.post(f"/admin/library/{item.id}/archive").status_code == 409
    asked = admin.request("DELETE", f"/admin/library/{item.id}", json={"confirm": False}).json()
    assert asked["requires_confirmation"] is True
    assert admin.request("DELETE", f"/admin/library/{item.id}", json={"confirm": True}).json()["success"] is True
    assert anna.get("/api/songs").json()[0]["status"] == "error"


def test_what_the_library_offers_is_taken_or_waved_away_and_then_no_longer_offered(anna: TestClient) -> None:
    take, remix, mine = (put_in_library(anna, f"{number:011d}", "Perfect") for number in range(3))
    studio = anna.app.state.studio  # type: ignore[attr-defined]
    recording = studio.library.record.recording(mine.recording_id)
    alike = {take.recording_id: 0.7, remix.recording_id: 0.0}
    studio.library.record.put_recording(replace(recording, details={"looksLike": alike}))
    song = anna.post(f"/api/library/{mine.id}/link").json()

    def offered() -> list[tuple[str, float | None]]:
        shown = anna.get(f"/api/browse/songs/{song['id']}").json()["looksLike"]
        return [(offer["id"], offer["likeness"]) for offer in shown]

    assert offered() == [(take.id, 0.7), (remix.id, None)]
    assert anna.post(f"/api/songs/{song['id']}/offers/{remix.id}/decline").json() == {"success": True}
    assert offered() == [(take.id, 0.7)]
    assert anna.post(f"/api/library/{take.id}/link").json()["instant"] is True
    assert offered() == []
    assert anna.post(f"/api/songs/{song['id']}/offers/nothing/decline").status_code == 404


def test_a_files_own_cover_is_shown_with_every_song_of_it(anna: TestClient) -> None:
    studio = anna.app.state.studio  # type: ignore[attr-defined]
    source, now = upload("a" * 64), studio.parts.clock.now()
    picture = {"picture": True}
    studio.library.record.put_recording(Recording(source.folder, source, "Tune", "Ada", 9.0, details=picture))
    place = place_of(source.folder, KARAOKE)
    item = LibraryItem(item_id_of(place), source.folder, source, KARAOKE, place, ("vocals",), 10, now, "Tune", "Ada")
    studio.library.record.put(item)

    song = anna.post(f"/api/library/{item.id}/link").json()

    assert song["thumbnailUrl"] == f"/api/songs/{song['id']}/thumbnail"


def shared_job(*people: TestClient) -> tuple[str, list[str]]:
    """A job that all of them asked for, and their songs."""
    answers = [
        each.post("/api/youtube/download", json={"videoId": PERFECT, "mode": "karaoke"}).json() for each in people
    ]
    (job_id,) = {answer["jobId"] for answer in answers}
    return job_id, [answer["songId"] for answer in answers]


def on_list(person: TestClient, **asked: bool) -> list[str]:
    """The songs of the jobs on somebody's list."""
    return [job["songId"] for job in person.get("/api/jobs/", params=asked).json()["jobs"]]


def test_everybody_is_shown_their_own_song_of_a_shared_job(admin: TestClient, anna: TestClient) -> None:
    bob = person(admin, "bob")
    job_id, (annas, bobs, roots) = shared_job(anna, bob, admin)

    for asker, song in ((anna, annas), (bob, bobs), (admin, roots)):
        assert on_list(asker) == [song]
        assert asker.get(f"/api/jobs/{job_id}").json()["songId"] == song
        assert [job["song_id"] for job in asker.get("/jobs").json()["jobs"]] == [song]
    assert on_list(admin, everyone=True) == [roots]
    assert [job["songId"] for job in admin.get("/admin/jobs/active").json()["jobs"]] == [roots]
    assert bob.post(f"/api/jobs/{job_id}/cancel").json()["job"]["songId"] == bobs


@pytest.mark.parametrize("way", ["new", "older"])
def test_a_shared_job_is_dismissed_for_who_did_so_only(admin: TestClient, anna: TestClient, way: str) -> None:
    job_id, (annas, _) = shared_job(anna, admin)
    admin.post(f"/admin/cancel/{job_id}")

    gone = admin.delete(f"/api/jobs/{job_id}") if way == "older" else admin.post(f"/api/jobs/{job_id}/dismiss")

    assert gone.status_code == 200
    assert on_list(admin) == on_list(admin, everyone=True) == []
    assert len(admin.get("/api/jobs/dismissed").json()["jobs"]) == 1
    assert admin.get(f"/api/jobs/{job_id}").json()["dismissed"] is True
    assert on_list(anna) == [annas]
    assert anna.get("/api/jobs/dismissed").json()["jobs"] == []
    assert anna.get(f"/api/jobs/{job_id}").json()["dismissed"] is False


def test_what_failed_is_put_away_for_everybody_by_who_looks_after_the_house(
    admin: TestClient, anna: TestClient
) -> None:
    bob = person(admin, "bob")
    job_id, (_, bobs) = shared_job(anna, bob)
    jobs = admin.app.state.studio.jobs  # type: ignore[attr-defined]
    _, claim = jobs.claim("tests", job_id)
    jobs.failed(claim, AudioError("It is no recording."))

    anna.post(f"/api/jobs/{job_id}/dismiss")
    assert (on_list(anna), on_list(bob)) == ([], [bobs])

    assert admin.post("/api/admin/queues/clear-failed").json() == {"cleared": 1}
    assert on_list(bob) == []
    assert admin.post("/api/admin/queues/clear-failed").json() == {"cleared": 0}


def test_who_left_a_job_that_goes_on_does_not_see_it_any_more(admin: TestClient, anna: TestClient) -> None:
    bob = person(admin, "bob")
    job_id, (_, bobs) = shared_job(anna, bob)

    assert anna.post(f"/api/jobs/{job_id}/cancel").json()["job"]["status"] == "pending"

    assert anna.get(f"/api/jobs/{job_id}").status_code == 404
    assert anna.post(f"/api/jobs/{job_id}/retry").status_code == 404
    assert on_list(anna, include_dismissed=True) == []
    assert anna.get("/api/jobs/status").json()["total"] == 0
    assert admin.get(f"/api/jobs/{job_id}").json()["songId"] == bobs
