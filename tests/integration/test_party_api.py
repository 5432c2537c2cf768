"""A karaoke night over HTTP: the host, guests without accounts, the stage, and the documents' one queue."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio, studio
from harmonix_splitter.domain.analysis import VocalRange
from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.party import MOST_WISHES_EACH
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import SongStatus
from harmonix_splitter.domain.sources import youtube
from tests.party_rooms import HOME, another_host, app_studio, host, join, open_room, phone, ready, song, wish

__all__ = ["app_studio", "host", "phone"]


def test_guests_join_choose_and_sing_in_turn(host: TestClient, phone: TestClient, app_studio: Studio) -> None:
    songs = [song(host, f"Song {number}") for number in range(3)]
    for each in songs:
        ready(app_studio, each)
    code = open_room(host)
    ann, bob = join(phone, code, "Ann"), join(phone, code.lower(), "Bob")

    wish(phone, code, ann, songs[0])
    wish(phone, code, ann, songs[1])
    room = wish(phone, code, bob, songs[2])

    assert room["onStage"]["singer"] == "Ann"
    assert [turn["singer"] for turn in room["queue"]] == ["Bob", "Ann"]
    assert room["queue"][0]["waitSeconds"] == pytest.approx(220, abs=5)
    after = host.post(f"/api/rooms/{code}/next").json()
    assert after["onStage"]["singer"] == "Bob"
    assert after["history"][0] == {"title": "Song 0", "artist": "Band", "singer": "Ann", "skipped": False}


def test_a_song_begins_when_it_is_ready_and_nobody_sings(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    song_id, code = song(host, "Later"), open_room(host)
    room = wish(phone, code, join(phone, code, "Ann"), song_id)
    assert room["onStage"] is None
    assert room["queue"][0]["isReady"] is False

    ready(app_studio, song_id)

    assert phone.get(f"/api/rooms/{code}").json()["onStage"]["title"] == "Later"


def test_a_guest_can_do_nothing_outside_the_room_and_little_inside(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    song_id, other = song(host, "One"), song(host, "Two")
    ready(app_studio, song_id)
    code = open_room(host)
    ann, bob = join(phone, code, "Ann"), join(phone, code, "Bob")
    wish(phone, code, ann, song_id)
    room = wish(phone, code, bob, other)

    assert phone.get("/api/songs").status_code == 401
    assert phone.get(f"/api/songs/{song_id}/stems").status_code == 401
    assert phone.get(f"/api/rooms/{code}/songs/{'0' * 32}/stems").status_code == 404
    assert phone.delete(f"/api/rooms/{code}/turns/{room['queue'][0]['id']}", headers=ann).status_code == 403
    assert phone.post(f"/api/rooms/{code}/skip", headers=ann).status_code == 401
    assert phone.patch(f"/api/rooms/{code}/stage", json={"position": 9.0}, headers=bob).status_code == 403
    assert phone.patch(f"/api/rooms/{code}/stage", json={"guide": 0.4}, headers=bob).status_code == 200
    assert phone.patch(f"/api/rooms/{code}/stage", json={"semitones": -2}, headers=ann).status_code == 200
    assert phone.delete(f"/api/rooms/{code}/turns/{room['queue'][0]['id']}", headers=bob).status_code == 200


def test_wrong_codes_are_throttled(phone: TestClient) -> None:
    codes = [phone.get(f"/api/rooms/AAA{first}{second}").status_code for first in "BCDEF" for second in "GHJKLM"]

    assert codes[0] == 404
    assert codes[-1] == 429


def test_every_screen_of_the_room_hears_of_a_change(host: TestClient, phone: TestClient) -> None:
    code = open_room(host)
    with (  # both on the host's event loop, as on a server: every other test client brings one for each socket
        host.websocket_connect(f"ws://localhost/api/rooms/{code}/live") as stage,
        host.websocket_connect(f"ws://localhost/api/rooms/{code}/live") as remote,
    ):
        first = stage.receive_json()
        remote.receive_json()
        join(phone, code, "Ann")
        heard = stage.receive_json(), remote.receive_json()

    assert first["room"]["singers"] == []
    for news in heard:
        assert news["type"] == "room_changed"
        assert news["room"]["singers"][0]["name"] == "Ann"
        assert "token" not in str(news)


def test_the_way_in_is_a_picture(host: TestClient, phone: TestClient) -> None:
    code = open_room(host)

    picture = phone.get(f"/api/rooms/{code}/qr.svg")

    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in picture.content


def test_two_hosts_dragging_at_once_both_succeed(host: TestClient, phone: TestClient) -> None:
    code = open_room(host)
    singers = [join(phone, code, f"Singer {number}") for number in range(6)]
    for number, singer in enumerate(singers):
        wish(phone, code, singer, song(host, f"Song {number}"))
    waiting = [turn["id"] for turn in host.get(f"/api/rooms/{code}").json()["queue"]]
    helper, at_once = another_host(host), Barrier(4)

    def drag(place: int) -> int:
        at_once.wait(timeout=30)
        hand, turn = (host, helper)[place % 2], waiting[2 + place]
        return hand.post(f"/api/rooms/{code}/turns/{turn}/move", json={"position": place}).status_code

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(drag, range(4)))

    after = [turn["id"] for turn in host.get(f"/api/rooms/{code}").json()["queue"]]
    assert answers == [200] * 4
    assert after == waiting[2:] + waiting[:2]


def test_the_documents_queue_answers_in_its_shapes(host: TestClient, app_studio: Studio) -> None:
    songs = [song(host, f"Song {number}") for number in range(4)]
    for each in songs:
        ready(app_studio, each)
    added = [host.post("/api/karaoke-queue", json={"singer": f"S{n}", "songId": each}) for n, each in enumerate(songs)]
    assert [answer.status_code for answer in added] == [201] * 4

    rows = host.get("/api/karaoke-queue").json()
    assert [(row["singer"], row["position"]) for row in rows] == [("S0", 0), ("S1", 1), ("S2", 2), ("S3", 3)]
    assert rows[0]["song"]["title"] == "Song 0"
    assert rows[0]["song"]["durationMs"] == 200_000

    host.put("/api/karaoke-queue/reorder", json={"queue": [{"id": rows[3]["id"], "position": 1}]}).raise_for_status()
    assert [row["singer"] for row in host.get("/api/karaoke-queue").json()] == ["S0", "S3", "S1", "S2"]
    host.delete(f"/api/karaoke-queue/{rows[1]['id']}").raise_for_status()
    assert [row["singer"] for row in host.get("/api/karaoke-queue").json()] == ["S0", "S3", "S2"]
    host.post(f"/api/karaoke-queue/{rows[2]['id']}/play").raise_for_status()
    assert [row["singer"] for row in host.get("/api/karaoke-queue").json()] == ["S2", "S3"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/karaoke-queue", {"singer": "A"}, 400),
        ("/api/karaoke-queue", {"singer": "A", "songId": "nothing"}, 404),
        ("/api/karaoke-queue", {"singer": "", "songId": "nothing"}, 400),
        ("/api/karaoke-queue/reorder", {"queue": [{"id": "nothing", "position": 1}]}, 404),
    ],
)
def test_wrong_wishes_are_answered(host: TestClient, path: str, body: dict[str, Any], status: int) -> None:
    method = "PUT" if path.endswith("reorder") else "POST"

    assert host.request(method, path, json=body).status_code == status


def test_a_closed_room_takes_no_more_wishes_and_a_restart_loses_nothing(host: TestClient, tmp_path: Path) -> None:
    code = open_room(host)
    phone = TestClient(host.app, base_url=HOME, headers={"Origin": HOME})
    wish(phone, code, join(phone, code, "Ann"), song(host, "One"))

    again = studio({"data.dir": tmp_path, "logging.console": "off"})
    assert [turn.title for turn in again.party.room(code).turns] == ["One"]
    again.close()
    host.delete(f"/api/rooms/{code}").raise_for_status()

    assert phone.post(f"/api/rooms/{code}/join", json={"name": "Late"}).status_code == 409


def sung_between(app_studio: Studio, song_id: str, low: int, high: int) -> None:
    """A finished song in the library whose voice goes from one note to another."""
    source, recipe = youtube("cNGjD0VG4R8"), Recipe()
    document = {
        "vocal_range": VocalRange(low, high).to_document(),
        "chords": [{"start": 0.0, "end": 2.0, "chord": "C:maj"}],
    }
    library = app_studio.library.record
    library.put_recording(Recording("cNGjD0VG4R8", source, "Perfect", "Ed", 200.0))
    library.save_analysis("cNGjD0VG4R8", document)
    place = place_of("cNGjD0VG4R8", recipe)
    now = app_studio.parts.clock.now()
    item = LibraryItem(item_id_of(place), "cNGjD0VG4R8", source, recipe, place, ("vocals", "instrumental"), 10, now)
    library.put(item)
    app_studio.songs.record.save(app_studio.songs.record.get(song_id).linked_to(item.id, at_once=False))


def test_a_singers_range_tells_how_songs_fit_and_one_tap_brings_the_key(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    song_id, code = song(host, "Perfect"), open_room(host)
    sung_between(app_studio, song_id, 60, 74)
    ann = join(phone, code, "Ann")
    assert phone.get(f"/api/rooms/{code}/songs", headers=ann).json()["songs"][0]["shift"] is None

    phone.put(f"/api/rooms/{code}/range", json={"lowest": 55, "highest": 72}, headers=ann).raise_for_status()
    found = phone.get(f"/api/rooms/{code}/songs", headers=ann).json()["songs"][0]
    body = {"songId": song_id, "semitones": found["shift"]}
    room = phone.post(f"/api/rooms/{code}/turns", json=body, headers=ann).json()

    assert (found["shift"], found["range"]["low_name"]) == (-2, "C4")
    assert room["stage"]["semitones"] == -2
    assert phone.get(f"/api/rooms/{code}/songs/{song_id}/chords").json()["chords"][0]["chord"] == "C:maj"
    body = {"songId": song_id, "semitones": 13}
    assert phone.post(f"/api/rooms/{code}/turns", json=body, headers=ann).status_code == 400


def test_a_finished_job_begins_the_night_without_anybody_asking(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    song_id, code = song(host, "Later"), open_room(host)
    wish(phone, code, join(phone, code, "Ann"), song_id)
    with phone.websocket_connect(f"ws://localhost/api/rooms/{code}/live") as stage:
        assert stage.receive_json()["room"]["onStage"] is None

        ready(app_studio, song_id)
        app_studio.parts.events.publish("jobs", {"type": "job_completed", "job": {}})

        assert stage.receive_json()["room"]["onStage"]["title"] == "Later"


def test_a_song_that_fails_in_the_middle_of_the_night_is_said_and_passed_over(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    songs, code = [song(host, f"Song {number}") for number in range(3)], open_room(host)
    ready(app_studio, songs[0])
    ready(app_studio, songs[2])
    singers = [join(phone, code, name) for name in ("Ann", "Bob", "Cid")]
    for who, each in zip(singers, songs, strict=True):
        wish(phone, code, who, each)

    broken = app_studio.songs.record.get(songs[1])
    app_studio.songs.record.save(replace(broken, status=SongStatus.ERROR, error="This video is gone."))
    app_studio.parts.events.publish("jobs", {"type": "job_failed", "job": {}})
    before = phone.get(f"/api/rooms/{code}").json()
    after = host.post(f"/api/rooms/{code}/next").json()

    assert before["queue"][0]["failure"] == "This video is gone."
    assert after["onStage"]["singer"] == "Cid"
    assert [turn["singer"] for turn in after["queue"]] == ["Bob"]


def test_a_job_somebody_waits_for_knows_when_it_is_due_and_a_restart_forgets_nothing(
    host: TestClient, phone: TestClient, app_studio: Studio, tmp_path: Path
) -> None:
    first, code = song(host, "First"), open_room(host)
    ready(app_studio, first)
    ann, bob = join(phone, code, "Ann"), join(phone, code, "Bob")
    wish(phone, code, ann, first)
    link = {"link": "https://youtu.be/dQw4w9WgXcQ"}
    room = phone.post(f"/api/rooms/{code}/turns", json=link, headers=bob).json()
    waiting = app_studio.songs.record.get(room["queue"][0]["songId"])
    due = app_studio.jobs.record.get(waiting.job_id).due_at

    again = studio({"data.dir": tmp_path, "logging.console": "off"})
    ready(again, waiting.id)
    stop = again.party.watch()
    restarted = again.party.room(code)
    stop()
    again.close()

    assert due is not None
    assert (due - app_studio.parts.clock.now()).total_seconds() == pytest.approx(220, abs=20)
    assert restarted.on_stage is not None
    assert restarted.on_stage.title == "First"
    assert [turn.is_ready for turn in restarted.turns] == [True]


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "Robert'); DROP TABLE rooms;--", "\u202egnirts"])
def test_names_with_markup_are_only_letters(host: TestClient, phone: TestClient, name: str) -> None:
    code = open_room(host)
    join(phone, code, name)

    shown = phone.get(f"/api/rooms/{code}").json()["singers"][0]["name"]
    assert shown == "".join(letter for letter in name if letter != "\u202e")


def test_a_name_of_ten_thousand_characters_and_a_wish_too_many_are_refused(
    host: TestClient, phone: TestClient, app_studio: Studio
) -> None:
    code = open_room(host)
    assert phone.post(f"/api/rooms/{code}/join", json={"name": "x" * 10_000}).status_code == 400
    ann, first = join(phone, code, "Ann"), song(host, "One")
    wish(phone, code, ann, first)
    again = phone.post(f"/api/rooms/{code}/turns", json={"songId": first}, headers=ann)
    assert again.status_code == 409
    room = app_studio.party.rooms.by_code(code)
    full = tuple(replace(room.turns[0], id=f"t{number}", song_id=f"s{number}") for number in range(MOST_WISHES_EACH))
    app_studio.party.rooms.save(replace(room, turns=full))

    refused = phone.post(f"/api/rooms/{code}/turns", json={"songId": first}, headers=ann)

    assert refused.status_code == 429
    assert "retry-after" in refused.headers


def test_a_reloaded_television_resumes_at_the_place(host: TestClient, phone: TestClient, app_studio: Studio) -> None:
    song_id, code = song(host, "One"), open_room(host)
    ready(app_studio, song_id)
    ann = join(phone, code, "Ann")
    wish(phone, code, ann, song_id)
    phone.patch(f"/api/rooms/{code}/stage", json={"position": 90.0}, headers=ann).raise_for_status()

    with phone.websocket_connect(f"ws://localhost/api/rooms/{code}/live") as television:
        room = television.receive_json()["room"]

    stage = room["stage"]
    assert stage["isPlaying"]
    assert stage["position"] + room["serverTime"] - stage["at"] == pytest.approx(90.0, abs=3.0)
