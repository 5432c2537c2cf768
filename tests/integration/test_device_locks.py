"""One separation at a time on a device, across processes, and no lock outlives its holder."""

import subprocess
import sys
from pathlib import Path

import pytest

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.errors import CancelledError

_HOLDER = """
import sys
from pathlib import Path
sys.path.insert(0, "src")
from harmonix_splitter.adapters.devices.locks import FileLocks
with FileLocks(Path(sys.argv[1])).hold("cpu", lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_next_waits_until_the_holder_dies(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    beats: list[int] = []

    def waiting() -> None:
        beats.append(1)
        if len(beats) == 3:
            holder.kill()
            holder.wait()

    with FileLocks(tmp_path, pause=lambda _seconds: None).hold("cpu", waiting):
        assert len(beats) == 3
    holder.communicate()


def test_waiting_can_be_cancelled_and_other_devices_are_free(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path, pause=lambda _seconds: None)

    def enough() -> None:
        raise CancelledError("enough")

    cpu, gpu, again = (locks.hold(device, enough) for device in ("cpu", "cuda:0", "cpu"))
    with cpu, gpu, pytest.raises(CancelledError), again:
        raise AssertionError("the device was taken twice")
