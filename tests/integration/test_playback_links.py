"""Links for others: one song, without an account, until they are over or taken back."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.adapters.security.secrets import RandomSecrets, SignedText
from harmonix_splitter.api.routes.playback_links import Opened
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.playback_links import playback_links as service_of
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import NotAllowedError
from harmonix_splitter.services.playback_links import PlaybackLinksService
from tests.fakes.clock import FakeClock
from tests.studios import ORIGIN, person

FLAGS = {"server__prefix": "/music"}


@pytest.fixture
def stranger(studio: TestClient) -> TestClient:
    return TestClient(studio.app, base_url=ORIGIN)


def test_a_stranger_hears_this_song_in_ranges_and_nothing_else(
    anna: TestClient, stranger: TestClient, song: Song
) -> None:
    made = anna.post(f"/music/api/songs/{song.id}/links", json={"hours": 1, "note": "for Bob"})
    url = made.json()["url"]

    card = stranger.get(url).json()
    part = stranger.get(card["stems"][0]["url"], headers={"range": "bytes=0-9"})

    assert (made.status_code, card["title"]) == (201, "Perfect")
    assert url.startswith("/music/api/listen/")
    assert (part.status_code, len(part.content)) == (206, 10)
    assert stranger.get(f"{url}/audio/nothing").status_code == 404
    assert stranger.get(f"/music/api/songs/{song.id}").status_code == 401


def test_a_link_that_was_taken_back_opens_nothing(
    studio: TestClient, anna: TestClient, stranger: TestClient, song: Song
) -> None:
    made = anna.post(f"/music/api/songs/{song.id}/links", json={}).json()
    assert stranger.get(made["url"]).status_code == 200

    gone = anna.delete(f"/music/api/songs/{song.id}/links/{made['id']}")

    state = studio.app.state  # type: ignore[attr-defined]
    state.opened_links = Opened(state.studio)  # as after the seconds for which a link is believed
    assert gone.status_code == 204
    assert stranger.get(made["url"]).status_code == 403
    listed = {link["id"]: link for link in anna.get(f"/music/api/songs/{song.id}/links").json()}
    assert listed[made["id"]]["revokedAt"]


def test_nobody_gives_away_or_takes_back_what_is_anothers(studio: TestClient, anna: TestClient, song: Song) -> None:
    bob = person(studio, "bob")
    made = anna.post(f"/music/api/songs/{song.id}/links", json={}).json()

    assert bob.post(f"/music/api/songs/{song.id}/links", json={}).status_code == 404
    assert bob.get(f"/music/api/songs/{song.id}/links").status_code == 404
    assert bob.delete(f"/music/api/songs/{song.id}/links/{made['id']}").status_code == 404


@pytest.mark.parametrize("word", ["x", "x.1.y", "...", "a.b.c.d", "é.9999999999.x"])
def test_forged_words_open_nothing(stranger: TestClient, word: str) -> None:
    assert stranger.get(f"/music/api/listen/{word}").status_code == 403


def test_a_link_is_over_at_its_end(studio: TestClient, anna: TestClient, song: Song) -> None:
    parts: Parts = studio.app.state.studio.parts  # type: ignore[attr-defined]
    real = service_of(parts)
    clock = FakeClock()
    service = PlaybackLinksService(real.record, real.users, SignedText(b"x" * 32), RandomSecrets(), clock)
    user = real.users.get(song.owner_id)
    link = service.give(user, song.id, timedelta(hours=1), "")
    word = service.word_of(link)

    assert service.opened(word)[0] == link
    clock.advance(3600)
    with pytest.raises(NotAllowedError):
        service.opened(word)


def test_the_reference_can_be_read_under_the_prefix_without_scripts(stranger: TestClient) -> None:
    page = stranger.get("/music/docs")

    assert page.status_code == 200
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "/music/api/songs/{song_id}/links" in page.text
    assert stranger.get("/music/docs/style.css").headers["content-type"].startswith("text/css")
