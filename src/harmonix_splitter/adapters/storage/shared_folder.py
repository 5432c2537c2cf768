"""A folder that every server of a house has: what one puts into it, another brings when it is asked for it."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.durable import disk_errors, write_durably
from harmonix_splitter.adapters.storage.garbage import forget_longest_unused, remove_older
from harmonix_splitter.errors import NotFoundError, UnavailableError

BELIEVED_SECONDS = 3600.0


@dataclass(frozen=True)
class SharedFolder:
    """`bucket` is None in a house of one server: then the folder is all there is. Else it holds copies, as many as
    fit."""

    root: Path
    bucket: Bucket | None = None
    most_copied: int = 10_000_000_000

    def write(self, name: str, content: bytes) -> None:
        with disk_errors("keep a file"):
            self.root.mkdir(parents=True, exist_ok=True)
            write_durably(self.root / name, content)
        self.share(name)

    def share(self, name: str) -> None:
        """Bring a file of ours to where the others find it."""
        if self.bucket is not None:
            self.bucket.upload(self._shared(name), self.root / name)
            forget_longest_unused(self.root, self.most_copied, self.root / name)

    def find(self, name: str) -> Path | None:
        """The file, brought here first where another server has it; None when nobody has."""
        here = self.root / name
        if here.is_file():
            return here if self.bucket is None or self._is_still_there(self.bucket, name) else None
        return here if self.bucket is not None and self._bring(self.bucket, name) else None

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)
        if self.bucket is not None:
            self.bucket.delete(self._shared(name))

    def gather_garbage(self, older_than_seconds: float) -> int:
        removed = remove_older(self.root, older_than_seconds)
        if self.bucket is None:
            return removed
        before = datetime.now(UTC) - timedelta(seconds=older_than_seconds)
        old = [name for name, changed, _ in self.bucket.listed(self._shared("")) if changed < before]
        for name in old:
            self.bucket.delete(name)
        return removed + len(old)

    def _is_still_there(self, bucket: Bucket, name: str) -> bool:
        """Whether nobody removed it meanwhile; for a while what is here is believed, and while the store is away."""
        here = self.root / name
        try:
            if time.time() - here.stat().st_mtime < BELIEVED_SECONDS:
                return True
            is_there = bucket.has(self._shared(name))
            if is_there:
                here.touch()
            else:
                here.unlink(missing_ok=True)
            return is_there
        except FileNotFoundError:
            return self._bring(bucket, name)  # it had to give way just now
        except UnavailableError:
            return True

    def _bring(self, bucket: Bucket, name: str) -> bool:
        aside = self.root / f".{uuid.uuid4().hex}.part"
        with disk_errors("keep a copy"):
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                bucket.download(self._shared(name), aside)
                aside.replace(self.root / name)
                forget_longest_unused(self.root, self.most_copied, self.root / name)
            except NotFoundError:
                return False
            finally:
                aside.unlink(missing_ok=True)
        return True

    def _shared(self, name: str) -> str:
        return f"{self.root.name}/{name}"
