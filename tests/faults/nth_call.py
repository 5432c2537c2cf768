"""A disk that refuses the n-th thing that is asked of it while a job runs, for every n, and then works again.

In a process of its own, as what listens to a Python's calls cannot be taken off:
python -m tests.faults.nth_call FOLDER [EVERY]
"""

import errno
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.domain.sources import youtube
from tests.fakes.library_rig import KARAOKE, Rig

CHANGING = {"os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "os.truncate", "shutil.copyfile"}
WRITES = os.O_WRONLY | os.O_RDWR


@dataclass
class Disk:
    """Counts what is asked of the files under a folder, and refuses one of it."""

    folder: str = ""
    asked: int = 0
    refused: int = 0
    trouble: int = errno.ENOSPC

    def heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.folder or not self.concerns(event, arguments):
            return
        self.asked += 1
        if self.asked == self.refused:
            raise OSError(self.trouble, os.strerror(self.trouble), str(arguments[0]))

    def concerns(self, event: str, arguments: tuple[object, ...]) -> bool:
        is_change = event in CHANGING or (event == "open" and bool(int(str(arguments[2] or 0)) & WRITES))
        return is_change and any(str(one).startswith(self.folder) for one in arguments[:2])


def tried(disk: Disk, folder: Path, nth: int) -> dict[str, object]:
    """One job on a fresh folder, its n-th call refused; what came of it, and of asking on without refusals."""
    rig = Rig(folder).create_tables()
    asked = rig.songs.request("ann", youtube("cNGjD0VG4R8"), KARAOKE)
    assert asked.job is not None
    disk.asked, disk.refused, disk.folder = 0, nth, str(folder)
    disk.trouble = errno.EIO if nth % 2 else errno.ENOSPC
    try:
        rig.work()
    finally:
        was_refused, disk.folder = disk.asked >= nth, ""
    half = [place for place in rig.storage.places() if rig.storage.faults(place)]
    while rig.work():
        pass
    job = rig.jobs.job(asked.job.id)
    said = {"nth": nth, "refused": was_refused, "half": half, "status": str(job.status), "notes": list(job.notes)}
    said |= {"faults": [str(fault) for fault in rig.upkeep.verify()], "items": rig.library.numbers().items}
    rig.close()
    return said


def main() -> None:
    disk = Disk()
    sys.addaudithook(disk.heard)
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    nth, was_refused = 1, True
    while was_refused:
        told = tried(disk, Path(sys.argv[1]) / str(nth), nth)
        was_refused = bool(told["refused"])
        print(json.dumps(told), flush=True)
        nth += every


if __name__ == "__main__":
    main()
