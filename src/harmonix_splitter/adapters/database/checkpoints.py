"""SQLite's log brought into its file beside those who write.

Left to SQLite, every hundredth request would do it for all the others, and be several times as slow as they are.
"""

import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

WRITES_BETWEEN = 64
LONGEST_LOG_PAGES = 16_000
"""Where nobody comes to it, a writer does it after all."""

logger = logging.getLogger(__name__)


class Checkpoints:
    """A thread from the first many writes on, so that a short command has none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writes = 0
        self._due = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def written(self) -> None:
        """Called by one writer at a time."""
        self._writes += 1
        if self._writes % WRITES_BETWEEN or self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
            self._thread.start()
        self._due.set()

    def close(self) -> None:
        self._closed = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._closed:  # asked after clearing: whoever closes sets both, in this order
                return
            try:
                connection = self._engine.raw_connection()
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
                finally:
                    connection.close()
            except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as away:
                logger.warning("the log was not brought into the database", extra={"why": str(away)})
