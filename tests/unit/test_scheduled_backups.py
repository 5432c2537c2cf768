"""Backups once a day: at their hour, not before, once, and only the newest kept."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harmonix_splitter.errors import StorageError
from harmonix_splitter.services.backups import BackupRound
from tests.fakes.clock import FakeClock

SHELF = Path("shelf")


@dataclass
class FakeBackups:
    names: list[str] = field(default_factory=list)
    is_full: bool = False

    def back_up(self, target: Path) -> int:
        if self.is_full:
            raise StorageError("The disk is full.")
        self.names.append(target.name)
        return 10

    def listed(self, _shelf: Path) -> list[str]:
        return sorted(self.names)

    def remove(self, backup: Path) -> None:
        self.names.remove(backup.name)

    def export(self, folder: str, target: Path) -> Path:
        raise NotImplementedError

    def bring_in(self, archive: Path) -> str:
        raise NotImplementedError


def a_round(backups: FakeBackups, clock: FakeClock, daily_at: int | None = 3, keep: int = 2) -> BackupRound:
    return BackupRound(backups, clock, SHELF, daily_at, keep)


def test_it_is_made_once_a_day_at_its_hour() -> None:
    backups, clock = FakeBackups(), FakeClock(datetime(2026, 1, 1, 2, 59, tzinfo=UTC))
    backups.names.append("2025-12-31T030000")
    keeper = a_round(backups, clock, keep=9)

    made = []
    for _ in range(48 * 60):
        keeper.look()
        made.append(len(backups.names))
        clock.advance(60)

    assert made[0] == 1
    assert backups.names == ["2025-12-31T030000", "2026-01-01T030000", "2026-01-02T030000"]


def test_a_studio_that_slept_through_the_hour_catches_up_when_it_wakes() -> None:
    backups, clock = FakeBackups(["2026-01-01T030000"]), FakeClock(datetime(2026, 1, 5, 1, tzinfo=UTC))

    a_round(backups, clock).look()

    assert backups.names == ["2026-01-01T030000", "2026-01-05T010000"]


def test_only_the_newest_are_kept_and_others_names_are_left_alone() -> None:
    backups, clock = FakeBackups(["before-the-move"]), FakeClock(datetime(2026, 1, 1, 4, tzinfo=UTC))
    keeper = a_round(backups, clock)

    for _ in range(5):
        keeper.look()
        clock.advance(timedelta(days=1).total_seconds())

    assert backups.names == ["before-the-move", "2026-01-04T040000", "2026-01-05T040000"]


def test_one_that_failed_is_tried_again_and_nothing_old_is_removed_for_it() -> None:
    backups = FakeBackups(["2026-01-01T030000", "2026-01-02T030000"], is_full=True)
    clock = FakeClock(datetime(2026, 1, 3, 4, tzinfo=UTC))
    keeper = a_round(backups, clock, keep=1)

    try:
        keeper.look()
    except StorageError:
        backups.is_full = False
    assert len(backups.names) == 2
    keeper.look()

    assert backups.names == ["2026-01-03T040000"]


def test_without_an_hour_it_is_made_only_when_asked_for() -> None:
    backups = FakeBackups()
    keeper = a_round(backups, FakeClock(), daily_at=None)

    keeper.look()
    assert backups.names == []
    keeper.back_up()

    assert len(backups.names) == 1
