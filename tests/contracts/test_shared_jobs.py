"""A job that several people asked for: all of them hear its end and may see it, on SQLite and on PostgreSQL."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

from harmonix_splitter.domain.jobs import JobStatus, Stage
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.domain.webhooks import TOPIC
from harmonix_splitter.errors import ConflictError, NotFoundError, SourceError
from harmonix_splitter.services.ports.jobs import Claim, JobFilter, Standing
from tests.fakes.library_rig import KARAOKE, Rig

VIDEO = "sharedjobs0"


def asked(rig: Rig, *users: str) -> str:
    jobs = [rig.songs.request(user, youtube(VIDEO), KARAOKE).job for user in users]
    (job_id,) = {job.id for job in jobs if job is not None}
    return job_id


def heard_by(rig: Rig) -> dict[str, list[str]]:
    """What each user, and the webhooks on behalf of whom, will have heard."""
    heard: dict[str, list[str]] = defaultdict(list)

    def hear(topic: str, event: Mapping[str, Any]) -> None:
        if topic == TOPIC:
            heard["webhooks"] += [f"{event['happening']} {' '.join(event['users'])}"]
        else:
            heard[topic.removeprefix("user:")].append(event["type"])

    rig.events.listen([TOPIC, *(f"user:{name}" for name in ("ann", "bob", "eve"))], hear)
    return heard


def test_everybody_who_asked_hears_that_it_is_done(rig: Rig) -> None:
    asked(rig, "ann", "bob")
    heard = heard_by(rig)

    rig.work()

    assert heard["ann"][-1] == heard["bob"][-1] == "job_completed"
    assert heard["webhooks"] == ["job_completed ann bob"]
    assert heard["eve"] == []


def test_everybody_who_asked_hears_that_it_failed(rig: Rig) -> None:
    rig.site.broken[VIDEO] = SourceError("It was removed.", reason="removed", lasting=True)
    asked(rig, "ann", "bob")
    heard = heard_by(rig)

    rig.work()

    assert heard["ann"][-1] == heard["bob"][-1] == "job_failed"
    assert heard["webhooks"] == ["job_failed ann bob"]


@pytest.mark.parametrize("who_left", ["ann", "bob"])
def test_who_left_hears_that_and_nothing_more(rig: Rig, who_left: str) -> None:
    job_id = asked(rig, "ann", "bob")
    heard = heard_by(rig)
    rig.jobs.cancel(job_id, who_left)
    told = list(heard[who_left])

    rig.work()

    (stayed,) = {"ann", "bob"} - {who_left}
    assert told == ["job_updated"]
    assert heard[who_left] == told
    assert heard["webhooks"] == [f"job_completed {stayed}"]


def test_the_last_to_leave_hears_that_it_is_cancelled(rig: Rig) -> None:
    job_id = asked(rig, "ann", "bob")
    rig.jobs.cancel(job_id, "ann")
    heard = heard_by(rig)

    rig.jobs.cancel(job_id, "bob")

    assert heard["bob"] == ["job_cancelled"]


def test_everybody_who_asked_may_see_and_try_again_what_failed(rig: Rig) -> None:
    rig.site.broken[VIDEO] = SourceError("It was removed.", reason="removed", lasting=True)
    job_id = asked(rig, "ann", "bob")
    rig.work()

    assert rig.jobs.job(job_id, "bob").status is JobStatus.FAILED
    with pytest.raises(NotFoundError):
        rig.jobs.job(job_id, "eve")
    assert rig.jobs.retry(job_id, "bob").status is JobStatus.PENDING
    assert rig.jobs.record.askers(job_id) == ["ann", "bob"]


def test_jobs_are_counted_for_everybody_for_whom_they_are_listed(rig: Rig) -> None:
    asked(rig, "ann", "bob")
    rig.work()

    for user, count in (("ann", 1), ("bob", 1), ("eve", 0)):
        assert len(rig.jobs.listed(JobFilter(user))) == count
        assert rig.jobs.record.count(user).get(JobStatus.COMPLETED, 0) == count


def test_an_upload_takes_the_place_of_a_fetch_that_goes_on(rig: Rig) -> None:
    job_id = asked(rig, "ann", "bob")
    job = rig.jobs.record.claim("fetches", rig.clock.now())
    assert job is not None
    fetching = Claim(job.id, job.fence)

    received = rig.uploads.receive("mine.mp3", [b"my own copy"], 1000)
    rig.jobs.replace_fetch(job_id, received.id, "bob")

    assert rig.jobs.advance(fetching, Stage.PREPARE, 0.0) is Standing.LOST
    rig.work()
    done = rig.jobs.job(job_id)
    assert (done.status, done.attempts) == (JobStatus.COMPLETED, 1)
    assert rig.library.open_stem(done.item_id, "original").path.read_bytes() == b"my own copy"


def test_an_upload_that_comes_after_the_audio_is_refused(rig: Rig) -> None:
    job_id = asked(rig, "ann")
    job = rig.jobs.record.claim("has fetched", rig.clock.now())
    assert job is not None
    rig.jobs.advance(Claim(job.id, job.fence), Stage.PREPARE, 0.0)

    with pytest.raises(ConflictError):
        rig.jobs.replace_fetch(job_id, "an upload", "ann")

    rig.jobs.cancel(job_id, "ann")
    with pytest.raises(ConflictError):
        rig.jobs.replace_fetch(job_id, "an upload", "ann")


def test_a_song_that_is_linked_at_once_says_how_long_it_is(rig: Rig) -> None:
    made = rig.make(VIDEO)

    linked = rig.songs.request("bob", youtube(VIDEO), KARAOKE).song

    assert linked.is_instant
    assert linked.facts.duration_ms == round(made.duration * 1000) == 10_000
    assert (linked.facts.title, linked.facts.artist) == (made.title, made.artist)
    assert rig.songs.song(linked.id).facts == linked.facts
