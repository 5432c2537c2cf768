"""Work done while somebody waits: one at a time, on a file that is gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from fastapi import UploadFile

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.errors import BodyTooLargeError, InvalidRequestError, TooManyRequestsError

_ROOM = BoundedSemaphore(1)
_LATER = 15
_PIECE = 1024 * 1024


@contextmanager
def on_the_spot() -> Iterator[None]:
    """Raise TooManyRequestsError while somebody else is served: such work fills a core, and waiting a connection."""
    if not _ROOM.acquire(blocking=False):
        raise TooManyRequestsError("Another file is being analysed; try again soon.", retry_after=_LATER)
    try:
        yield
    finally:
        _ROOM.release()


@contextmanager
def received(studio: Studio, file: UploadFile) -> Iterator[Path]:
    """The file under a name of ours, for as long as the block lasts."""
    checked_size(studio, file)
    if not file.size:
        raise InvalidRequestError("The file is empty.", field="file")
    with tempfile.TemporaryDirectory(prefix="harmonix-analyze-") as folder:
        path = Path(folder) / "recording"
        with path.open("wb") as out:
            out.writelines(pieces_of(file))
        yield path


def checked_size(studio: Studio, file: UploadFile) -> int:
    """How many bytes are allowed; raise BodyTooLargeError when there are more."""
    most = studio.settings.limits.upload_mb
    if (file.size or 0) > most * 1_000_000:
        raise BodyTooLargeError(f"The file is larger than {most} MB.")
    return most * 1_000_000


def pieces_of(file: UploadFile) -> Iterator[bytes]:
    while piece := file.file.read(_PIECE):
        yield piece
