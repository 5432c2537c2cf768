"""Backups that make themselves: once a day at an hour, and only the newest are kept."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harmonix_splitter.services.ports.backups import Backups
from harmonix_splitter.services.ports.clock import Clock

logger = logging.getLogger(__name__)
_NAME = "%Y-%m-%dT%H%M%S"


@dataclass(frozen=True)
class BackupRound:
    """`daily_at` is an hour of UTC; None: only when somebody asks. Backups with names of their own are left alone."""

    backups: Backups
    clock: Clock
    shelf: Path
    daily_at: int | None
    keep: int

    def back_up(self) -> tuple[str, int]:
        """One backup now: its name and how many bytes."""
        name = self.clock.now().astimezone(UTC).strftime(_NAME)
        size = self.backups.back_up(self.shelf / name)
        logger.info("backed up", extra={"backup": name, "bytes": size})
        return name, size

    def is_due(self) -> bool:
        """Whether today's hour has passed since the last backup. A studio that slept through it catches up."""
        if self.daily_at is None:
            return False
        now = self.clock.now().astimezone(UTC)
        hour = now.replace(hour=self.daily_at, minute=0, second=0, microsecond=0)
        latest_hour = hour if hour <= now else hour - timedelta(days=1)
        made = self._made()
        return not made or made[-1][0] < latest_hour

    def look(self) -> None:
        """Back up if it is time, then put the oldest beyond `keep` away."""
        if not self.is_due():
            return
        self.back_up()
        for _moment, name in self._made()[: -self.keep]:
            self.backups.remove(self.shelf / name)
            logger.info("old backup removed", extra={"backup": name})

    def _made(self) -> list[tuple[datetime, str]]:
        """Those we named, oldest first."""
        found = []
        for name in self.backups.listed(self.shelf):
            try:
                found.append((datetime.strptime(name, _NAME).replace(tzinfo=UTC), name))
            except ValueError:
                continue
        return sorted(found)
