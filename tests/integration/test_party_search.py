"""A song the library has not, looked for on YouTube from a guest's phone."""

from collections.abc import Callable
from dataclasses import replace
from threading import BoundedSemaphore
from typing import Any

import pytest
from fastapi.testclient import TestClient
from yt_dlp.utils import DownloadError

from harmonix_splitter.adapters.sources.switched_off import NoSite
from harmonix_splitter.adapters.sources.youtube import YouTube
from harmonix_splitter.api.routes.party.people import Guest
from harmonix_splitter.api.routes.party.web_search import EACH, ROOM, Turnstile
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.party import Room, Singer
from harmonix_splitter.errors import TooManyRequestsError
from tests.fakes.processing import FakeSite
from tests.party_rooms import app_studio, host, join, open_room, phone
from tests.songs_on_file import finished_song

__all__ = ["app_studio", "host", "phone"]
THERE, NEW = "00000000001", "00000000002"
Search = Callable[..., Any]


class NoAnswer:
    """A downloader on a machine that cannot reach YouTube."""

    def extract_info(self, *_: Any, **__: Any) -> Any:
        raise DownloadError("Unable to download API page: timed out")


@pytest.fixture
def site(app_studio: Studio) -> FakeSite:
    found = FakeSite()
    put(app_studio, found)
    return found


@pytest.fixture
def search(phone: TestClient) -> Search:
    def ask(code: str, who: dict[str, str], words: str = "Valley") -> Any:
        return phone.get(f"/api/rooms/{code}/videos", params={"q": words}, headers=who)

    return ask


def put(app_studio: Studio, site: Any) -> None:
    app_studio.__dict__["sources"] = replace(app_studio.sources, site=site)


def test_a_guest_finds_a_video_and_one_tap_wishes_it_by_its_name(
    host: TestClient, phone: TestClient, search: Search, site: FakeSite
) -> None:
    finished_song(host, "host", THERE)
    code = open_room(host)
    ann = join(phone, code, "Ann")

    found = {video["id"]: video for video in search(code, ann).json()["videos"]}
    host.get("/api/youtube/search", params={"query": " valley ", "maxResults": 12}).raise_for_status()
    wishes = [
        phone.post(f"/api/rooms/{code}/turns", json={"link": found[id]["link"]}, headers=ann).json()
        for id in (THERE, NEW)
    ]

    assert len(found) == 12
    assert (found[NEW]["channel"], found[NEW]["duration"]) == ("Some Artist", 10.0)
    assert [found[id]["isInstant"] for id in (THERE, NEW)] == [True, False]
    assert wishes[0]["onStage"]["title"] == "Perfect"
    assert [(turn["title"], turn["isReady"]) for turn in wishes[1]["queue"]] == [("Valley 2", False)]
    assert site.searches == ["Valley"]


@pytest.mark.usefixtures("site")
def test_only_singers_of_an_open_room_search_through_it(host: TestClient, phone: TestClient, search: Search) -> None:
    code, other = open_room(host), open_room(host)
    ann, elsewhere = join(phone, code, "Ann"), join(phone, other, "Bob")
    nobody, stranger = search(code, {}), search(code, elsewhere)
    host.delete(f"/api/rooms/{code}").raise_for_status()

    closed = search(code, ann)

    assert (nobody.status_code, stranger.status_code, closed.status_code) == (403, 403, 409)
    assert phone.get("/api/youtube/search", params={"query": "Valley"}, headers=elsewhere).status_code == 401
    assert phone.get(f"/api/rooms/{code}/songs").status_code == 409


def test_one_phone_that_searches_all_the_time_waits_and_the_others_do_not(
    host: TestClient, phone: TestClient, search: Search, site: FakeSite
) -> None:
    code = open_room(host)
    ann, bob = join(phone, code, "Ann"), join(phone, code, "Bob")

    asked = [search(code, ann, f"song {number}") for number in range(int(EACH.burst) + 1)]

    assert [answer.status_code for answer in asked] == [200] * int(EACH.burst) + [429]
    assert 0 < int(asked[-1].headers["retry-after"]) <= 1 / EACH.per_second
    assert search(code, bob).status_code == 200
    assert len(site.searches) == EACH.burst + 1


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (NoSite(), "YouTube is switched off on this server."),
        (YouTube(downloader=lambda _options: NoAnswer()), "YouTube cannot be reached."),
    ],
)
def test_a_youtube_that_is_off_or_away_is_said_with_what_to_do_instead(
    host: TestClient, phone: TestClient, search: Search, app_studio: Studio, away: Any, said: str
) -> None:
    put(app_studio, away)
    code = open_room(host)

    answer = search(code, join(phone, code, "Ann"))

    assert answer.status_code == 502
    assert (answer.json()["detail"], answer.json()["advice"]) == (said, "Choose a song of the library.")


def test_a_room_full_of_newcomers_keeps_the_house_no_busier() -> None:
    door, room = Turnstile(lanes=BoundedSemaphore(1)), Room("r", "ABCDE", "Friday", "host", 0.0)
    guests = [Guest(room, Singer(f"s{number}", f"Singer {number}", "", 0.0)) for number in range(int(ROOM.burst) + 1)]

    with (
        door.let_in(guests[0], 0.0),
        pytest.raises(TooManyRequestsError, match="just now"),
        door.let_in(guests[1], 0.0),
    ):
        pass
    for guest in guests[2:-1]:
        with door.let_in(guest, 0.0):
            pass

    with pytest.raises(TooManyRequestsError, match="Too many"), door.let_in(guests[-1], 0.0):
        pass
