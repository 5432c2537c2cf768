"""How many may do a kind of work at once on this machine: a file lock per slot, released by the kernel on death."""

import fcntl
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harmonix_splitter.services.ports.jobs import Waiting


@dataclass
class HeldSlot:
    descriptor: int

    def __enter__(self) -> "HeldSlot":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)


@dataclass(frozen=True)
class FileSlots:
    """`limits` says how many of each kind; a kind that is not named has one."""

    root: Path
    limits: Mapping[str, int] = field(default_factory=dict)
    look_again: float = 0.2

    def hold(self, kind: str, waiting: Waiting) -> HeldSlot:
        self.root.mkdir(parents=True, exist_ok=True)
        while True:
            for number in range(self.limits.get(kind, 1)):
                descriptor = os.open(self.root / f"{kind}-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return HeldSlot(descriptor)
                except BlockingIOError:
                    os.close(descriptor)
            waiting()
            time.sleep(self.look_again)
