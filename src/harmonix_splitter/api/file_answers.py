"""Files over HTTP: descriptors kept open, bytes read where they are asked for, no thread unless the disk must turn."""

import errno
import os
import stat
import time
import weakref
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harmonix_splitter.api.byte_ranges import FOREVER, PART, WHOLE_OK, Decision, FileFacts, decide, described
from harmonix_splitter.api.gate.file_proxy import FILE_PROXY, FileProxy
from harmonix_splitter.api.gate.headers import all_headers
from harmonix_splitter.errors import NotFoundError

PIECE = 512 * 1024
_KEPT_OPEN = 128
# What is named by its content does not change: once a second is enough to see that a file is gone.
_BELIEVED_FOR = 1.0
_NOT_HERE = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}
_NO_WAIT = getattr(os, "RWF_NOWAIT", 0)

MEDIA_TYPES = {
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/mp4",
    ".opus": "audio/ogg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".mid": "audio/midi",
    ".zip": "application/zip",
    ".json": "application/json",
    ".lrc": "text/plain; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


class OpenFile:
    """One open file. It closes when the last answer that reads from it is done."""

    def __init__(self, path: Path) -> None:
        try:
            self.handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            raise NotFoundError("The file is not there.", advice="`harmonix library verify` says more.") from None
        weakref.finalize(self, os.close, self.handle)
        self.facts, self.seen = os.fstat(self.handle), time.monotonic()
        self.media_type = MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
        if not stat.S_ISREG(self.facts.st_mode):
            raise NotFoundError("That is no file.")

    @property
    def size(self) -> int:
        return self.facts.st_size

    def is_still(self, path: Path) -> bool:
        """Whether the path still leads to this very file, unchanged."""
        try:
            now = os.lstat(path)
        except OSError:
            return False
        ours, self.seen = self.facts, time.monotonic()
        return (now.st_ino, now.st_size, now.st_mtime_ns) == (ours.st_ino, ours.st_size, ours.st_mtime_ns)

    def tag(self) -> str:
        """For files without a content hash: changes whenever the file does."""
        return f"{self.facts.st_ino:x}-{self.size:x}-{self.facts.st_mtime_ns:x}"

    async def read(self, start: int, length: int) -> bytes | bytearray:
        """Up to `length` bytes: at once when the system has them in memory, else on a thread."""
        if _NO_WAIT:
            found = self._at_once(start, length)
            if found:
                return found
        if length <= PIECE // 2 and not _NO_WAIT:
            return os.pread(self.handle, length, start)
        return await to_thread.run_sync(os.pread, self.handle, length, start)

    def _at_once(self, start: int, length: int) -> bytearray | None:
        buffer = bytearray(length)
        try:
            count = os.preadv(self.handle, [buffer], start, _NO_WAIT)
        except OSError as refused:
            if refused.errno in _NOT_HERE:
                return bytearray(os.pread(self.handle, length, start))
            return None
        if count < length:
            del buffer[count:]
        return buffer


class OpenFiles:
    """The files asked for lately, kept open."""

    def __init__(self, most: int = _KEPT_OPEN) -> None:
        self._files: OrderedDict[tuple[str, str], OpenFile] = OrderedDict()
        self._most = most

    def get(self, path: Path, tag: str = "") -> OpenFile:
        """The open file at this path; raise NotFoundError when there is none, or a link where a file should be.
        Under another `tag`, the hash of its content, it is another file."""
        name = (str(path), tag)
        found = self._files.get(name)
        if found is not None:
            is_fresh = tag and time.monotonic() - found.seen < _BELIEVED_FOR
            if is_fresh or found.is_still(path):
                self._files.move_to_end(name)
                return found
            del self._files[name]
        opened = self._files[name] = OpenFile(path)
        if len(self._files) > self._most:
            self._files.popitem(last=False)
        return opened


OPEN_FILES = OpenFiles()


class FileAnswer(Response):
    """Answers with a file, or the part of it that was asked for. `tag` is its content hash where one is known."""

    def __init__(
        self, path: Path, *, tag: str = "", filename: str = "", is_download: bool = False, cache: str = FOREVER
    ) -> None:
        self.path, self.file = path, OPEN_FILES.get(path, tag)
        self.about = FileFacts(
            self.file.size, tag or self.file.tag(), self.file.media_type, filename, is_download, cache
        )
        self.status_code, self.background, self.raw_headers = 200, None, []

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        decision = self.decision(all_headers(scope), is_get=scope["method"] == "GET")
        proxy: FileProxy | None = scope.get(FILE_PROXY)
        if proxy is not None and decision.status in {WHOLE_OK, PART} and (told := proxy.told(self.path)):
            headers = [*self.raw_headers, *described(self.about), told]
            await send({"type": "http.response.start", "status": WHOLE_OK, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = [*self.raw_headers, *decision.headers]
        await self.send(decision, headers, send, has_body=scope["method"] != "HEAD")

    def decision(self, given: Mapping[bytes, bytes], *, is_get: bool = True) -> Decision:
        """What a request with these headers gets of it."""
        return decide(given, self.about, is_get=is_get)

    async def send(
        self, decision: Decision, headers: Sequence[tuple[bytes, bytes]], send: Send, *, has_body: bool = True
    ) -> None:
        await send({"type": "http.response.start", "status": decision.status, "headers": headers})
        at, stop = (decision.start, decision.stop) if has_body else (0, 0)
        if at == stop:
            await send({"type": "http.response.body", "body": b""})
        while at < stop:
            piece = await self.file.read(at, min(PIECE, stop - at))
            if not piece:
                raise NotFoundError("The file became shorter while it was read.")
            at += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": at < stop})
