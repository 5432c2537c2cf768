"""Removing what was abandoned."""

import shutil
import time
from pathlib import Path


def remove_older(folder: Path, seconds: float) -> int:
    """Remove every entry of a folder that nobody touched for so long; how many."""
    if not folder.is_dir():
        return 0
    removed = 0
    for entry in folder.iterdir():
        if time.time() - _last_touched(entry) < seconds:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
        removed += 1
    return removed


def _last_touched(entry: Path) -> float:
    """The newest change in a folder: a long job keeps writing into its own."""
    try:
        times = [entry.lstat().st_mtime]
        if entry.is_dir() and not entry.is_symlink():
            times += [inner.lstat().st_mtime for inner in entry.rglob("*")]
    except FileNotFoundError:
        return time.time()
    return max(times)
