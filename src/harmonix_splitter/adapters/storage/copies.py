"""Copies of files."""

import shutil
import uuid
from pathlib import Path

from harmonix_splitter.adapters.storage.durable import disk_errors


class DiskCopies:
    def copy(self, origin: Path, folder: Path) -> Path:
        target = folder / f"{uuid.uuid4().hex}{origin.suffix.lower()}"
        with disk_errors(f"copy {origin.name}"):
            shutil.copyfile(origin, target)
        return target
