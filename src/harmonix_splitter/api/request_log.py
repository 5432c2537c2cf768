"""One log line per request, with an id that the answer carries too."""

import logging
import os
import re
from itertools import count

from starlette.types import Scope

logger = logging.getLogger("harmonix_splitter.requests")
_SAFE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_OURS, _numbers = os.urandom(8).hex(), count(1)


def request_id(given: dict[bytes, bytes]) -> bytes:
    """The id a proxy gave the request, or one of ours: this process and a number."""
    theirs = given.get(b"x-request-id")
    if theirs is not None and _SAFE_ID.fullmatch(theirs):
        return theirs
    return b"%s-%x" % (_OURS.encode(), next(_numbers))


def note(scope: Scope, status: int, seconds: float, name: bytes) -> None:
    level = logging.DEBUG if status < 400 else logging.INFO
    if logger.isEnabledFor(level):
        facts = {"method": scope["method"], "path": scope["path"], "status": status}
        facts |= {"milliseconds": round(seconds * 1000, 1), "request_id": name.decode()}
        logger.log(level, "request", extra=facts)
