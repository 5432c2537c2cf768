"""What every record of jobs promises about who is next, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from harmonix_splitter.adapters.database import job_claims
from harmonix_splitter.domain.jobs import PRESSING
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.ports.songs import Asked
from tests.fakes.library_rig import GROUPED, KARAOKE, Rig

MINUTE = timedelta(minutes=1)


@dataclass
class HandClock:
    moment: datetime = datetime(2030, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, database_url, clock=HandClock()).create_tables()
    made.empty()
    yield made
    made.close()


def ask(rig: Rig, name: str, user: str = "ann", due: timedelta | None = None) -> Asked:
    due_at = rig.clock.now() + due if due is not None else None
    asked = rig.songs.request(user, youtube(name * 11), KARAOKE, due_at=due_at)
    assert isinstance(rig.clock, HandClock)
    rig.clock.moment += timedelta(seconds=1)
    return asked


def order(rig: Rig) -> str:
    """The letters of the waiting jobs' videos, as they are claimed and done one after another."""
    letters = ""
    while (claim := rig.work()) is not None:
        letters += rig.jobs.job(claim.job_id).source.id[0]
    return letters


def test_what_is_due_soon_is_done_first_the_nearest_before_the_others(rig: Rig) -> None:
    ask(rig, "a")
    ask(rig, "b", due=30 * MINUTE)
    ask(rig, "c", due=10 * MINUTE)

    assert order(rig) == "cba"


def test_what_is_due_much_later_waits_its_turn_like_everything(rig: Rig) -> None:
    ask(rig, "a")
    ask(rig, "b", due=PRESSING + 5 * MINUTE)

    assert order(rig) == "ab"


def test_one_claim_in_four_is_for_those_nobody_hurries_for(rig: Rig) -> None:
    for name in "123456":
        ask(rig, name, "host", due=MINUTE)
    ask(rig, "a")
    ask(rig, "b")

    assert order(rig) == "123a456b"


def test_who_may_not_fetch_gets_the_next_job_whose_audio_is_here(rig: Rig) -> None:
    known = rig.make("k" * 11)
    ask(rig, "v", due=MINUTE)
    received = rig.uploads.receive("mine.wav", [b"my own"], 1000)
    upload = rig.songs.request_upload("ann", received, KARAOKE).job
    again = rig.songs.request("ben", known.source, GROUPED).job
    assert upload is not None and again is not None

    claimed = [rig.jobs.claim("worker", may_fetch=False) for _ in range(3)]
    rest = rig.jobs.claim("worker")

    assert {taken[0].id for taken in claimed if taken is not None} == {upload.id, again.id}
    assert claimed[2] is None
    assert rest is not None and rest[0].source.id == "v" * 11
    assert (upload.needs_fetch, rest[0].needs_fetch) == (False, True)


def test_joining_a_job_in_a_hurry_brings_it_forward_for_everybody(rig: Rig) -> None:
    ask(rig, "a")
    first = ask(rig, "b")
    second = ask(rig, "b", "host", due=MINUTE)

    assert first.job is not None
    assert second.job is not None
    assert second.job.id == first.job.id
    assert second.job.due_at is not None
    assert order(rig) == "ba"


def test_asking_again_for_ones_own_song_brings_its_job_forward(rig: Rig) -> None:
    ask(rig, "a")
    ask(rig, "b")
    ask(rig, "b", due=MINUTE)

    assert order(rig) == "ba"


def test_a_due_time_is_never_put_off_and_an_ended_job_keeps_its_own(rig: Rig) -> None:
    job = ask(rig, "a", due=5 * MINUTE).job
    assert job is not None

    assert rig.jobs.bring_forward(job.id, rig.clock.now() + 50 * MINUTE).due_at == job.due_at
    sooner = rig.clock.now() + MINUTE
    assert rig.jobs.bring_forward(job.id, sooner).due_at == sooner
    rig.work()
    assert rig.jobs.bring_forward(job.id, sooner - MINUTE).due_at == sooner


def test_claims_for_one_user_at_the_same_moment_do_not_wait_for_each_other(rig: Rig) -> None:
    if rig.database.is_sqlite:  # one writer at a time
        return
    for name in "abc":
        ask(rig, name)
    rig.jobs.record.claim("earlier", rig.clock.now())

    with rig.database.write() as unhurried:
        first = job_claims.claim(unhurried, "one", rig.clock.now(), None)
        with rig.database.write() as other:
            other.execute(text("SET LOCAL lock_timeout = '2s'"))
            second = job_claims.claim(other, "two", rig.clock.now(), None)

    assert first and second and (first.source.id[0], second.source.id[0]) == ("b", "c")
