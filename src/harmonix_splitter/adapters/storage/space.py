"""How much room a disk has."""

import shutil
from pathlib import Path


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
