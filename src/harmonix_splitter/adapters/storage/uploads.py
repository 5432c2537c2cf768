"""Uploaded files on their way in: streamed to disk, hashed as they come, kept under the hash."""

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.adapters.storage.durable import disk_errors, sync_folder
from harmonix_splitter.adapters.storage.shared_folder import SharedFolder
from harmonix_splitter.errors import InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.sources import Upload

_NAMES = ".name"
_ID = re.compile(r"[0-9a-f]{1,24}")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
_LOOK_AT = 4096


def _anything(_head: bytes) -> None: ...


@dataclass(frozen=True)
class UploadFolder:
    """`look` sees the first bytes of every file, and raises at those nobody wants."""

    folder: SharedFolder
    look: Callable[[bytes], None] = _anything

    def receive(self, name: str, chunks: Iterable[bytes], most_bytes: int) -> Upload:
        root = self.folder.root
        with disk_errors("store the upload"):
            root.mkdir(parents=True, exist_ok=True)
            aside = root / f".{uuid.uuid4().hex}.part"
            try:
                digest, size = _write(aside, _looked_at(chunks, self.look), most_bytes)
                kept = root / digest[:24]
                aside.replace(kept)
                sync_folder(root)
                kept.with_name(kept.name + _NAMES).write_text(Path(name).name[:200], encoding="utf-8")
            finally:
                aside.unlink(missing_ok=True)
        for file in (kept.name, kept.name + _NAMES):
            self.folder.share(file)
        return Upload(digest, Path(name).name[:200], size, kept)

    def find(self, upload_id: str) -> Upload:
        stored = upload_id[:24]
        kept = self.folder.find(stored) if _ID.fullmatch(stored) else None
        if kept is None:
            raise NotFoundError("The uploaded file is gone.", advice="Upload it again.")
        label = self.folder.find(stored + _NAMES)
        name = label.read_text(encoding="utf-8") if label else kept.name
        return Upload(upload_id, name, kept.stat().st_size, kept)

    def take(self, upload_id: str, folder: Path) -> Path:
        kept = self.find(upload_id)
        suffix = Path(kept.name).suffix.lower()
        target = folder / f"fetched{suffix if _SUFFIX.fullmatch(suffix) else ''}"
        with disk_errors("copy the upload"):
            try:
                os.link(kept.path, target)
            except OSError:
                shutil.copyfile(kept.path, target)
        return target

    def forget(self, upload_id: str) -> None:
        stored = upload_id[:24]
        for name in (stored, stored + _NAMES) if _ID.fullmatch(stored) else ():
            self.folder.remove(name)

    def gather_garbage(self, older_than_seconds: float) -> int:
        return self.folder.gather_garbage(older_than_seconds)


def _looked_at(chunks: Iterable[bytes], look: Callable[[bytes], None]) -> Iterator[bytes]:
    """The same bytes, from where enough of them are there to be looked at."""
    head, is_open = b"", True
    for chunk in chunks:
        if not is_open:
            yield chunk
            continue
        head += chunk
        if len(head) >= _LOOK_AT:
            look(head[:_LOOK_AT])
            is_open = False
            yield head
    if is_open:
        look(head)
        yield head


def _write(path: Path, chunks: Iterable[bytes], most_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most_bytes:
                raise InvalidRequestError(
                    f"The file is larger than {most_bytes // 1_000_000} MB.",
                    advice="Upload a smaller or compressed file, or raise limits.upload_mb.",
                    code="too_large",
                )
            digest.update(chunk)
            file.write(chunk)
        if not size:
            raise InvalidRequestError("The file is empty.")
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size
