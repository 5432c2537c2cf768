"""Idempotency-Key: asked twice, done once."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.adapters.database.base import metadata
from harmonix_splitter.adapters.database.idempotency import SqlKeptAnswers
from harmonix_splitter.errors import ConflictError, KeyReusedError
from harmonix_splitter.services.idempotency import GIVEN_UP_AFTER, KEPT_FOR, RepeatsService
from tests.fakes.clock import FakeClock
from tests.studios import fresh_studio, person

SONG = {"title": "Perfect", "artist": "Ed Sheeran"}


def test_the_same_request_twice_makes_one_song_and_one_answer(anna: TestClient) -> None:
    key = {"idempotency-key": "one"}
    first, second = (anna.post("/api/songs", json=SONG, headers=key) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert [song["id"] for song in anna.get("/api/songs").json()] == [first.json()["id"]]


def test_another_request_under_the_same_key_is_refused(anna: TestClient) -> None:
    anna.post("/api/songs", json=SONG, headers={"idempotency-key": "two"})
    other = anna.post("/api/songs", json={**SONG, "title": "x"}, headers={"idempotency-key": "two"})

    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_one_persons_keys_are_not_another_ones(studio: TestClient, anna: TestClient) -> None:
    bob = person(studio, "bob")
    first = anna.post("/api/songs", json=SONG, headers={"idempotency-key": "three"}).json()
    second = bob.post("/api/songs", json=SONG, headers={"idempotency-key": "three"}).json()

    assert first["id"] != second["id"]


def test_what_failed_may_be_tried_again_under_its_key(anna: TestClient) -> None:
    bad = anna.post("/api/songs", json={"nonsense": 1}, headers={"idempotency-key": "four"})
    good = anna.post("/api/songs", json=SONG, headers={"idempotency-key": "four"})

    assert (bad.status_code, good.status_code) == (400, 201)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_keys_that_are_none_are_bad_requests(anna: TestClient, key: str) -> None:
    assert anna.post("/api/songs", json=SONG, headers={"idempotency-key": key}).status_code == 400


def test_a_body_too_large_is_still_too_large(anna: TestClient) -> None:
    huge = anna.post(
        "/api/songs",
        content=b"x" * 2_000_001,
        headers={"idempotency-key": "five", "content-type": "application/json"},
    )

    assert huge.status_code == 413


def test_an_answer_with_a_secret_is_sealed_where_it_is_kept(studio: TestClient, anna: TestClient) -> None:
    made = anna.post("/api/account/keys", json={"name": "k", "scopes": ["read"]}, headers={"idempotency-key": "six"})
    again = anna.post("/api/account/keys", json={"name": "k", "scopes": ["read"]}, headers={"idempotency-key": "six"})

    assert again.json()["key"] == made.json()["key"]
    with studio.app.state.studio.parts.database.read() as connection:  # type: ignore[attr-defined]
        kept = b"".join(connection.exec_driver_sql("select body from kept_answers").scalars())
    assert made.json()["key"].encode() not in kept


@pytest.fixture
def repeats(tmp_path: Path) -> tuple[RepeatsService, FakeClock]:
    studio, clock = fresh_studio(tmp_path), FakeClock()
    studio.prepare()
    metadata.create_all(studio.parts.database.engine)
    return RepeatsService(SqlKeptAnswers(studio.parts.database), clock), clock


def test_while_the_first_runs_the_second_waits_and_a_dead_one_is_given_up(
    repeats: tuple[RepeatsService, FakeClock],
) -> None:
    service, clock = repeats

    assert service.begin("anna", "k", "what") is None
    with pytest.raises(ConflictError):
        service.begin("anna", "k", "what")
    clock.advance(GIVEN_UP_AFTER.total_seconds() + 1)

    assert service.begin("anna", "k", "what") is None


def test_an_answer_is_kept_for_a_day(repeats: tuple[RepeatsService, FakeClock]) -> None:
    service, clock = repeats
    service.begin("anna", "k", "what")
    service.finish("anna", "k", 201, "application/json", b"{}")

    clock.advance((KEPT_FOR - timedelta(minutes=1)).total_seconds())
    kept = service.begin("anna", "k", "what")
    with pytest.raises(KeyReusedError):
        service.begin("anna", "k", "something else")
    clock.advance(120)

    assert kept is not None
    assert (kept.status, kept.body) == (201, b"{}")
    assert service.begin("anna", "k", "something else") is None
