"""The house's own secrets: made once, readable by their owner only, the same on all of its servers."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.durable import disk_errors
from harmonix_splitter.errors import ConfigError, ConflictError, UnavailableError


@dataclass(frozen=True)
class KeyFile:
    """With a bucket, the first server's key is everybody's; the file is the copy for when the store is away."""

    path: Path
    make: Callable[[], bytes]
    bucket: Bucket | None = None

    def read(self) -> bytes:
        """Raise ConfigError when the file is damaged."""
        with disk_errors("keep a key"):
            mine = self._made_or_found()
        if self.bucket is None:
            return mine
        name = f"keys/{self.path.name}"
        try:
            self.bucket.put(name, mine, is_new=True)
        except ConflictError:
            return self._kept(self.bucket.read(name), mine)
        except UnavailableError:
            pass
        return mine

    def _made_or_found(self) -> bytes:
        made = self.make()
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._written_aside(made) as aside, suppress(FileExistsError):
                os.link(aside, self.path)
        found = self.path.read_bytes()
        if len(found) != len(made):
            advice = "Restore it, or delete it: what was signed or sealed with it is lost."
            raise ConfigError(f"{self.path} is damaged.", advice=advice)
        return found

    def _kept(self, theirs: bytes, mine: bytes) -> bytes:
        if theirs != mine:
            with disk_errors("keep a key"), self._written_aside(theirs) as aside:
                aside.replace(self.path)
        return theirs

    @contextmanager
    def _written_aside(self, key: bytes) -> Iterator[Path]:
        aside = self.path.with_name(f".{self.path.name}.{uuid.uuid4().hex[:8]}")
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
            yield aside
        finally:
            aside.unlink(missing_ok=True)
