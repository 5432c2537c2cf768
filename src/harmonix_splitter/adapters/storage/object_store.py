"""The library in an object store (S3, GCS or anything that speaks like them): blobs by hash, manifest last.

A place exists when `items/<place>/manifest.json` exists; that object is created conditionally, so two nodes publishing
the same place cannot both win. Files are served from a local cache of whole, checked blobs.
"""

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.storage.bucket import Bucket
from harmonix_splitter.adapters.storage.durable import digest, disk_errors
from harmonix_splitter.adapters.storage.garbage import forget_longest_unused, remove_older
from harmonix_splitter.domain.library import (
    MANIFEST,
    FileEntry,
    Manifest,
    checked_folder,
    checked_place,
)
from harmonix_splitter.errors import NotFoundError, StorageError, UnavailableError
from harmonix_splitter.services.ports.jobs import Checkpoint, unmarked
from harmonix_splitter.services.ports.storage import StoredFile

_MOST_SEEN = 1000


@dataclass(frozen=True)
class ObjectStore:
    bucket: Bucket
    cache: Path
    checkpoint: Checkpoint = unmarked
    most_cached: int = 20_000_000_000
    """Bytes of what was brought from the store; the longest unheard gives way."""

    @cached_property
    def _seen(self) -> dict[str, Manifest]:
        return {}

    def is_there(self) -> bool:
        return self.bucket.is_there(MANIFEST)

    def workspace(self, name: str) -> Path:
        folder = self.cache / "work" / checked_folder(name)
        with disk_errors("prepare a work folder"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        return folder

    def discard(self, workspace: Path) -> None:
        if workspace.parent == self.cache / "work":
            shutil.rmtree(workspace, ignore_errors=True)

    def publish(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
        return self._publish(place, files, facts, is_new=True)

    def replace(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
        return self._publish(place, files, facts, is_new=False)

    def manifest(self, place: str) -> Manifest:
        try:
            document = json.loads(self.bucket.read(_manifest_at(place)))
        except ValueError as broken:
            raise StorageError(f"The manifest of {place} cannot be read.") from broken
        return Manifest.from_document(document)

    def places(self) -> Iterator[str]:
        for path, *_ in self.bucket.listed("items/"):
            if path.endswith("/" + MANIFEST):
                yield path.removeprefix("items/").removesuffix("/" + MANIFEST)

    def open(self, place: str, name: str) -> StoredFile:
        entry = self._manifest_or_last_seen(place).entry(name)
        # With its ending: what is served, and how, goes by the file's name, as on a disk.
        kept = self.cache / "blobs" / f"{entry.sha256}{Path(entry.file).suffix}"
        if kept.is_file() and kept.stat().st_size == entry.size:
            with suppress(OSError):
                kept.touch()
        else:
            self._bring(entry, kept)
            forget_longest_unused(kept.parent, self.most_cached, kept)
        return StoredFile(name, kept, entry.size, entry.sha256)

    def link(self, place: str, name: str, seconds: int) -> str | None:
        entry = self.manifest(place).entry(name)
        return self.bucket.signed(_blob_at(entry.sha256), seconds)

    def faults(self, place: str) -> list[str]:
        try:
            manifest = self.manifest(place)
        except StorageError as broken:
            return [broken.message]
        found = []
        for entry in manifest.files:
            try:
                self._bring(entry, self.cache / "checked" / entry.sha256)
            except (NotFoundError, StorageError) as broken:
                found.append(f"{entry.file}: {broken.message}")
            finally:
                (self.cache / "checked" / entry.sha256).unlink(missing_ok=True)
        return found

    def remove(self, place: str) -> None:
        self.bucket.delete(_manifest_at(place))

    def archive(self, folder: str, place: str) -> None:
        self._move(_manifest_at(place), _archived_at(folder, place))

    def restore(self, folder: str, place: str) -> None:
        self._move(_archived_at(folder, place), _manifest_at(place))

    def remove_archived(self, folder: str, place: str) -> None:
        self.bucket.delete(_archived_at(folder, place))

    def write_note(self, folder: str, name: str, text: str) -> None:
        self.bucket.put(f"notes/{checked_folder(folder)}/{checked_folder(name)}", text.encode())

    def read_note(self, folder: str, name: str) -> str | None:
        try:
            return self.bucket.read(f"notes/{checked_folder(folder)}/{checked_folder(name)}").decode()
        except (NotFoundError, UnicodeDecodeError):
            return None

    def gather_garbage(self, older_than_seconds: float) -> int:
        """Work folders here, and blobs no manifest names that are old enough not to be on their way to one."""
        removed = remove_older(self.cache / "work", older_than_seconds)
        named = {entry.sha256 for path in self._manifests() for entry in self._entries(path)}
        before = datetime.now(UTC) - timedelta(seconds=older_than_seconds)
        for path, changed, _ in list(self.bucket.listed("blobs/")):
            if path.rsplit("/", 1)[-1] not in named and changed < before:
                self.bucket.delete(path)
                removed += 1
        return removed

    def _publish(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any], *, is_new: bool) -> Manifest:
        entries = []
        for name, path in files.items():
            with disk_errors("read a finished file"):
                entry = FileEntry(name, f"{name}{path.suffix}", path.stat().st_size, digest(path))
            self.bucket.upload(_blob_at(entry.sha256), path)
            entries.append(entry)
        self.checkpoint("files")
        manifest = Manifest(checked_place(place), tuple(entries), facts)
        document = json.dumps(manifest.to_document(), ensure_ascii=False).encode()
        self.bucket.put(_manifest_at(place), document, is_new=is_new)
        self.checkpoint("manifest")
        return manifest

    def _manifest_or_last_seen(self, place: str) -> Manifest:
        """While the store is away, what was brought from it can still be heard."""
        try:
            manifest = self.manifest(place)
        except UnavailableError:
            if place not in self._seen:
                raise
            return self._seen[place]
        self._seen.pop(place, None)
        self._seen[place] = manifest
        if len(self._seen) > _MOST_SEEN:
            self._seen.pop(next(iter(self._seen)), None)
        return manifest

    def _bring(self, entry: FileEntry, target: Path) -> None:
        """The whole blob, checked, under its name; never a part of it."""
        aside = self.cache / "work" / f"bring-{uuid.uuid4().hex}"
        with disk_errors("keep a copy"):
            aside.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self.bucket.download(_blob_at(entry.sha256), aside)
                if digest(aside) != entry.sha256:
                    raise StorageError(f"{entry.file} is not what was published.")
                aside.replace(target)
            finally:
                aside.unlink(missing_ok=True)

    def _move(self, origin: str, target: str) -> None:
        self.bucket.put(target, self.bucket.read(origin), is_new=True)
        self.bucket.delete(origin)

    def _manifests(self) -> Iterator[str]:
        for prefix in ("items/", "archive/"):
            for path, *_ in self.bucket.listed(prefix):
                yield path

    def _entries(self, path: str) -> tuple[FileEntry, ...]:
        return Manifest.from_document(json.loads(self.bucket.read(path))).files


def _manifest_at(place: str) -> str:
    return f"items/{checked_place(place)}/{MANIFEST}"


def _archived_at(folder: str, place: str) -> str:
    return f"archive/{checked_folder(folder)}/{checked_place(place)}/{MANIFEST}"


def _blob_at(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256}"
