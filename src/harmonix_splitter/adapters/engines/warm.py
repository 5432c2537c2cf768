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
    """The last few models, by key. `idle` seconds without use and a model is let go at the next look."""

    most: int = 2
    idle: float = 900.0
    clock: Callable[[], float] = time.monotonic
    free_memory: Callable[[], int] = lambda: free_memory()
    _held: dict[Hashable, tuple[Any, float]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def get(self, key: Hashable, load: Callable[[], Any]) -> Any:
        with self._lock:
            self._let_go(key)
            model, _ = self._held.pop(key, (None, 0.0))
            model = load() if model is None else model
            self._held[key] = (model, self.clock())
            return model

    def forget(self) -> None:
        """Let everything go, to try again with all the memory there is."""
        with self._lock:
            self._held.clear()

    def _let_go(self, wanted: Hashable) -> None:
        now = self.clock()
        others = [key for key in self._held if key != wanted]
        stale = [key for key in others if now - self._held[key][1] > self.idle]
        excess = others[: max(0, len(others) - self.most + 1)]
        if self.free_memory() < _MEMORY_IS_SHORT_BELOW:
            excess = others
        for key in {*stale, *excess}:
            del self._held[key]


def free_memory() -> int:
    """Bytes programs can still have; plenty where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 2**63
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), 2**63)
