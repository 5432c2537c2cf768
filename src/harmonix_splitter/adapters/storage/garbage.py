"""Removing what was abandoned."""

import shutil
import time
from contextlib import suppress
from pathlib import Path


def remove_older(folder: Path, seconds: float) -> int:
    """Remove every entry of a folder that nobody touched for so long; how many."""
    if not folder.is_dir():
        return 0
    removed = 0
    for entry in folder.iterdir():
        if time.time() - last_touched(entry) < seconds:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
        removed += 1
    return removed


def forget_longest_unused(folder: Path, most_bytes: int, newest: Path) -> None:
    """Of files that can be had again, the longest unused go until the rest fits; never the newest, and none that is
    still being written (its name begins with a dot)."""
    files = []
    for entry in folder.glob("[!.]*"):
        with suppress(FileNotFoundError):  # another has forgotten it
            files.append((entry.stat().st_mtime, entry.stat().st_size, entry))
    left = most_bytes - newest.stat().st_size
    for _, size, entry in sorted(file for file in files if file[2] != newest)[::-1]:
        left -= size
        if left < 0:
            entry.unlink(missing_ok=True)


def last_touched(entry: Path) -> float:
    """The newest change in a folder: a long job keeps writing into its own."""
    try:
        times = [entry.lstat().st_mtime]
        if entry.is_dir() and not entry.is_symlink():
            times += [inner.lstat().st_mtime for inner in entry.rglob("*")]
    except FileNotFoundError:
        return time.time()
    return max(times)
