"""The line to an object store: its errors as ours, and nobody waits for a store that is known to be away."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from harmonix_splitter.errors import ConflictError, HarmonixError, NotFoundError, StorageError, UnavailableError

LOOK_AGAIN = 5.0
"""Seconds: so long a store that was away is not asked again, and so long it is believed to be there or not."""
_FULL = ("507 insufficient storage", "storagefull", "quotaexceeded")


class StoreLine:
    """What is known of the way to the store. While it is away, one request in a while tries, and the others are refused
    at once; where nobody waits for an answer (`is_patient`), everybody tries."""

    def __init__(self, *, is_patient: bool) -> None:
        self._is_patient = is_patient
        self._guard = threading.Lock()
        self._is_there, self._tried, self._asked = True, float("-inf"), float("-inf")

    @contextmanager
    def used_for(self, what: str) -> Iterator[None]:
        """Raise UnavailableError when the store is away, fails or is silent."""
        self._let_through()
        try:
            with store_errors(what):
                yield
        except UnavailableError as failed:
            self._told(is_there=bool(failed.facts.get("answered")))
            raise
        except HarmonixError:  # an answer as well
            self._told(is_there=True)
            raise
        self._told(is_there=True)

    def is_there(self, look: Callable[[], object]) -> bool:
        """What was seen last, or what `look` sees now; one looks at a time."""
        with self._guard:
            now = time.monotonic()
            if now - max(self._tried, self._asked) < LOOK_AGAIN:
                return self._is_there
            self._asked = now
        try:
            with store_errors("nothing"):
                look()
        except HarmonixError as failed:
            if isinstance(failed, UnavailableError) and not failed.facts.get("answered"):
                self._told(is_there=False)
                return False
        self._told(is_there=True)
        return True

    def _let_through(self) -> None:
        with self._guard:
            now = time.monotonic()
            if not self._is_there and not self._is_patient and now - self._tried < LOOK_AGAIN:
                raise away(self._tried + LOOK_AGAIN - now)
            if not self._is_there:
                self._tried = now

    def _told(self, *, is_there: bool) -> None:
        with self._guard:
            self._is_there, self._tried = is_there, time.monotonic()


def away(retry_after: float = LOOK_AGAIN) -> UnavailableError:
    return UnavailableError("The object store is away.", retry_after=retry_after, advice="Ask again in a moment.")


def options_for(patience: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a client waits and tries again when nobody waits for more than `patience` seconds without a byte. What comes
    slowly may take its time."""
    client = {"connect_timeout": timedelta(seconds=min(patience, 5.0)), "read_timeout": timedelta(seconds=patience)}
    client["timeout"] = timedelta(hours=1)
    return client, {"max_retries": 4, "retry_timeout": timedelta(seconds=patience)}


@contextmanager
def store_errors(what: str) -> Iterator[None]:
    """The store's own errors become ours, here only."""
    from obstore import exceptions

    try:
        yield
    except exceptions.AlreadyExistsError as taken:
        raise ConflictError(f"{what} is there already.") from taken
    except (exceptions.NotFoundError, FileNotFoundError) as absent:
        raise NotFoundError(f"There is no {what} in the store.") from absent
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as refused:
        raise _told_of(refused, answered=True) from refused
    except exceptions.BaseError as failed:
        raise _told_of(failed) from failed


def _told_of(failed: Exception, *, answered: bool = False) -> HarmonixError:
    said = str(failed).lower()
    if any(word in said for word in _FULL):
        return StorageError("The object store is full.", advice="Make room in it and try again.", is_full=True)
    return UnavailableError(
        f"The object store failed: {type(failed).__name__}.",
        advice="Ask again in a moment; if it stays so, check library.object_store, its keys and the network.",
        retry_after=LOOK_AGAIN,
        answered=answered,
    )
