"""Fetching model files: continued where they stopped, one process at a time, under their final name only when whole."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harmonix_splitter.domain.models import ModelFile
from harmonix_splitter.errors import SourceError, StorageError
from harmonix_splitter.services.ports.progress import Progress

if TYPE_CHECKING:
    import httpx

_PIECE = 1 << 18
_LARGEST = 2 * 1024**3
_TIMEOUT = 30.0
_OK, _PARTIAL, _NOT_SATISFIABLE = 200, 206, 416


@dataclass(frozen=True)
class Downloads:
    folder: Path

    def fetch(self, file: ModelFile, progress: Progress) -> Path:
        target, part = self.folder / file.name, self.folder / f".{file.name}.part"
        with _disk_errors(file.name), self._alone(file.name):
            if target.exists():  # Another process was quicker.
                return target
            self._continue(file, part, progress)
            _check(file, part)
            part.replace(target)
        return target

    def _continue(self, file: ModelFile, part: Path, progress: Progress) -> None:
        import httpx

        have = part.stat().st_size if part.exists() else 0
        if have and have == file.size:
            return
        ask = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"} if have else {"Accept-Encoding": "identity"}
        try:
            with httpx.stream("GET", file.url, headers=ask, follow_redirects=True, timeout=_TIMEOUT) as answer:
                have = _agreed_start(answer, file, have)
                _receive(answer, part, have, progress)
        except httpx.HTTPError as problem:
            raise SourceError(
                f'"{file.name}" could not be downloaded: {_reason(problem)}.',
                advice="Check the network and run the same command again; it continues where it stopped.",
            ) from problem

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """One process downloads, the others wait and find the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{name}.lock").open("a+b") as lock:
            try:
                import fcntl

                fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
            except ImportError:  # Windows: two downloads of one file then both succeed, at twice the cost.
                pass
            yield


def _agreed_start(answer: "httpx.Response", file: ModelFile, have: int) -> int:
    """From which byte the answer goes on."""
    if answer.status_code == _PARTIAL:
        return have
    if answer.status_code == _OK:
        return 0
    if answer.status_code == _NOT_SATISFIABLE:
        return have
    raise SourceError(
        f'"{file.name}" could not be downloaded: the server answered {answer.status_code}.', advice=f"See {file.url}"
    )


def _receive(answer: "httpx.Response", part: Path, have: int, progress: Progress) -> None:
    if answer.status_code == _NOT_SATISFIABLE:
        return
    total = have + int(answer.headers.get("content-length", 0))
    with part.open("r+b" if have else "wb") as out:
        out.seek(have)
        for piece in answer.iter_bytes(_PIECE):
            out.write(piece)
            have += len(piece)
            if have > _LARGEST:
                raise SourceError("The download is far larger than any model and was stopped.")
            progress(min(1.0, have / total) if total else 0.0)
    if total and have < total:
        raise SourceError(
            f"The download broke off after {have >> 20} of {total >> 20} MB.",
            advice="Run the same command again; it continues where it stopped.",
        )


def _check(file: ModelFile, part: Path) -> None:
    size = part.stat().st_size
    if file.size and size < file.size:
        raise SourceError(
            f'The download of "{file.name}" broke off after {size >> 20} of {file.size >> 20} MB.',
            advice="Run the same command again; it continues where it stopped.",
        )
    with part.open("rb") as whole:
        sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
    if not file.is_made_of(sha256) or (file.size and size != file.size):
        part.unlink()
        raise SourceError(
            f'"{file.name}" arrived with the wrong checksum and was deleted.',
            advice="Try again; if it stays so, the file at the source was replaced and must not be trusted.",
            expected=file.sha256,
            got=sha256,
        )


@contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise StorageError(f'"{name}" cannot be stored: {problem.strerror}.', advice="Is the disk full?") from problem


def _reason(problem: Exception) -> str:
    return str(problem) or type(problem).__name__
