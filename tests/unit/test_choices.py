"""Settings changed while the studio runs: what may be, who has the last word, what is taken up."""

import logging

import pytest

from harmonix_splitter.config.current import CHANGEABLE, CurrentSettings
from harmonix_splitter.config.sections import SECTIONS
from harmonix_splitter.config.settings import load
from harmonix_splitter.errors import InvalidRequestError, NotAllowedError, StaleError
from harmonix_splitter.services.settings import SettingsService
from tests.fakes.clock import FakeClock
from tests.fakes.settings import ChoicesInMemory


def service(record: ChoicesInMemory | None = None, **flags: object) -> SettingsService:
    given = load({name.replace("__", "."): value for name, value in flags.items()})
    return SettingsService(record or ChoicesInMemory(), CurrentSettings(given), FakeClock())


def now(desk: SettingsService) -> CurrentSettings:
    assert isinstance(desk.rules, CurrentSettings)
    return desk.rules


def row(desk: SettingsService, key: str) -> dict[str, object]:
    return next(row for row in desk.rules.rows() if row["key"] == key)


def test_a_choice_holds_at_once_and_says_where_it_came_from() -> None:
    desk = service()
    heard: list[int] = []
    now(desk).heard.append(lambda: heard.append(now(desk).now.limits.upload_mb))

    assert desk.change("root", {"limits.upload_mb": 20, "backups.daily_at": 3}) == 1

    assert heard == [20]
    assert row(desk, "limits.upload_mb") == {
        "key": "limits.upload_mb", "value": "20", "origin": "studio", "canChange": True, "chosen": 20,
        "allowed": {"type": "integer", "minimum": 1},
    }  # fmt: skip
    assert now(desk).now.limits.duration_minutes == 120


def test_a_choice_that_is_taken_back_leaves_what_was_there_before() -> None:
    desk = service()
    desk.change("root", {"limits.upload_mb": 20, "limits.quota_gb": 5})

    assert desk.change("root", {"limits.quota_gb": None}, ["limits.upload_mb"]) == 2

    assert row(desk, "limits.upload_mb")["origin"] == "default"
    assert (now(desk).now.limits.quota_gb, row(desk, "limits.quota_gb")["origin"]) == (None, "studio")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("limits.upload_mb", 0),
        ("limits.upload_mb", "many"),
        ("accounts.sign_up", "everybody"),
        ("separation.engine", "/bin/sh"),
        ("backups.daily_at", 24),
        ("limits.nothing", 1),
        ("no.such", 1),
        ("limits", 1),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_of_it_is_kept(key: str, value: object) -> None:
    desk = service()

    with pytest.raises(InvalidRequestError):
        desk.change("root", {"backups.keep": 3, key: value})

    assert desk.record.revision() == 0
    assert now(desk).now.backups.keep == 7


@pytest.mark.parametrize("key", ["data.dir", "database.url", "server.host", "sources.cookies_file", "queue.broker_url"])
def test_paths_addresses_and_secrets_are_never_changed_here(key: str) -> None:
    with pytest.raises(NotAllowedError):
        service().change("root", {key: "x"})
    assert row(service(), key)["canChange"] is False


def test_whoever_starts_the_server_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARMONIX_BACKUPS_KEEP", "2")
    desk = service(limits__upload_mb=10)

    for key in ("limits.upload_mb", "backups.keep"):
        with pytest.raises(NotAllowedError) as refused:
            desk.change("root", {key: 5})
        assert refused.value.advice.startswith("It is set by")


def test_of_two_who_change_the_same_the_second_is_told() -> None:
    desk = service()
    desk.change("root", {"backups.keep": 3}, expected=0)

    with pytest.raises(StaleError) as stale:
        desk.change("eve", {"backups.keep": 4}, expected=0)

    assert stale.value.current == 1


def test_what_was_chosen_elsewhere_or_before_a_restart_is_taken_up() -> None:
    record = ChoicesInMemory()
    here, there = service(record), service(record)
    here.change("root", {"backups.keep": 3})

    there.refresh()
    assert now(there).now.backups.keep == 3
    here.change("root", {}, ["backups.keep"])
    there.refresh()
    assert now(there).now.backups.keep == 7


def test_a_choice_that_no_longer_can_be_is_left_out_and_the_others_hold(caplog: pytest.LogCaptureFixture) -> None:
    desk = service(limits__upload_mb=10)

    with caplog.at_level(logging.WARNING):
        now(desk).take(4, {"backups.keep": 3, "limits.upload_mb": 5, "gone.key": 1, "backups.daily_at": 99})

    assert (now(desk).now.backups.keep, now(desk).now.limits.upload_mb, now(desk).revision) == (3, 10, 4)
    assert [record.setting for record in caplog.records] == ["limits.upload_mb", "gone.key", "backups.daily_at"]


def test_every_changeable_key_is_a_setting() -> None:
    known = {f"{section}.{name}" for section, kind in SECTIONS.items() for name in kind.model_fields}

    assert known >= CHANGEABLE
