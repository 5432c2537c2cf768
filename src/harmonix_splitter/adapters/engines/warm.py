"""Models kept warm between songs: loaded once, let go when unused for a while or when memory is short."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MEMORY_IS_SHORT_BELOW = 1024**3


@dataclass
class WarmModels:
    """The last few models, by key. After `idle` seconds without use a model is let go, whether or not another is
    asked for; `later` does something that many seconds from now."""

    most: int = 2
    idle: float = 900.0
    clock: Callable[[], float] = time.monotonic
    free_memory: Callable[[], int] = lambda: free_memory()
    later: Callable[[float, Callable[[], None]], None] = lambda seconds, work: later(seconds, work)
    _held: dict[Hashable, tuple[Any, float]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _is_watched: bool = False

    def get(self, key: Hashable, load: Callable[[], Any]) -> Any:
        with self._lock:
            self._make_room(key)
            model, _ = self._held.pop(key, (None, 0.0))
            model = load() if model is None else model
            self._held[key] = (model, self.clock())
            self._watch()
            return model

    def forget(self) -> None:
        """Let everything go, to try again with all the memory there is."""
        with self._lock:
            self._held.clear()

    def _make_room(self, wanted: Hashable) -> None:
        self._let_go_idle(wanted)
        others = [key for key in self._held if key != wanted]
        is_short = self.free_memory() < _MEMORY_IS_SHORT_BELOW
        for key in others if is_short else others[: max(0, len(others) - self.most + 1)]:
            del self._held[key]

    def _let_go_idle(self, wanted: Hashable = None) -> None:
        now = self.clock()
        for key in [key for key, (_, used) in self._held.items() if key != wanted and now - used >= self.idle]:
            del self._held[key]

    def _watch(self) -> None:
        """Look again when the model that has rested longest will have rested too long."""
        if self._held and not self._is_watched:
            self._is_watched = True
            longest = min(used for _, used in self._held.values())
            self.later(max(0.0, longest + self.idle - self.clock()), self._look)

    def _look(self) -> None:
        with self._lock:
            self._is_watched = False
            self._let_go_idle()
            self._watch()


def later(seconds: float, work: Callable[[], None]) -> None:
    """Do something in a while, in a thread that does not keep the program alive."""
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()


def free_memory() -> int:
    """Bytes programs can still have; plenty where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 2**63
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), 2**63)
