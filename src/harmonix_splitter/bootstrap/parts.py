"""What every room is built from: the settings' plain values and the adapters shared by all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harmonix_splitter.adapters.clock import SystemClock
from harmonix_splitter.config.current import CurrentSettings
from harmonix_splitter.config.settings import Settings, load
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.events import EventBus
from harmonix_splitter.services.ports.jobs import JobQueue
from harmonix_splitter.services.ports.later import Later

if TYPE_CHECKING:
    from harmonix_splitter.adapters.database.base import Database


@dataclass(frozen=True)
class Parts:
    current: CurrentSettings
    clock: Clock
    is_patient: bool = False
    """In a process that nobody waits for."""

    @classmethod
    def from_settings(cls, flags: Mapping[str, Any] | None = None, file: Path | None = None) -> Parts:
        return cls(CurrentSettings(load(flags, file)), SystemClock())

    @property
    def settings(self) -> Settings:
        """As they are now: ask again rather than keep what an administrator may change."""
        return self.current.now

    @cached_property
    def database(self) -> Database:
        """Opened on first use; `bootstrap.database.prepare` brings its tables up to date."""
        from harmonix_splitter.adapters.database.base import Database

        return Database(self.settings.database_url)

    @cached_property
    def events(self) -> EventBus:
        """News for everybody who is watching; over Redis when several processes serve."""
        from harmonix_splitter.bootstrap.queue import events

        return events(self.settings)

    @cached_property
    def queue(self) -> JobQueue:
        """What wakes whoever works on jobs."""
        from harmonix_splitter.bootstrap.queue import queue

        return queue(self.settings)

    @cached_property
    def chores(self) -> Later:
        from harmonix_splitter.adapters.queues.later import ChoreThread

        return ChoreThread()

    def can_reach_database(self) -> bool:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self.database.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        except (SQLAlchemyError, HarmonixError):
            return False
        return True

    def close(self) -> None:
        """Whatever was opened is closed; chores first, for they use the others."""
        for name in ("chores", "events", "database"):
            if name in self.__dict__:
                getattr(self, name).close()
