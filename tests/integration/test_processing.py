"""A request becomes a song, a job, a library item and a link, on a real database and disk."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from harmonix_splitter.adapters.sources.youtube_errors import source_error_of
from harmonix_splitter.adapters.storage.watched_folders import WatchedFolders
from harmonix_splitter.domain.jobs import JobStatus, Stage
from harmonix_splitter.domain.songs import SongFacts, SongStatus
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import AnalysisError, EngineError, NotFoundError, SourceError
from harmonix_splitter.services.ports.jobs import Claim
from harmonix_splitter.services.watching import FolderWatcher
from tests.fakes.library_rig import GROUPED, KARAOKE, Rig
from tests.fakes.processing import FakeComparer

PERFECT = "cNGjD0VG4R8"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path).create_tables()
    yield made
    made.close()


def test_a_video_becomes_a_playable_song(rig: Rig) -> None:
    asked = rig.songs.request("ann", rig.sources.source_of(f"https://youtu.be/{PERFECT}"), KARAOKE)

    rig.work()

    song = rig.songs.song(asked.song.id)
    item = rig.library.item(song.item_id)
    assert song.status is SongStatus.COMPLETED
    assert song.facts.title == f"Song {PERFECT}"
    assert item.stems == ("vocals", "instrumental")
    assert rig.library.open_stem(item.id, "no_vocals").path.read_bytes() == b"instrumentalaudio of cNGjD0VG4R8"
    assert rig.library.open_stem(item.id, "original").path.read_bytes() == b"audio of cNGjD0VG4R8"
    assert rig.jobs.job(song.job_id).status is JobStatus.COMPLETED
    assert rig.jobs.job(song.job_id).progress == 100.0


def test_the_voice_is_heard_once_it_is_separate(rig: Rig) -> None:
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)

    rig.work()

    item = rig.library.item(rig.songs.song(asked.song.id).item_id)
    known = rig.library.record.recording(item.recording_id).analysis
    assert known is not None
    assert known["vocal_range"] == {"low": 55, "high": 72}
    assert known["tempo"]["bpm"] == 120.0


def test_an_uploaded_file_goes_all_the_way(rig: Rig) -> None:
    received = rig.uploads.receive("My Tune.mp3", [b"some ", b"music"], 1000)
    asked = rig.songs.request_upload("ann", received, GROUPED)

    rig.work()

    song = rig.songs.song(asked.song.id)
    assert song.facts.title == "My Tune"
    assert song.is_playable
    assert rig.library.open_stem(song.item_id, "original").path.read_bytes() == b"some music"


def test_a_file_named_after_artist_and_title_becomes_their_song(rig: Rig) -> None:
    received = rig.uploads.receive("01 Nina Simone - Feeling Good.mp3", [b"some music"], 1000)
    asked = rig.songs.request_upload("ann", received, GROUPED)

    rig.work()

    song = rig.songs.song(asked.song.id)
    recording = rig.library.record.recording(rig.library.item(song.item_id).recording_id)
    assert (song.facts.artist, song.facts.title) == ("Nina Simone", "Feeling Good")
    assert (recording.artist, recording.title) == ("Nina Simone", "Feeling Good")


def test_the_second_asker_gets_a_link_at_once(rig: Rig) -> None:
    rig.songs.request("ann", youtube(PERFECT), KARAOKE)
    rig.work()

    asked = rig.songs.request("bob", youtube(PERFECT), KARAOKE)

    assert asked.job is None
    assert asked.song.is_instant
    assert asked.song.is_playable
    assert rig.library.item(asked.song.item_id).usage == 2


def test_another_recipe_fetches_and_analyses_nothing_again(rig: Rig) -> None:
    rig.songs.request("ann", youtube(PERFECT), KARAOKE)
    rig.work()

    rig.songs.request("ann", youtube(PERFECT), GROUPED)
    rig.work()

    assert rig.site.downloads == [PERFECT]
    assert len(rig.analyses.analysed) == 1
    assert len(rig.separation.separated) == 2


def test_the_same_sound_under_another_id_is_linked_without_separating_again(rig: Rig, tmp_path: Path) -> None:
    rig.songs.request("ann", youtube(PERFECT), KARAOKE)
    rig.work()
    received = rig.uploads.receive("copy.webm", [f"audio of {PERFECT}".encode()], 1000)

    asked = rig.songs.request_upload("bob", received, KARAOKE)
    rig.work()

    assert len(rig.separation.separated) == 1
    song = rig.songs.song(asked.song.id)
    assert song.item_id == rig.library.item_of(f"youtube:{PERFECT}", KARAOKE.key).id  # type: ignore[union-attr]


def test_a_hundred_askers_share_one_job(rig: Rig) -> None:
    asked = [rig.songs.request(f"user{number}", youtube(PERFECT), KARAOKE) for number in range(100)]

    rig.work()

    assert len({one.job.id for one in asked if one.job}) == 1
    assert rig.work() is None
    assert all(rig.songs.song(one.song.id).is_playable for one in asked)
    assert rig.library.item(rig.songs.song(asked[0].song.id).item_id).usage == 100


def test_a_song_without_words_is_told_so_and_not_called_a_failure(rig: Rig) -> None:
    def nothing() -> None:
        raise NotFoundError("No words found: paste them in the studio to have them timed.")

    rig.words.before = nothing
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)

    rig.work()

    notes = rig.library.item(rig.songs.song(asked.song.id).item_id).notes
    assert "No words found: paste them in the studio to have them timed." in notes
    assert not [note for note in notes if "failed" in note]


def test_words_and_analysis_may_fail_and_the_stems_still_come(rig: Rig) -> None:
    def broken(_recording: Path) -> None:
        raise AnalysisError("no beat found")

    rig.analyses.before = broken
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)

    rig.work()

    song = rig.songs.song(asked.song.id)
    assert song.is_playable
    assert "Analysis failed: no beat found" in rig.library.item(song.item_id).notes


def test_a_bug_in_listening_to_the_stems_costs_nobody_the_stems(rig: Rig) -> None:
    def bug() -> None:
        raise IndexError("nobody foresaw this")

    rig.analyses.before_stems = bug
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)

    rig.work()

    song = rig.songs.song(asked.song.id)
    assert song.is_playable
    notes = rig.library.item(song.item_id).notes
    assert "Listening to the stems failed: unexpected error (IndexError)." in notes


def test_a_video_that_is_gone_fails_for_good_with_its_reason(rig: Rig) -> None:
    rig.site.broken[PERFECT] = SourceError("This video was removed.", reason="removed", lasting=True)
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)

    rig.work()

    job = rig.jobs.job(asked.job.id)  # type: ignore[union-attr]
    assert job.status is JobStatus.FAILED
    assert job.failure is not None
    assert job.failure.message == "This video was removed."
    assert rig.songs.song(asked.song.id).status is SongStatus.ERROR


def test_an_engine_that_fails_is_tried_three_times_and_leaves_nothing_visible(rig: Rig) -> None:
    def broken(_recording: Path) -> None:
        raise EngineError("the model fell over")

    rig.separation.before = broken
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)
    for _ in range(3):
        job = rig.jobs.record.claim("tests", rig.clock.now() + timedelta(seconds=100))
        assert job is not None
        rig.processing.run(Claim(job.id, job.fence))

    job = rig.jobs.job(asked.job.id)  # type: ignore[union-attr]
    assert job.status is JobStatus.FAILED
    assert job.attempts == 3
    assert rig.library.numbers().items == 0
    assert list((rig.folder / "library" / ".work").iterdir()) == []


def test_progress_passes_the_promised_marks_and_never_goes_back(rig: Rig) -> None:
    heard: list[tuple[str, float]] = []
    rig.events.listen(["jobs"], lambda _topic, event: heard.append((event["job"]["stage"], event["job"]["progress"])))
    rig.songs.request("ann", youtube(PERFECT), KARAOKE)

    rig.work()

    marks = [progress for _, progress in heard]
    assert marks == sorted(marks)
    assert {0.0, 5.0, 30.0, 90.0, 100.0} <= set(marks)
    assert heard[-1] == (Stage.DONE, 100.0)


def test_metadata_and_links_are_written_as_the_document_shows_them(rig: Rig) -> None:
    rig.songs.request("ann", youtube(PERFECT), KARAOKE)
    rig.work()

    metadata = json.loads((rig.folder / "library" / PERFECT / "metadata.json").read_text())
    links = json.loads((rig.folder / "outputs" / "users" / "ann" / "library_links.json").read_text())

    assert metadata["youtube_id"] == PERFECT
    assert metadata["display_name"] == f"Some_Artist_-_Song_{PERFECT}"
    assert metadata["usage_count"] == 1
    assert metadata["music_info"]["tempo"] == {"bpm": 120.0, "confidence": 0.9}
    assert metadata["stems"] == ["vocals", "instrumental", "original"]
    assert links["links"][PERFECT]["is_library_link"] is True
    assert links["links"][PERFECT]["mode"] == "karaoke"
    assert set(links) == {"links", "created_at", "updated_at"}


def test_an_item_is_made_anew_and_the_old_one_plays_until_then(rig: Rig) -> None:
    item = rig.make(PERFECT)

    job = rig.upgrades.make_anew(item.id, "root")
    before = rig.library.open_stem(item.id, "vocals").sha256
    rig.work()

    assert rig.jobs.job(job.id).status is JobStatus.COMPLETED
    assert len(rig.separation.separated) == 2
    assert rig.library.open_stem(item.id, "vocals").sha256 == before
    assert rig.library.item(item.id).usage == 1


def test_an_upload_takes_the_place_of_a_fetch_that_fails_and_stays_an_upload(rig: Rig) -> None:
    rig.site.broken[PERFECT] = SourceError("Sign in.", reason="sign_in", lasting=True)
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)
    assert asked.job is not None
    rig.work()
    received = rig.uploads.receive("mine.mp3", [b"my own copy"], 1000)

    rig.jobs.replace_fetch(asked.job.id, received.id, "ann")
    rig.work()

    song = rig.songs.song(asked.song.id)
    assert rig.library.open_stem(song.item_id, "original").path.read_bytes() == b"my own copy"
    assert rig.songs.request("bob", youtube(PERFECT), KARAOKE).job is not None


def test_a_file_put_into_a_watched_folder_becomes_a_song_once_it_has_settled(rig: Rig, tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    watcher = FolderWatcher(WatchedFolders((folder,)), rig.uploads, rig.songs, KARAOKE, 1000)
    (folder / "tune.mp3").write_bytes(b"tune, first half")
    (folder / "notes.txt").write_bytes(b"no music")

    looks = [watcher.look()]
    (folder / "tune.mp3").write_bytes(b"tune, first half, second half")
    looks += [watcher.look(), watcher.look(), watcher.look()]

    assert [len(look) for look in looks] == [0, 0, 1, 0]


def test_hidden_files_and_links_in_a_watched_folder_are_left_alone(rig: Rig, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    (folder / ".Trash").mkdir(parents=True)
    for name in ("tune.mp3", "._tune.mp3", ".Trash/old.mp3"):
        (folder / name).write_bytes(b"tune")
    (folder / "passwords.mp3").symlink_to("/etc/passwd")

    assert [path.name for path, _ in WatchedFolders((folder,)).present()] == ["tune.mp3"]


def test_what_sounds_alike_is_offered_and_never_merged(rig: Rig) -> None:
    rig.comparer = FakeComparer(likeness=0.7)
    studio_take = rig.make(PERFECT)

    live = rig.make("a" * 11, user="bob")

    assert live.recording_id != studio_take.recording_id
    assert [(item.id, likeness) for item, likeness in rig.library.look_alikes(live.id)] == [(studio_take.id, 0.7)]
    assert rig.library.look_alikes(studio_take.id) == []


def test_another_take_of_the_same_song_by_the_same_artist_is_offered_by_its_name(rig: Rig) -> None:
    card = SongFacts("Perfect", "Ed Sheeran")
    for number in (1, 2):
        rig.songs.request("ann", youtube(f"{number:011d}"), KARAOKE, card)
        rig.work()
    first, second = (rig.library.record.items_of(f"{number:011d}")[0] for number in (1, 2))

    assert [item.id for item, _ in rig.library.look_alikes(second.id)] == [first.id]


OFFLINE = "ERROR: Unable to download webpage: <urlopen error [Errno -2] Name or service not known>"


@pytest.mark.parametrize("words", [OFFLINE, "ERROR: HTTP Error 429: Too Many Requests"])
def test_attempts_are_counted_and_a_job_that_failed_promises_none(rig: Rig, words: str) -> None:
    rig.site.broken[PERFECT] = source_error_of(words)
    asked = rig.songs.request("ann", youtube(PERFECT), KARAOKE)
    assert asked.job is not None
    told = []
    while rig.work():
        job = rig.jobs.job(asked.job.id)
        told.append((str(job.status), job.notes[-1].partition(":")[0]))

    failed, song = rig.jobs.job(asked.job.id), rig.songs.song(asked.song.id)
    assert told == [("pending", "Attempt 1 of 3"), ("pending", "Attempt 2 of 3"), ("failed", "Attempt 2 of 3")]
    assert failed.failure is not None
    assert "ry again" in failed.failure.advice
    assert "will be" not in " ".join((*failed.notes, failed.failure.message, failed.failure.advice, song.error))
