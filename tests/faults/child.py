"""The child process of the fault tests: the real one, with rooms that misbehave as its greeting tells."""

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.learned_masks import NAME, learned_masks
from harmonix_splitter.adapters.events.relay import RelayedEvents
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.object_store import ObjectStore
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.separation import Recipe, Separated
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.separation import Output, SeparationService
from harmonix_splitter.worker.child import Tell, Work, main
from tests.fakes.library_rig import Rig
from tests.fakes.processing import FakeSeparation, FakeSite


def storage_of(greeting: Mapping[str, Any]) -> ObjectStore | None:
    if "bucket" not in greeting:
        return None
    return ObjectStore(Bucket(greeting["bucket"], greeting["bucket_options"]), Path(greeting["folder"]) / "cache")


@dataclass(frozen=True)
class RealSeparation:
    """The built-in engine on a real song, whatever was fetched."""

    service: SeparationService
    song: Path

    def separate(self, _recording: Path, recipe: Recipe, target: Path, progress: Progress) -> Separated:
        return self.service.separate(self.song, recipe, target, progress, Output(Encoding(AudioFormat.FLAC)))


def real(greeting: Mapping[str, Any]) -> RealSeparation:
    engine = EmbeddedEngine(NAME, learned_masks, threads=2)
    locks = FileLocks(Path(greeting["folder"]) / "locks")
    return RealSeparation(SeparationService(PyAvMedia(), FileWriters(), (engine,), locks), Path(greeting["song"]))


def build(greeting: Mapping[str, Any], tell: Tell) -> Work:
    def misbehave(_recording: Path) -> None:
        match greeting.get("trouble"):
            case "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            case "freezes":
                time.sleep(1.0)  # what runs beside it must not be frozen with the database locked
                os.kill(os.getpid(), signal.SIGSTOP)
            case "hangs":
                time.sleep(600)
            case "eats":
                bytearray(4 << 30)

    def stop_the_world(name: str) -> None:
        flag = Path(greeting["folder"]) / f"crash-{name}"
        if flag.exists():
            flag.unlink()
            os._exit(137)

    time.sleep(greeting.get("starts_after", 0.0))
    rig = Rig(
        Path(greeting["folder"]),
        greeting.get("url", ""),
        events=RelayedEvents(tell),
        site=FakeSite(lasts=greeting.get("fetch_lasts", 0.0)),
        separation=real(greeting) if "song" in greeting else FakeSeparation(greeting.get("lasts", 0.0), misbehave),
        own_storage=storage_of(greeting),
        checkpoint=stop_the_world,
    )
    return Work(rig.jobs, rig.processing.run)


if __name__ == "__main__":
    main(build)
