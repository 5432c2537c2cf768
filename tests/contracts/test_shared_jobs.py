"""A job that several people asked for: all of them hear its end and may see it, on SQLite and on PostgreSQL."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import event, func, select

from harmonix_splitter.adapters.database.accounts.users import SqlUsers
from harmonix_splitter.adapters.database.schema.accounts import users
from harmonix_splitter.adapters.database.schema.jobs import dismissals, jobs
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.jobs import Job, JobStatus, Stage
from harmonix_splitter.domain.songs import SongFacts
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


def has_account(rig: Rig, name: str) -> None:
    SqlUsers(rig.database).add(User(name, name, created_at=rig.clock.now()), "")


def ended(rig: Rig, *names: str) -> str:
    """A job of theirs that failed; all of them have accounts."""
    for name in names:
        has_account(rig, name)
    rig.site.broken[VIDEO] = SourceError("It was removed.", reason="removed", lasting=True)
    job_id = asked(rig, *names)
    rig.work()
    return job_id


def listed(rig: Rig, user: str | None, *, dismissed: bool = False) -> list[Job]:
    return rig.jobs.listed(JobFilter(user, dismissed=dismissed))


def song_of(rig: Rig, user: str) -> str:
    found = rig.songs.record.of_user(user, youtube(VIDEO).key, KARAOKE.key)
    assert found is not None
    return found.id


def noted(rig: Rig) -> int:
    with rig.database.read() as connection:
        return connection.execute(select(func.count()).select_from(dismissals)).scalar_one()


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


def test_who_dismisses_it_takes_it_off_their_own_list_only(rig: Rig) -> None:
    job_id = ended(rig, "ann", "bob")

    rig.jobs.dismiss(job_id, "ann")
    rig.jobs.dismiss(job_id, "ann")

    assert (listed(rig, "ann"), len(listed(rig, "ann", dismissed=True))) == ([], 1)
    assert (len(listed(rig, "bob")), listed(rig, "bob", dismissed=True)) == (1, [])
    assert rig.jobs.job(job_id, "ann").is_dismissed
    assert not rig.jobs.job(job_id, "bob").is_dismissed
    assert len(listed(rig, None)) == 1


def test_what_all_who_asked_have_dismissed_is_off_everybodys_list(rig: Rig) -> None:
    job_id = ended(rig, "ann", "bob")

    rig.jobs.dismiss(job_id, "bob")
    rig.jobs.dismiss(job_id, "ann")

    assert listed(rig, "ann") == listed(rig, "bob") == listed(rig, None) == []


def test_what_is_dismissed_for_the_house_is_off_the_list_of_all_who_asked(rig: Rig) -> None:
    job_id = ended(rig, "ann", "bob")

    rig.jobs.dismiss(job_id)

    assert listed(rig, "ann") == listed(rig, "bob") == listed(rig, None) == []


def test_who_looks_after_the_house_dismisses_somebody_elses_job_for_themselves(rig: Rig) -> None:
    job_id = ended(rig, "ann")
    has_account(rig, "root")

    rig.jobs.dismiss(job_id, viewer="root")

    assert rig.jobs.listed(JobFilter(viewer="root")) == []
    assert len(listed(rig, "ann")) == 1


def test_what_is_tried_again_is_back_on_all_lists(rig: Rig) -> None:
    job_id = ended(rig, "ann", "bob")
    rig.jobs.dismiss(job_id, "ann")

    rig.jobs.retry(job_id, "bob")
    rig.work()

    assert len(listed(rig, "ann")) == len(listed(rig, "bob")) == 1
    assert noted(rig) == 0


@pytest.mark.parametrize("gone", ["user", "job"])
def test_what_was_dismissed_is_forgotten_with_the_user_and_with_the_job(rig: Rig, gone: str) -> None:
    job_id = ended(rig, "ann", "bob")
    rig.jobs.dismiss(job_id, "ann")
    assert noted(rig) == 1

    with rig.database.write() as connection:
        connection.execute(users.delete() if gone == "user" else jobs.delete())

    assert noted(rig) == 0


def test_everybody_sees_their_own_song_of_it(rig: Rig) -> None:
    job_id = asked(rig, "ann", "bob")

    for user in ("ann", "bob"):
        assert rig.jobs.job(job_id, user).song_id == song_of(rig, user)
        assert [job.song_id for job in listed(rig, user)] == [song_of(rig, user)]
    assert rig.jobs.job(job_id, viewer="root").song_id == song_of(rig, "ann")


def test_everybody_is_answered_with_their_own_song(rig: Rig) -> None:
    first = rig.songs.request("ann", youtube(VIDEO), KARAOKE)
    second = rig.songs.request("bob", youtube(VIDEO), KARAOKE)
    again = rig.songs.request("bob", youtube(VIDEO), KARAOKE)
    assert first.job is not None and second.job is not None and again.job is not None

    assert (first.job.song_id, second.job.song_id, again.job.song_id) == (first.song.id, second.song.id, second.song.id)
    assert rig.jobs.cancel(first.job.id, "bob").song_id == second.song.id
    assert rig.jobs.cancel(first.job.id, "ann").song_id == first.song.id


def test_of_two_songs_of_one_user_the_one_that_asked_is_told(rig: Rig) -> None:
    earlier = rig.songs.create("ann", SongFacts("Mine", "Ann"))
    asked_for = rig.songs.create("ann", SongFacts("Mine too", "Ann"))
    job = rig.songs.start(asked_for.id, "ann", youtube(VIDEO), KARAOKE).job
    rig.songs.start(earlier.id, "ann", youtube(VIDEO), KARAOKE)
    assert job is not None

    assert rig.jobs.job(job.id, "ann").song_id == asked_for.id
    assert rig.jobs.record.concerned(job.id) == {"ann": asked_for.id}


def test_everybody_hears_of_their_own_song(rig: Rig) -> None:
    asked(rig, "ann", "bob")
    told: dict[str, set[str]] = defaultdict(set)
    everybodys: list[Mapping[str, Any]] = []
    notices: list[Mapping[str, Any]] = []
    rig.events.listen(["user:ann", "user:bob"], lambda topic, news: told[topic].add(news["job"]["songId"]))
    rig.events.listen(["jobs"], lambda _topic, news: everybodys.append(news))
    rig.events.listen([TOPIC], lambda _topic, news: notices.append(news))

    rig.work()

    ann, bob = song_of(rig, "ann"), song_of(rig, "bob")
    assert told == {"user:ann": {ann}, "user:bob": {bob}}
    assert everybodys[-1]["songs"] == {"ann": ann, "bob": bob}
    assert [news["differs"] for news in notices] == [{"ann": {"songId": ann}, "bob": {"songId": bob}}]


def test_a_list_asks_the_database_once_however_many_jobs_are_on_it(rig: Rig) -> None:
    for number in range(5):
        for user in ("ann", "bob"):
            rig.songs.request(user, youtube(f"{VIDEO[:-1]}{number}"), KARAOKE)
    statements: list[str] = []

    def note(*heard: Any) -> None:
        statements.append(heard[2])

    event.listen(rig.database.engine, "before_cursor_execute", note)
    found = rig.jobs.listed(JobFilter("bob"))
    event.remove(rig.database.engine, "before_cursor_execute", note)

    assert [rig.songs.song(job.song_id).owner_id for job in found] == ["bob"] * 5
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


def test_a_job_passes_to_the_next_when_its_first_asker_leaves(rig: Rig) -> None:
    job_id = asked(rig, "ann", "bob", "eve")

    rig.jobs.cancel(job_id, "ann")

    passed_on = rig.jobs.record.get(job_id)
    assert (passed_on.status, passed_on.user_id, passed_on.song_id) == (JobStatus.PENDING, "bob", song_of(rig, "bob"))
    with pytest.raises(NotFoundError):
        rig.jobs.job(job_id, "ann")
    with pytest.raises(NotFoundError):
        rig.jobs.cancel(job_id, "ann")
    assert listed(rig, "ann") == []
    assert rig.jobs.record.count("ann") == {}


def test_a_job_stays_whose_it_is_when_somebody_else_leaves(rig: Rig) -> None:
    job_id = asked(rig, "ann", "bob")

    rig.jobs.cancel(job_id, "bob")

    assert (rig.jobs.record.get(job_id).user_id, rig.jobs.record.get(job_id).song_id) == ("ann", song_of(rig, "ann"))


def test_who_left_gets_nothing_back_when_others_try_again(rig: Rig) -> None:
    rig.site.broken[VIDEO] = SourceError("It was removed.", reason="removed", lasting=True)
    job_id = asked(rig, "ann", "bob")
    rig.jobs.cancel(job_id, "ann")
    rig.work()

    rig.jobs.retry(job_id, "bob")

    assert rig.jobs.record.askers(job_id) == ["bob"]
    assert rig.jobs.record.concerned(job_id) == {"bob": song_of(rig, "bob")}


def test_who_joins_at_the_moment_the_first_asker_leaves_gets_the_job(rig: Rig) -> None:
    job_id = asked(rig, "ann")
    leaving = threading.Thread(target=lambda: rig.jobs.record.leave(job_id, "ann", rig.clock.now()))

    with rig.database.write() as joining:
        joining.execute(select(jobs).where(jobs.c.id == job_id).with_for_update())
        row = dict(joining.execute(select(songs)).mappings().one()) | {"id": "joined", "owner_id": "bob"}
        joining.execute(songs.insert(), [row])
        leaving.start()
        leaving.join(0.3)
        assert leaving.is_alive(), "who left did not wait for who joined"
    leaving.join()

    job = rig.jobs.record.get(job_id)
    assert (job.status, job.user_id, job.song_id) == (JobStatus.PENDING, "bob", "joined")


def test_when_all_but_one_leave_at_once_the_job_is_the_last_ones(rig: Rig) -> None:
    for number in range(5):
        video = youtube(f"{VIDEO[:-1]}{number}")
        asks = {user: rig.songs.request(user, video, KARAOKE) for user in ("ann", "bob", "cat", "dan", "eve")}
        job = asks["ann"].job
        assert job is not None
        start = threading.Barrier(4)

        def leave(user: str, job_id: str = job.id, start: threading.Barrier = start) -> None:
            start.wait()
            rig.jobs.cancel(job_id, user)

        leavers = [threading.Thread(target=leave, args=(user,)) for user in ("ann", "bob", "cat", "dan")]
        for leaver in leavers:
            leaver.start()
        for leaver in leavers:
            leaver.join()

        left = rig.jobs.record.get(job.id)
        assert (left.status, left.user_id, left.song_id) == (JobStatus.PENDING, "eve", asks["eve"].song.id)


def test_the_askers_are_told_before_the_workers(rig: Rig) -> None:
    order: list[str] = []

    class Bell:
        def wake(self, _job_id: str) -> None:
            order.append("woken")

    rig.queue = Bell()
    rig.events.listen(["user:ann"], lambda _topic, event: order.append(event["type"]))

    asked(rig, "ann")

    assert order == ["job_created", "woken"]
