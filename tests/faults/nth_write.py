"""A disk that refuses the n-th write or fsync, for every n, below SQLite, the codecs and Python alike.

`refusing.c` is preloaded into a process of its own. A job, an asking, an upload and a file of each form are tried with
one call refused (EIO), and with all writes that follow, too (a full disk stays full), for every n:
python -m tests.faults.nth_write FOLDER [EVERY]
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import HarmonixError, NotFoundError
from harmonix_splitter.services.ports.songs import SongQuery
from harmonix_splitter.services.sweeping import Sweeper
from tests.fakes.library_rig import KARAOKE, Rig
from tests.faults.workers import ROOT

FOR_EVER = 2**40
TROUBLES = {"once": errno.EIO, "full": errno.ENOSPC}
Told = dict[str, Any]


def has_compiler() -> bool:
    return shutil.which("cc") is not None


def on_a_refusing_disk(folder: Path, module: str, *arguments: str) -> list[Told]:
    """The same with the library of refusals preloaded."""
    library = folder / "refusing.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, ROOT / "tests/faults/refusing.c", "-ldl"], check=True)
    return said_by(module, *arguments, LD_PRELOAD=str(library))


def said_by(module: str, *arguments: str, **environment: str) -> list[Told]:
    """What a module says, line by line, in a process of its own."""
    known = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **environment}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=known, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def refuse(folder: Path | None, first: int = 0, last: int = 0, trouble: int = 0) -> None:
    """From here on, of what is written under a folder; nothing any more with None."""
    disk = ctypes.CDLL(None)
    disk.refuse.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_long, ctypes.c_int]
    disk.refuse(bytes(folder) if folder else b"", first, last, trouble)


@contextmanager
def refusing(folder: Path, nth: int, trouble: str) -> Iterator[Callable[[], bool]]:
    """From here to the end; the answer tells whether it came to that."""
    disk = ctypes.CDLL(None)
    disk.asked_so_far.restype = ctypes.c_long
    refuse(folder, nth, FOR_EVER if trouble == "full" else nth, TROUBLES[trouble])
    try:
        yield lambda: bool(disk.asked_so_far() >= nth)
    finally:
        refuse(None)


def job(rig: Rig, nth: int, trouble: str) -> Told:
    """A job whose n-th write is refused; then all goes on as a studio would, once there is room again."""
    video, said = f"job{trouble}{nth:04d}", ""
    asked = rig.songs.request("ann", youtube(video), KARAOKE)
    assert asked.job is not None
    with refusing(rig.folder, nth, trouble) as came_to_it:
        try:
            rig.work()
        except HarmonixError as told:
            said = told.message
        was_refused = came_to_it()
    half = [place for place in rig.storage.places() if place.startswith(video) and rig.storage.faults(place)]
    Sweeper(rig.jobs).take_back_from(lambda _worker: True)
    while rig.work():
        pass
    ended = rig.jobs.job(asked.job.id)
    return {"refused": was_refused, "half": half, "status": str(ended.status), "said": said, "notes": [*ended.notes]}


def asking(rig: Rig, nth: int, trouble: str) -> Told:
    """What was acknowledged is there; what was refused is not."""
    user, said, song_id = f"{trouble}{nth}", "", ""
    with refusing(rig.folder, nth, trouble) as came_to_it:
        try:
            song_id = rig.songs.request(user, youtube(f"ask{trouble}{nth:04d}"), KARAOKE).song.id
        except HarmonixError as told:
            said = told.message
        was_refused = came_to_it()
    rig.database.engine.dispose()
    kept = [song.id for song in rig.songs.record.find(SongQuery(user))]
    return {"refused": was_refused, "said": said, "half": [] if kept == [song_id] * bool(song_id) else kept}


def upload(rig: Rig, nth: int, trouble: str) -> Told:
    content, said = os.urandom(30_000), ""
    with refusing(rig.folder, nth, trouble) as came_to_it:
        try:
            rig.uploads.receive("song.wav", (content[at : at + 9000] for at in range(0, 30_000, 9000)), 1_000_000)
        except HarmonixError as told:
            said = told.message
        was_refused = came_to_it()
    try:
        kept = rig.uploads.find(hashlib.sha256(content).hexdigest()).path.read_bytes()
    except NotFoundError:
        kept = b""
    whole = kept == content or (said and not kept)
    left = [file.name for file in rig.uploads.folder.root.glob(".*")]
    return {"refused": was_refused, "said": said, "half": left if whole else [*left, "upload"]}


def encoding(form: AudioFormat) -> Callable[[Rig, int, str], Told]:
    """A file that was given its name is whole; one that could not be leaves nothing."""
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (16_000, 2)).astype(np.float32)
    wanted: list[Any] = []

    def write(rig: Rig, nth: int, trouble: str) -> Told:
        target, said = rig.folder / "encoded" / f"{trouble}{nth}.{form}", ""
        if not wanted:
            _write(target, form, samples)
            wanted.append(PyAvMedia().load(target))
            target.unlink()
        with refusing(rig.folder, nth, trouble) as came_to_it:
            try:
                _write(target, form, samples)
            except HarmonixError as told:
                said = told.message
            was_refused = came_to_it()
        left = [file.name for file in target.parent.iterdir() if file != target]
        is_whole = np.array_equal(PyAvMedia().load(target), wanted[0]) if target.exists() else bool(said)
        target.unlink(missing_ok=True)
        return {"refused": was_refused, "said": said, "half": left if is_whole else [*left, target.name]}

    return write


def _write(target: Path, form: AudioFormat, samples: Any) -> None:
    writer = FileWriters().create(target, 44_100, 2, Encoding(form))
    try:
        for at in range(0, len(samples), 4_000):
            writer.write(samples[at : at + 4_000])
        writer.close()
    except BaseException:
        writer.abandon()
        raise


def main() -> None:
    rig = Rig(Path(sys.argv[1]).resolve()).create_tables()
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tries = {"job": job, "asking": asking, "upload": upload} | {str(form): encoding(form) for form in AudioFormat}
    for what, attempt in tries.items():
        for trouble in TROUBLES:
            nth, was_refused = 1, True
            while was_refused:
                told = {"what": what, "trouble": trouble, "nth": nth} | attempt(rig, nth, trouble)
                was_refused = told["refused"]
                print(json.dumps(told), flush=True)
                nth += every if what == "job" else 1 + every // 10
    print(json.dumps({"what": "end", "faults": [str(fault) for fault in rig.upkeep.verify()]}))
    rig.close()


if __name__ == "__main__":
    main()
