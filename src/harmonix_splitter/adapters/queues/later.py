"""One thread that does small chores, each once however often it was asked for."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class ChoreThread:
    """Starts with the first chore and lives as long as its process; `finish` waits until nothing is left."""

    def __init__(self) -> None:
        self._chores: dict[str, Callable[[], None]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._busy = False

    def soon(self, name: str, chore: Callable[[], None]) -> None:
        with self._changed:
            self._chores[name] = chore
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="chores", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def finish(self, seconds: float = 10.0) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._chores and not self._busy, timeout=seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._chores))
                name = next(iter(self._chores))
                chore = self._chores.pop(name)
                self._busy = True
            try:
                chore()
            except Exception:  # a chore can be done again; the thread must go on
                logger.exception("a chore failed", extra={"chore": name})
