"""Settings that are changed while the studio runs, and the thread that takes up what was changed elsewhere."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.settings import SettingsService

logger = logging.getLogger(__name__)
LOOK_SECONDS = 5.0


def settings(parts: Parts) -> SettingsService:
    from harmonix_splitter.adapters.database.settings import SqlChoices

    return SettingsService(SqlChoices(parts.database), parts.current, parts.clock)


@contextmanager
def following(parts: Parts) -> Iterator[None]:
    """Inside this block, changes made by other processes are taken up."""
    service, stop = settings(parts), threading.Event()

    def follow() -> None:
        while not stop.wait(LOOK_SECONDS):
            try:
                service.refresh()
            except Exception:  # the record may be away for a while
                logger.exception("the settings could not be looked up")

    threading.Thread(target=follow, name="settings", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
