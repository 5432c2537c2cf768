"""One thread that does small chores, each once however often it was asked for."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)
_LONGEST_GOODBYE = 10.0
"""Seconds; a chore is small, and its result can be rebuilt."""


class ChoreThread:
    """Starts with the first chore and ends when it is closed, with nothing left undone."""

    def __init__(self) -> None:
        self._chores: dict[str, Callable[[], object]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def soon(self, name: str, chore: Callable[[], object]) -> None:
        with self._changed:
            if self._closed:
                return
            self._chores[name] = chore
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="chores", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(_LONGEST_GOODBYE)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._chores) or self._closed)
                if not self._chores:
                    return
                name = next(iter(self._chores))
                chore = self._chores.pop(name)
            try:
                chore()
            except Exception:  # a chore can be done again; the thread must go on
                logger.exception("a chore failed", extra={"chore": name})
