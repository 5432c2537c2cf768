"""The log file, read from its end."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmonix_splitter.services.ports.housekeeping import LogQuery

logger = logging.getLogger(__name__)
_LEVELS = {"debug": 0, "info": 1, "warning": 2, "error": 3, "critical": 4}
_READ_AT_MOST = 4_000_000


@dataclass(frozen=True)
class LogFile:
    path: Path

    def newest(self, query: LogQuery) -> Sequence[dict[str, Any]]:
        least, words = _LEVELS.get(query.level, 1), query.words.casefold()
        found: list[dict[str, Any]] = []
        for line in reversed(self._lines()):
            if words and words not in line.casefold():
                continue
            entry = _entry(line)
            if entry is not None and _LEVELS.get(str(entry.get("level")), 1) >= least:
                found.append(entry)
                if len(found) == query.limit:
                    break
        return found

    def note(self, event: str, **fields: str) -> None:
        logger.warning(event, extra=fields)

    def _lines(self) -> list[str]:
        if not self.path.is_file():
            return []
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - _READ_AT_MOST))
            return file.read().decode("utf-8", "replace").splitlines()


def _entry(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


@dataclass(frozen=True)
class DiskRoom:
    folder: Path

    def free_bytes(self) -> int:
        from harmonix_splitter.adapters.storage.space import free_bytes

        return free_bytes(self.folder)
