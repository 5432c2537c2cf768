"""What webhooks, kept answers, links for others, past sessions, chosen settings, batches, the list of what the
library lacks and its copies promise, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from harmonix_splitter.adapters.database.accounts import SqlUsers
from harmonix_splitter.adapters.database.batches import SqlBatches
from harmonix_splitter.adapters.database.idempotency import SqlKeptAnswers
from harmonix_splitter.adapters.database.lyrics import SqlLyricsShelf
from harmonix_splitter.adapters.database.missing import SqlMissing
from harmonix_splitter.adapters.database.playback_links import SqlPlaybackLinks
from harmonix_splitter.adapters.database.settings import SqlChoices
from harmonix_splitter.adapters.database.share_history import SqlShareHistory
from harmonix_splitter.adapters.database.webhooks import SqlWebhooks
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.batches import Batch, Entry
from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.jobs import JobKind, Part
from harmonix_splitter.domain.library import TOLD
from harmonix_splitter.domain.lyrics import Line, Lyrics, LyricsVersion, VersionState
from harmonix_splitter.domain.playback_links import PlaybackLink
from harmonix_splitter.domain.share_history import PastShare
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.domain.webhooks import Delivery, Happening, Webhook
from harmonix_splitter.errors import NotFoundError, StaleError
from harmonix_splitter.services.missing import MissingService
from harmonix_splitter.services.ports.idempotency import KeptAnswer
from harmonix_splitter.services.ports.jobs import JobFilter
from harmonix_splitter.services.ports.settings import ChoiceRecord, Choices
from tests.fakes.library_rig import GROUPED, KARAOKE, Rig
from tests.fakes.settings import ChoicesInMemory

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOOK = Webhook("h", "ann", "https://a.test", "secret", frozenset({Happening.JOB_FAILED}), NOW)
ANN = User("ann", "ann", created_at=NOW)


@pytest.fixture(params=["memory", "sql"])
def choices(request: pytest.FixtureRequest, rig: Rig) -> ChoiceRecord:
    return ChoicesInMemory() if request.param == "memory" else SqlChoices(rig.database)


def test_choices_come_back_whole_and_only_the_next_number_is_taken(choices: ChoiceRecord) -> None:
    first = Choices(1, {"limits.upload_mb": 20, "limits.quota_gb": None, "accounts.guests": False}, "ann", NOW)

    assert (choices.newest(), choices.revision()) == (Choices(), 0)
    choices.add(first)
    assert (choices.newest(), choices.revision()) == (first, 1)
    for number in (1, 3):
        with pytest.raises(StaleError) as stale:
            choices.add(replace(first, revision=number))
        assert stale.value.current == 1


def test_of_two_who_choose_at_once_one_is_told(rig: Rig) -> None:
    record = SqlChoices(rig.database)

    def choose(name: str) -> bool:
        try:
            record.add(Choices(1, {"accounts.sign_up": name}, name, NOW))
        except StaleError:
            return False
        return True

    with ThreadPoolExecutor(8) as many:
        won = list(many.map(choose, [f"user{number}" for number in range(8)]))
    assert won.count(True) == 1


def test_a_delivery_is_noted_once_claimed_by_one_and_forgotten_when_old(rig: Rig) -> None:
    SqlUsers(rig.database).add(ANN, "a hash")
    record = SqlWebhooks(rig.database)
    delivery = Delivery("d", "h", Happening.JOB_FAILED, "job:1", "{}", NOW, NOW)
    record.add(HOOK)

    assert (record.get("h"), record.listed("ann"), record.listed("bob")) == (HOOK, [HOOK], [])
    assert record.add_delivery(delivery)
    assert not record.add_delivery(replace(delivery, id="e"))
    with ThreadPoolExecutor(4) as many:
        claims = list(many.map(lambda _: record.claim_due(NOW, HOUR, 10), range(4)))
    assert sum(len(claimed) for claimed in claims) == 1
    record.save_delivery(replace(delivery, due_at=None, attempts=1, answered=204))
    assert record.delivery("d").answered == 204
    assert record.forget_before(NOW + HOUR) == 1


def test_of_many_who_ask_the_same_at_once_one_begins(rig: Rig) -> None:
    record = SqlKeptAnswers(rig.database)

    with ThreadPoolExecutor(8) as many:
        begun = list(many.map(lambda _: record.begin("ann", "k", "f", NOW, NOW - HOUR), range(8)))
    assert begun.count(None) == 1
    answer = KeptAnswer("f", NOW, 201, "application/json", b'{"\xc3\xa9":1}')
    record.finish("ann", "k", answer)
    assert record.begin("ann", "k", "f", NOW, NOW - HOUR) == answer
    assert record.begin("ann", "k", "f", NOW + 2 * HOUR, NOW + HOUR) is None


def test_a_link_is_listed_for_its_owner_and_taken_back(rig: Rig) -> None:
    SqlUsers(rig.database).add(ANN, "a hash")
    record = SqlPlaybackLinks(rig.database)
    song = rig.songs.request("ann", youtube("a" * 11), KARAOKE).song
    link = PlaybackLink("l", "ann", song.id, "für Bob", NOW, NOW + HOUR)
    record.add(link)

    assert (record.get("l"), list(record.of("ann", song.id)), list(record.of("bob"))) == (link, [link], [])
    record.revoke("l", NOW)
    assert record.get("l").revoked_at == NOW
    with pytest.raises(NotFoundError):
        record.get("m")


def test_a_session_is_remembered_with_its_milliseconds_and_bytes(rig: Rig) -> None:
    record = SqlShareHistory(rig.database)
    share = PastShare(
        "123456", 1_893_499_200_000, "ann", 1_893_499_200_000, 1_893_502_800_000, 9, 5_000_000_000, 3, 4, "s"
    )

    record.keep(replace(share, ended_at=0))
    record.keep(share)

    assert record.get("123456", share.epoch) == share
    assert list(record.of("ann", 10)) == [share]


def test_an_item_may_be_larger_than_two_gigabytes(rig: Rig) -> None:
    item = replace(rig.make("a" * 11), size=5_000_000_000)

    assert rig.library.record.put(item).size == 5_000_000_000
    assert rig.library.numbers().bytes == 5_000_000_000


def test_the_newest_batch_comes_back_whole(rig: Rig) -> None:
    record = SqlBatches(rig.database)
    old = Batch("a", "ann", NOW, (Entry("v" * 11, "Täglich", "job"),), 2, ("no video",), "https://youtube.test/list")

    assert record.newest() is None
    record.put(old)
    assert record.newest() == old
    record.put(new := replace(old, id="b", started_at=NOW + HOUR, stopped_at=NOW + HOUR))
    assert record.newest() == new


Found = dict[str, object] | None
UNHEARD: list[Found] = [None, {"tempo": {"bpm": 95.7}, TOLD: True}]


@pytest.mark.parametrize("analysis", UNHEARD, ids=["none", "told"])
def test_what_lacks_an_analysis_or_words_is_found_once_for_each_recording(rig: Rig, analysis: Found) -> None:
    rig.make("a" * 11)
    rig.make("a" * 11, GROUPED)
    bare = rig.make("b" * 11, KARAOKE)
    with_nothing = replace(rig.library.record.recording(bare.recording_id), analysis=analysis)
    rig.library.record.put_recording(with_nothing)
    words = Lyrics((Line("la", Seconds(1.0)),))
    heard = LyricsVersion("b" * 11, 0, words, "ann", NOW, VersionState.APPLIED, "", 0)
    SqlLyricsShelf(rig.database).add(heard)
    missing = SqlMissing(rig.database)

    assert [item.recording_id for item in missing.lacking(Part.ANALYSIS, 9)] == ["b" * 11]
    assert [item.recording_id for item in missing.lacking(Part.WORDS, 9)] == ["a" * 11]
    assert [missing.count(part) for part in Part] == [1, 1]


@pytest.mark.parametrize("analysis", UNHEARD, ids=["none", "told"])
def test_what_is_missing_is_made_when_nothing_else_waits(rig: Rig, analysis: Found) -> None:
    bare = rig.make("b" * 11)
    rig.library.record.put_recording(replace(rig.library.record.recording(bare.recording_id), analysis=analysis))
    service = MissingService(SqlMissing(rig.database), rig.jobs, rig.clock)

    assert (service.run(Part.ANALYSIS, "root"), service.run(Part.ANALYSIS, "root")) == (1, 0)
    assert service.counts()[Part.ANALYSIS] == 0
    asked = rig.make("c" * 11)
    assert asked.recording_id == "c" * 11
    assert rig.library.record.recording(bare.recording_id).is_analysed
    assert [job.kind for job in rig.jobs.listed(JobFilter("root"))] == [JobKind.MISSING]
    assert service.counts()[Part.ANALYSIS] == 0


def test_a_copy_is_the_cut_it_was_heard_to_be_of_its_own_recording_only(rig: Rig) -> None:
    made, other = rig.make("made0000000"), rig.make("other000000")
    record = rig.library.record

    def cut(key: str, item_id: str = made.id) -> Cut | None:
        return record.cut_of(key, item_id)

    record.know_as("upload:copy", made.recording_id, 1.3, 8.5)
    record.know_as("upload:old", made.recording_id, 1.3)
    record.know_as("upload:same", made.recording_id, 0.0, made.duration)

    assert (cut("upload:copy"), cut("upload:old")) == (Cut(1.3, 8.5), Cut(1.3, made.duration - 1.3))
    unmoved = [cut("upload:same"), cut(made.source.key), cut("upload:unknown"), cut("upload:copy", other.id)]
    assert unmoved == [None] * 4
    record.know_as("upload:copy", other.recording_id, -1.0, 11.0)
    assert (cut("upload:copy"), cut("upload:copy", other.id)) == (None, Cut(-1.0, 11.0))
