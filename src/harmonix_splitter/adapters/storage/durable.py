"""Writing so that it survives a power cut, and saying in words what a disk will not do."""

import ctypes
import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harmonix_splitter.errors import StorageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_HERE, _EXCHANGE = -100, 2


@contextmanager
def disk_errors(task: str) -> Iterator[None]:
    """The disk's own errors become ours, here only."""
    try:
        yield
    except OSError as refused:
        is_full = refused.errno in _FULL
        advice = "Free some space and try again." if is_full else "Check the disk and its permissions."
        reason = "the disk is full" if is_full else (refused.strerror or str(refused)).lower()
        raise StorageError(f"Cannot {task}: {reason}.", advice=advice, is_full=is_full) from refused


def digest(path: Path, *, sync: bool = False) -> str:
    """The SHA-256 of a file's bytes; with `sync`, the bytes are on the disk before it returns."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        if sync:
            os.fsync(file.fileno())
    return found


def write_durably(path: Path, content: bytes) -> None:
    """All of it under this name, or what was there before."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step where the kernel can, else in two renames."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        renameat2 = None
    if renameat2 is not None and renameat2(_HERE, bytes(one), _HERE, bytes(other), _EXCHANGE) == 0:
        return
    aside = one.with_name(f"swap-{uuid.uuid4().hex}")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
