"""Nights that do not go as planned: singers go home, phones ask for too much, songs come early and become better."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.jobs import JobKind, Stage
from harmonix_splitter.domain.library import HAS_VIDEO, LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.party import MOST_WISHES_EACH
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.fingerprints import AudioIdentifier
from harmonix_splitter.services.party.preparing import DRAFT, QUICK, REFINED
from harmonix_splitter.services.ports.jobs import JobFilter, Timing
from tests import makers_media
from tests.party_rooms import app_studio, host, join, open_room, phone, ready, song, wish
from tests.songs_on_file import finished_song

__all__ = ["app_studio", "host", "phone"]
LINK = "https://youtu.be/dQw4w9WgXcQ"


def wish_link(phone: TestClient, code: str, who: dict[str, str], link: str = LINK) -> dict[str, Any]:
    answer = phone.post(f"/api/rooms/{code}/turns", json={"link": link}, headers=who)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def made(app_studio: Studio, of: Song, recipe: Recipe) -> LibraryItem:
    """The library has this song in that recipe now, and its job says that it ended."""
    assert of.source is not None
    library, place = app_studio.library.record, place_of(of.source.folder, recipe)
    library.put_recording(Recording(of.source.folder, of.source, "Perfect", "Ed", 200.0))
    stems, now = ("vocals", "instrumental"), app_studio.parts.clock.now()
    item = LibraryItem(item_id_of(place), of.source.folder, of.source, recipe, place, stems, 10, now)
    library.put(item)
    return item


def a_job_ended(app_studio: Studio) -> None:
    app_studio.parts.events.publish("jobs", {"type": "job_completed", "job": {}})


def test_what_was_prepared_quickly_is_made_better_and_taken_over_between_two_turns(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    code, songs = open_room(host), app_studio.songs
    room = wish_link(phone, code, join(phone, code, "Ann"))
    quick = songs.record.get(room["queue"][0]["songId"])
    assert quick.recipe == QUICK
    songs.record.save(quick.linked_to(made(app_studio, quick, QUICK).id, at_once=False))
    a_job_ended(app_studio)
    assert phone.get(f"/api/rooms/{code}").json()["onStage"]["singer"] == "Ann"

    wish(phone, code, join(phone, code, "Bob"), quick.id)
    host.post(f"/api/rooms/{code}/next").raise_for_status()
    host.post(f"/api/rooms/{code}/next").raise_for_status()
    upgrades = [job for job in songs.jobs.record.find(JobFilter()) if job.kind is JobKind.UPGRADE]
    wish(phone, code, join(phone, code, "Cid"), quick.id)
    better = made(app_studio, quick, REFINED)
    a_job_ended(app_studio)
    under_a_song = songs.record.get(quick.id).item_id
    host.post(f"/api/rooms/{code}/next").raise_for_status()

    assert [job.recipe for job in upgrades] == [REFINED]
    assert under_a_song != better.id
    assert songs.record.get(quick.id).item_id == better.id


def test_a_song_that_only_a_draft_can_have_ready_in_time_is_drafted_first(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    now = app_studio.parts.clock.now()
    paces = [Timing(Stage.SEPARATE, recipe.key, 100.0, took) for recipe, took in ((QUICK, 150.0), (DRAFT, 10.0))]
    app_studio.jobs.record.remember(paces * 3, now)
    code, first = open_room(host), song(host, "First")
    ready(app_studio, first)
    wish(phone, code, join(phone, code, "Ann"), first)

    room = wish_link(phone, code, join(phone, code, "Bob"))
    longer = app_studio.party.rooms.by_code(code)
    app_studio.party.rooms.save(replace(longer, on_stage=replace(longer.on_stage, duration=2_000.0)))  # type: ignore[type-var]
    patient = wish_link(phone, code, join(phone, code, "Cid"), "https://youtu.be/cNGjD0VG4R8")

    recipes = {turn["singer"]: app_studio.songs.record.get(turn["songId"]).recipe for turn in patient["queue"]}
    assert room["queue"][0]["singer"] == "Bob"
    assert recipes == {"Bob": DRAFT, "Cid": QUICK}


def test_five_hundred_wishes_from_one_phone_begin_no_more_work_than_its_limit(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    code = open_room(host)
    ann = join(phone, code, "Ann")
    links = [f"https://youtu.be/{number:011}" for number in range(MOST_WISHES_EACH + 3)]

    answers = [phone.post(f"/api/rooms/{code}/turns", json={"link": link}, headers=ann) for link in links]

    assert [answer.status_code for answer in answers] == [201] * MOST_WISHES_EACH + [429] * 3
    assert len(app_studio.jobs.record.find(JobFilter())) == MOST_WISHES_EACH


def test_who_goes_home_takes_their_wishes_and_leaves_the_stage_to_the_next(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    code, songs = open_room(host), [song(host, f"Song {number}") for number in range(3)]
    for each in songs:
        ready(app_studio, each)
    ann, bob = join(phone, code, "Ann"), join(phone, code, "Bob")
    for who, each in ((ann, songs[0]), (ann, songs[1]), (bob, songs[2])):
        room = wish(phone, code, who, each)
    ids = {singer["name"]: singer["id"] for singer in room["singers"]}

    foreign = phone.delete(f"/api/rooms/{code}/singers/{ids['Bob']}", headers=ann)
    nobody = phone.delete(f"/api/rooms/{code}/singers/{ids['Bob']}")
    after = phone.delete(f"/api/rooms/{code}/singers/{ids['Ann']}", headers=ann).json()
    empty = host.delete(f"/api/rooms/{code}/singers/{ids['Bob']}").json()

    assert (foreign.status_code, nobody.status_code) == (403, 403)
    assert after["onStage"]["singer"] == "Bob"
    assert after["queue"] == []
    assert after["history"][0] == {"title": "Song 0", "artist": "Band", "singer": "Ann", "skipped": True}
    assert (empty["onStage"], empty["singers"]) == (None, [])
    assert phone.post(f"/api/rooms/{code}/turns", json={"songId": songs[0]}, headers=ann).status_code == 403


def test_a_wrong_code_ends_the_line_for_good_and_too_many_only_for_now(phone: TestClient) -> None:
    ends = []
    for number in range(25):
        code = f"AAA{chr(65 + number // 5)}{chr(65 + number % 5)}"
        with (
            pytest.raises(WebSocketDisconnect) as ended,
            phone.websocket_connect(f"ws://localhost/api/rooms/{code}/live") as line,
        ):
            line.receive_json()
        ends.append(ended.value.code)

    assert ends[0] == 4404
    assert ends[-1] == 1013


def test_the_video_an_uploaded_song_came_with_is_there_to_be_shown_and_no_other(
    host: TestClient, phone: TestClient, app_studio: Studio, tmp_path: Path
) -> None:
    film, code = makers_media.write(tmp_path / "clip.mp4", makers_media.tone(1.0)), open_room(host)
    bytes_of_film = film.read_bytes()
    heard = AudioIdentifier(PyAvMedia(), PyAvMedia()).identify(film, lambda _share: None)
    source = youtube("dQw4w9WgXcQ")
    recording = Recording(source.folder, source, duration=1.0, details={HAS_VIDEO: heard.has_video})
    app_studio.library.publish_recording(recording, {"original": film}, ())
    filmed, plain = finished_song(host, "host", source.id), finished_song(host, "host", "RgKAFK5djSk")
    app_studio.library.record.put_recording(recording)
    for who, each in (("Ann", filmed), ("Bob", plain)):
        wish(phone, code, join(phone, code, who), each.id)
    address = f"/api/rooms/{code}/songs"

    told = [phone.get(f"{address}/{each.id}/stems").json()["video"] for each in (filmed, plain)]
    part = phone.get(f"{address}/{filmed.id}/video", headers={"range": "bytes=4-7"})

    assert told == [f"{address}/{filmed.id}/video", None]
    assert (part.status_code, part.headers["content-type"], part.content) == (206, "video/mp4", b"ftyp")
    assert phone.get(f"{address}/{filmed.id}/video").content == bytes_of_film
    assert phone.get(f"{address}/{plain.id}/video").status_code == 404
