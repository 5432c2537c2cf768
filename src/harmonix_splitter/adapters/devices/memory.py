"""What becomes of memory that was freed."""

import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_LARGE, _SPARE = 1 << 20, 1 << 25


def give_back_freed_memory() -> None:
    """Large blocks are the system's again as soon as they are freed.

    glibc learns from the first large block that is freed to keep the next ones, in pieces that fit nothing else:
    a quarter of what a network takes at its peak. Small ones stay with the process, ready for the next. Other
    C libraries have no such habit.
    """
    if sys.platform != "linux":
        return
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _LARGE)
        set_option(_TRIM_THRESHOLD, _SPARE)
        # What comes back from the system comes in large pages: PyTorch asks for them when it is told to, numpy always.
        os.putenv("THP_MEM_ALLOC_ENABLE", "1")
