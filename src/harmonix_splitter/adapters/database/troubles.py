"""What a database says when it is full, busy, damaged or away: told as our errors, here only."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from harmonix_splitter.errors import HarmonixError, InvalidRequestError, StorageError, UnavailableError

_DISK_FULL = "53100"


@contextmanager
def database_errors() -> Iterator[None]:
    """What can only be a mistake of ours stays what it is."""
    try:
        yield
    except UnicodeEncodeError as odd:
        raise _no_text() from odd
    except DBAPIError as failed:
        told = _told(failed)
        if told is None:
            raise
        raise told from failed


def _told(failed: DBAPIError) -> HarmonixError | None:
    words = str(failed.orig).lower()
    if "nul (0x00)" in words:
        return _no_text()
    if "is full" in words or getattr(failed.orig, "sqlstate", "") == _DISK_FULL:
        return StorageError("The database's disk is full.", advice="Free some space and try again.", is_full=True)
    if "malformed" in words or "not a database" in words:
        return StorageError("The database is damaged.", advice="Stop the studio and restore the newest backup.")
    if "disk i/o error" in words:
        return StorageError("The database's disk failed.", advice="Check the disk.")
    is_sqlite = type(failed.orig).__module__ == "sqlite3"
    if "is locked" in words or (not is_sqlite and isinstance(failed, OperationalError | InterfaceError)):
        return UnavailableError("The database is busy or away.", advice="Ask again in a moment.", retry_after=5)
    return None


def _no_text() -> InvalidRequestError:
    return InvalidRequestError("A text holds a character that is none (NUL, or half of one).")
