"""Looking after the house: numbers, log, faults, and a bundle for whoever is asked for help."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from harmonix_splitter.domain.doctor import Finding
from harmonix_splitter.errors import NotAllowedError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.housekeeping import LogBook, LogQuery, Room

MOST_FAULTS = 500
_LONGEST_REPORT = 2000


@dataclass(frozen=True)
class House:
    """What the rooms say about themselves when they are asked for numbers."""

    users: Callable[[], int]
    jobs: Callable[[], Mapping[str, int]]
    library: Callable[[], Mapping[str, Any]]
    settings: Callable[[], Sequence[tuple[str, str, str]]]
    findings: Callable[[], Sequence[Finding]]
    takes_browser_errors: Callable[[], bool]


@dataclass(frozen=True)
class HousekeepingService:
    house: House
    logs: LogBook
    room: Room
    clock: Clock
    version: str
    started_at: datetime

    def numbers(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "uptimeSeconds": round((self.clock.now() - self.started_at).total_seconds()),
            "users": self.house.users(),
            "jobs": dict(self.house.jobs()),
            "library": dict(self.house.library()),
            "freeBytes": self.room.free_bytes(),
        }

    def log(self, query: LogQuery) -> Sequence[dict[str, Any]]:
        return self.logs.newest(query)

    def report_from_browser(self, user_id: str, message: str, where: str, stack: str) -> None:
        """Note an error of somebody's browser, if the settings want to know of such."""
        if not self.house.takes_browser_errors():
            raise NotAllowedError("Browser errors are not collected here.", advice="Set logging.browser_errors.")
        texts = {"page": where[:500], "stack": stack[:_LONGEST_REPORT]}
        self.logs.note("browser error", user=user_id, message_text=message[:500], **texts)

    def metrics(self) -> str:
        """The numbers as Prometheus reads them."""
        numbers = self.numbers()
        lines = [_metric("harmonix_uptime_seconds", numbers["uptimeSeconds"])]
        lines += [_metric("harmonix_users", numbers["users"]), _metric("harmonix_free_bytes", numbers["freeBytes"])]
        lines += ["# TYPE harmonix_jobs gauge"]
        lines += [f'harmonix_jobs{{status="{status}"}} {count}' for status, count in sorted(numbers["jobs"].items())]
        for name in ("items", "bytes", "links", "archived"):
            lines.append(_metric(f"harmonix_library_{name}", numbers["library"].get(name, 0)))
        return "\n".join(lines) + "\n"

    def support_bundle(self) -> dict[str, bytes]:
        """Files that help somebody help: no secrets, no names of songs or people."""
        settings = {key: {"value": value, "origin": origin} for key, value, origin in self.house.settings()}
        findings = [finding.to_document() for finding in self.house.findings()]
        log = [_anonymous(entry) for entry in islice(self.log(LogQuery(level="warning", limit=1000)), 1000)]
        texts = {"settings": settings, "doctor": findings, "numbers": self.numbers(), "log": log}
        return {f"{name}.json": _pretty(content) for name, content in texts.items()}


_KEPT_FIELDS = {
    "time",
    "level",
    "logger",
    "event",
    "traceback",
    "status",
    "method",
    "incident",
    "milliseconds",
    "stage",
}


def _anonymous(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name in _KEPT_FIELDS}


def _pretty(content: Any) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False, default=str).encode()


def _metric(name: str, value: float) -> str:
    return f"# TYPE {name} gauge\n{name} {value}"
