"""The child process of the fault tests: the real one, with rooms that misbehave as its greeting tells."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.events.relay import RelayedEvents
from harmonix_splitter.adapters.storage.object_store import ObjectStore
from harmonix_splitter.worker.child import Tell, Work, main
from tests.fakes.library_rig import Rig
from tests.fakes.processing import FakeSeparation, FakeSite


def storage_of(greeting: Mapping[str, Any]) -> ObjectStore | None:
    if "bucket" not in greeting:
        return None
    return ObjectStore(greeting["bucket"], Path(greeting["folder"]) / "cache", greeting["bucket_options"])


def build(greeting: Mapping[str, Any], tell: Tell) -> Work:
    def misbehave(_recording: Path) -> None:
        match greeting.get("trouble"):
            case "dies":
                os.kill(os.getpid(), signal.SIGKILL)
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
        separation=FakeSeparation(greeting.get("lasts", 0.0), misbehave),
        own_storage=storage_of(greeting),
        checkpoint=stop_the_world,
    )
    return Work(rig.jobs, rig.processing.run)


if __name__ == "__main__":
    main(build)
