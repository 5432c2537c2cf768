"""Files that can always be made again, kept in a folder of limited size."""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from harmonix_splitter.adapters.storage.garbage import forget_longest_unused
from harmonix_splitter.errors import NotFoundError

_NAME = re.compile(r"[a-z0-9][a-z0-9.\-]{0,120}")


class RenderingFolder:
    """At most `at_once` are made at a time; asked for twice, the second waits for the first."""

    def __init__(self, folder: Path, most_bytes: int = 5_000_000_000, at_once: int = 1) -> None:
        self._folder, self._most = folder, most_bytes
        self._making: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._lanes = threading.BoundedSemaphore(at_once)

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def get(self, name: str, make: Callable[[Path], None]) -> Path:
        path = self._path(name)
        with self._lock_of(name):
            if not path.is_file():
                with self._lanes:
                    self._make(path, make)
        with suppress(OSError):
            path.touch()
        return path

    def _make(self, path: Path, make: Callable[[Path], None]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{uuid4().hex}{path.suffix}"
        try:
            make(aside)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        forget_longest_unused(self._folder, self._most, path)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NotFoundError("There is no such rendering.")
        return self._folder / name

    def _lock_of(self, name: str) -> threading.Lock:
        with self._guard:
            if len(self._making) > 1000:
                self._making = {known: lock for known, lock in self._making.items() if lock.locked()}
            return self._making.setdefault(name, threading.Lock())
