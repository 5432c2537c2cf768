"""Memory that was freed goes back to the system, also after glibc has learned to keep it."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import sys
from pathlib import Path
from harmonix_splitter.adapters.devices.memory import give_back_freed_memory

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20

def touched():
    block = bytearray(10 << 20)
    block[::4096] = b"x" * 2560
    return block

large = bytearray(20 << 20)
del large
if sys.argv[1] == "given back":
    give_back_freed_memory()
before = megabytes()
held = [(touched(), bytearray(4000)) for _ in range(6)]
between = [small for _, small in held]
del held
print(megabytes() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed")
def test_large_blocks_between_small_ones_are_given_back() -> None:
    kept, given_back = (
        int(subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, check=True).stdout)
        for how in ("kept", "given back")
    )

    assert given_back < 5
    assert kept > given_back + 10
