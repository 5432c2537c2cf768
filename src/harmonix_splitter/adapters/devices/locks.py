"""One lock file per device. The kernel releases it when its holder dies, so no lock is ever left behind."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harmonix_splitter.errors import StorageError

_LOOK_AGAIN = 0.2


@dataclass(frozen=True)
class FileLocks:
    """DeviceLocks in a folder every process of this installation shares."""

    folder: Path
    pause: Callable[[float], None] = time.sleep

    @contextmanager
    def hold(self, device: str, waiting: Callable[[], None]) -> Iterator[None]:
        path = self.folder / f"device-{device.replace(':', '-')}.lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = path.open("a+b")
        except OSError as problem:
            raise StorageError(f'The lock "{path}" cannot be opened: {problem.strerror}.') from problem
        with file:
            while not _taken(file):
                waiting()
                self.pause(_LOOK_AGAIN)
            yield


def _taken(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
