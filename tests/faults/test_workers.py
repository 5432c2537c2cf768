"""Workers that die, hang, eat memory or are told to stop: every job still ends, once, and nothing is left behind."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.queues.lane import Patience
from harmonix_splitter.adapters.queues.local import Doorbell
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.sweeping import Sweeper
from tests.fakes.library_rig import KARAOKE, Rig
from tests.faults.workers import QUICK, wait_until, workers

PERFECT = "cNGjD0VG4R8"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, queue=Doorbell()).create_tables()
    yield made
    made.close()


def ask(rig: Rig, video_id: str = PERFECT, user: str = "ann") -> str:
    asked = rig.songs.request(user, youtube(video_id), KARAOKE)
    assert asked.job is not None
    return asked.job.id


def has_ended(rig: Rig, job_id: str) -> bool:
    return not rig.jobs.job(job_id).is_live


def processes_of(folder: Path) -> list[int]:
    """Worker processes that were started for this folder and still live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if b"tests.faults.child" in command and parent[0] != "Z" and int(parent[1]) == os.getpid():
                found.append(int(entry.name))
    return found


def test_a_job_is_done_by_a_child_and_its_news_reach_the_parent(rig: Rig) -> None:
    heard: list[str] = []
    rig.events.listen(["user:ann"], lambda _topic, event: heard.append(event["type"]))
    crew = workers(rig)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: has_ended(rig, job_id) and "job_completed" in heard)
    finally:
        crew.stop()

    assert rig.jobs.job(job_id).status is JobStatus.COMPLETED
    assert "job_created" in heard  # a quick worker's news may be faster than the asker's
    assert processes_of(rig.folder) == []


def test_a_poison_job_fails_after_three_attempts_and_the_queue_moves_on(rig: Rig) -> None:
    crew = workers(rig, trouble="dies")
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: has_ended(rig, job_id))
    finally:
        crew.stop()

    job = rig.jobs.job(job_id)
    assert job.status is JobStatus.FAILED
    assert job.attempts == 3
    assert job.failure is not None
    assert "SIGKILL" in job.failure.message
    assert rig.library.numbers().items == 0


def test_a_child_that_hangs_is_killed_with_its_group(rig: Rig) -> None:
    crew = workers(rig, trouble="hangs")
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: bool(rig.jobs.job(job_id).notes))
    finally:
        crew.stop()

    assert "no progress" in " ".join(rig.jobs.job(job_id).notes)
    assert processes_of(rig.folder) == []


def test_a_child_that_takes_long_to_start_keeps_its_job(rig: Rig) -> None:
    sweeper = Sweeper(rig.jobs, lease=3.0)
    crew = workers(rig, patience=replace(QUICK, start=60.0), starts_after=6.0)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: bool(sweeper.sweep()) or has_ended(rig, job_id))
    finally:
        crew.stop()

    assert rig.jobs.job(job_id).status is JobStatus.COMPLETED
    assert rig.jobs.job(job_id).attempts == 1


def test_a_job_that_needs_too_much_memory_says_so(rig: Rig) -> None:
    crew = workers(rig, trouble="eats", memory_limit_mb=1500)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: bool(rig.jobs.job(job_id).notes))
    finally:
        crew.stop()

    assert "more memory" in " ".join(rig.jobs.job(job_id).notes)


@pytest.fixture
def real_song(tmp_path: Path) -> Path:
    path = tmp_path / "real.flac"
    noise = np.random.default_rng(0).normal(scale=0.1, size=(44_100 * 12, 2)).astype(np.float32)
    soundfile.write(path, noise, 44_100)
    return path


def test_a_real_song_is_separated_within_the_memory_a_job_may_have(rig: Rig, real_song: Path) -> None:
    crew = workers(rig, patience=Patience(look=0.05), song=str(real_song), memory_limit_mb=1500)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: has_ended(rig, job_id), 240.0)
    finally:
        crew.stop()

    assert rig.jobs.job(job_id).status is JobStatus.COMPLETED
    stems = sorted(path.name for path in rig.folder.rglob("*.flac"))
    assert {"vocals.flac", "instrumental.flac"} <= set(stems)


def test_a_cancelled_job_stops_within_its_grace_and_publishes_nothing(rig: Rig) -> None:
    crew = workers(rig, trouble="hangs", lasts=0.0)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: rig.jobs.job(job_id).stage == "separate")
        rig.jobs.cancel(job_id, "ann")
        wait_until(lambda: has_ended(rig, job_id))
    finally:
        crew.stop()

    assert rig.jobs.job(job_id).status is JobStatus.CANCELLED
    assert rig.library.numbers().items == 0


def test_a_cancelled_job_stops_by_itself_at_the_next_chunk(rig: Rig) -> None:
    crew = workers(rig, lasts=30.0)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: rig.jobs.job(job_id).progress > 34)
        rig.jobs.cancel(job_id, "ann")
        wait_until(lambda: has_ended(rig, job_id), 5)
        assert len(processes_of(rig.folder)) == 1
    finally:
        crew.stop()

    assert rig.jobs.job(job_id).status is JobStatus.CANCELLED


def test_more_lanes_begin_at_once_and_too_many_end_with_their_job(rig: Rig) -> None:
    crew = workers(rig, lanes=1, lasts=0.3)
    crew.start()
    try:
        jobs = [ask(rig, letter * 11, user=letter) for letter in "abc"]
        crew.resize(3)
        wait_until(lambda: len(rig.jobs.record.running()) == 3)
        crew.resize(1)
        wait_until(lambda: all(has_ended(rig, job_id) for job_id in jobs))
        wait_until(lambda: len(processes_of(rig.folder)) == 1)
        last = ask(rig, "d" * 11)
        wait_until(lambda: has_ended(rig, last))
    finally:
        crew.stop()

    assert rig.jobs.job(last).status is JobStatus.COMPLETED
    assert processes_of(rig.folder) == []


def test_an_upload_begins_at_once_however_many_videos_are_being_fetched(rig: Rig) -> None:
    crew = workers(rig, lanes=2, fetch_lasts=60.0)
    crew.fetches = 1
    crew.start()
    try:
        videos = [ask(rig, letter * 11, user=letter) for letter in "abc"]
        wait_until(lambda: len(rig.jobs.record.running()) == 1)
        received = rig.uploads.receive("mine.wav", [b"my own"], 1000)
        upload = rig.songs.request_upload("dan", received, KARAOKE).job
        assert upload is not None
        wait_until(lambda: has_ended(rig, upload.id))
        fetching = [rig.jobs.job(job_id).status for job_id in videos]
    finally:
        crew.stop()

    assert rig.jobs.job(upload.id).status is JobStatus.COMPLETED
    assert sorted(fetching) == [JobStatus.DOWNLOADING, JobStatus.PENDING, JobStatus.PENDING]


def test_the_next_video_is_fetched_as_soon_as_one_has_been(rig: Rig) -> None:
    crew = workers(rig, lanes=2, lasts=60.0)
    crew.fetches, crew.look_again = 1, 60.0
    crew.start()
    try:
        jobs = [ask(rig, letter * 11, user=letter) for letter in "ab"]
        wait_until(lambda: rig.jobs.job(jobs[1]).stage == "separate")
        stages = [rig.jobs.job(job_id).stage for job_id in jobs]
    finally:
        crew.stop()

    assert stages == ["separate", "separate"]


def test_a_job_whose_fetch_is_replaced_by_an_upload_fetches_no_more(rig: Rig) -> None:
    crew = workers(rig, fetch_lasts=60.0)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: rig.jobs.job(job_id).progress > 5)
        received = rig.uploads.receive("mine.wav", [b"my own"], 1000)
        rig.jobs.replace_fetch(job_id, received.id, "ann")
        wait_until(lambda: has_ended(rig, job_id))
    finally:
        crew.stop()

    done = rig.jobs.job(job_id)
    assert done.status is JobStatus.COMPLETED
    assert rig.library.open_stem(done.item_id, "original").path.read_bytes() == b"my own"


def test_a_child_of_the_settings_before_is_replaced_before_its_next_job(rig: Rig) -> None:
    crew = workers(rig)
    crew.start()
    try:
        first = ask(rig, "a" * 11)
        wait_until(lambda: has_ended(rig, first))
        before = processes_of(rig.folder)
        crew.is_current = lambda child: child.pid not in before
        second = ask(rig, "b" * 11)
        wait_until(lambda: has_ended(rig, second))
        after = processes_of(rig.folder)
    finally:
        crew.stop()

    assert len(before) == len(after) == 1
    assert before != after


def test_a_shutdown_hands_the_job_back_without_costing_an_attempt(rig: Rig) -> None:
    crew = workers(rig, lasts=30.0)
    crew.start()
    job_id = ask(rig)
    wait_until(lambda: rig.jobs.job(job_id).stage == "separate")

    crew.stop()

    job = rig.jobs.job(job_id)
    assert job.status is JobStatus.PENDING
    assert job.attempts == 0
    assert processes_of(rig.folder) == []


@pytest.mark.parametrize("point", ["files", "manifest", "renamed", "recorded", "replaced", "published", "completed"])
def test_a_crash_at_every_durable_step_ends_in_one_whole_item(rig: Rig, point: str) -> None:
    (rig.folder / f"crash-{point}").touch()
    crew = workers(rig)
    crew.start()
    try:
        job_id = ask(rig)
        wait_until(lambda: has_ended(rig, job_id))
        wait_until(lambda: not (rig.folder / f"crash-{point}").exists())
    finally:
        crew.stop()

    assert rig.jobs.job(job_id).status is JobStatus.COMPLETED
    assert sorted(rig.storage.places()) == [f"{PERFECT}/karaoke-balanced-auto", f"{PERFECT}/recording"]
    assert [rig.storage.faults(place) for place in rig.storage.places()] == [[], []]
    assert rig.library.numbers().items == 1


def test_a_child_that_is_killed_at_random_moments_is_replaced(rig: Rig) -> None:
    crew = workers(rig, lanes=2, lasts=0.2)
    crew.start()
    try:
        job_ids = [ask(rig, f"{number:011d}") for number in range(6)]
        for _ in range(4):
            wait_until(lambda: bool(processes_of(rig.folder)))
            os.kill(processes_of(rig.folder)[0], signal.SIGKILL)
        wait_until(lambda: all(has_ended(rig, job_id) for job_id in job_ids))
        # One that met three of the kills has had its attempts: it is tried again, as its owner would.
        for unlucky in (job for job in map(rig.jobs.job, job_ids) if job.status is JobStatus.FAILED):
            assert unlucky.attempts == 3
            rig.jobs.retry(unlucky.id)
        wait_until(lambda: all(has_ended(rig, job_id) for job_id in job_ids))
    finally:
        crew.stop()

    assert {rig.jobs.job(job_id).status for job_id in job_ids} == {JobStatus.COMPLETED}
    assert rig.library.numbers().items == 6
