"""The library in an object store (S3, GCS or anything that speaks like them): blobs by hash, manifest last.

A place exists when `items/<place>/manifest.json` exists; that object is created conditionally, so two nodes publishing
the same place cannot both win. Files are served from a local cache of whole, checked blobs.
"""

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from harmonix_splitter.adapters.storage.durable import digest, disk_errors
from harmonix_splitter.adapters.storage.garbage import remove_older
from harmonix_splitter.adapters.storage.store_line import StoreLine, options_for
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

_BLOCK = 8 << 20
_MOST_SEEN = 1000
_PATIENCE, _HASTE, _GLANCE = 30.0, 4.0, 1.5
"""Seconds of silence after which a store counts as away: for work, for people, for a look."""


@dataclass(frozen=True)
class ObjectStore:
    """`url` names bucket and prefix (`s3://bucket/harmonix`); `options` are the store's: endpoint, keys, region."""

    url: str
    cache: Path
    options: Mapping[str, str] | None = None
    checkpoint: Checkpoint = unmarked
    is_patient: bool = True
    """Where no person waits for an answer: silence is borne for longer."""

    @cached_property
    def _store(self) -> Any:
        """For what is written and listed."""
        return self._reached(_PATIENCE)

    @cached_property
    def _reading(self) -> Any:
        return self._reached(_PATIENCE if self.is_patient else _HASTE)

    @cached_property
    def _looking(self) -> Any:
        return self._reached(_GLANCE)

    @cached_property
    def _seen(self) -> dict[str, Manifest]:
        return {}

    @cached_property
    def _line(self) -> StoreLine:
        return StoreLine(is_patient=self.is_patient)

    def _reached(self, patience: float) -> Any:
        from obstore.store import from_url

        options: Any = dict(self.options or {})
        waits, retry = options_for(patience)
        client: Any = {"allow_http": any(str(value).startswith("http://") for value in options.values()), **waits}
        return from_url(self.url, config=options, client_options=client, retry_config=cast(Any, retry))

    def is_there(self) -> bool:
        from obstore import head

        return self._line.is_there(lambda: head(self._looking, MANIFEST))

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
        return self._publish(place, files, facts, mode="create")

    def replace(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
        return self._publish(place, files, facts, mode="overwrite")

    def manifest(self, place: str) -> Manifest:
        try:
            document = json.loads(self._read(_manifest_at(place)))
        except ValueError as broken:
            raise StorageError(f"The manifest of {place} cannot be read.") from broken
        return Manifest.from_document(document)

    def places(self) -> Iterator[str]:
        for path, _ in self._listed("items/"):
            if path.endswith("/" + MANIFEST):
                yield path.removeprefix("items/").removesuffix("/" + MANIFEST)

    def open(self, place: str, name: str) -> StoredFile:
        entry = self._manifest_or_last_seen(place).entry(name)
        # With its ending: what is served, and how, goes by the file's name, as on a disk.
        kept = self.cache / "blobs" / f"{entry.sha256}{Path(entry.file).suffix}"
        if not kept.is_file() or kept.stat().st_size != entry.size:
            self._bring(entry, kept)
        return StoredFile(name, kept, entry.size, entry.sha256)

    def link(self, place: str, name: str, seconds: int) -> str | None:
        from obstore import sign

        entry = self.manifest(place).entry(name)
        try:
            return str(sign(self._store, "GET", _blob_at(entry.sha256), timedelta(seconds=seconds)))
        except (TypeError, ValueError, AttributeError):
            return None  # this kind of store cannot sign

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
        self._delete(_manifest_at(place))

    def archive(self, folder: str, place: str) -> None:
        self._move(_manifest_at(place), _archived_at(folder, place))

    def restore(self, folder: str, place: str) -> None:
        self._move(_archived_at(folder, place), _manifest_at(place))

    def remove_archived(self, folder: str, place: str) -> None:
        self._delete(_archived_at(folder, place))

    def write_note(self, folder: str, name: str, text: str) -> None:
        self._put(f"notes/{checked_folder(folder)}/{checked_folder(name)}", text.encode(), "overwrite")

    def read_note(self, folder: str, name: str) -> str | None:
        try:
            return self._read(f"notes/{checked_folder(folder)}/{checked_folder(name)}").decode()
        except (NotFoundError, UnicodeDecodeError):
            return None

    def gather_garbage(self, older_than_seconds: float) -> int:
        """Work folders here, and blobs no manifest names that are old enough not to be on their way to one."""
        removed = remove_older(self.cache / "work", older_than_seconds)
        named = {entry.sha256 for path, _ in self._manifests() for entry in self._entries(path)}
        before = datetime.now(UTC) - timedelta(seconds=older_than_seconds)
        for path, changed in list(self._listed("blobs/")):
            if path.rsplit("/", 1)[-1] not in named and changed < before:
                self._delete(path)
                removed += 1
        return removed

    def _publish(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any], mode: str) -> Manifest:
        entries = []
        for name, path in files.items():
            with disk_errors("read a finished file"):
                entry = FileEntry(name, f"{name}{path.suffix}", path.stat().st_size, digest(path))
            self._upload(entry, path)
            entries.append(entry)
        self.checkpoint("files")
        manifest = Manifest(checked_place(place), tuple(entries), facts)
        self._put(_manifest_at(place), json.dumps(manifest.to_document(), ensure_ascii=False).encode(), mode)
        self.checkpoint("manifest")
        return manifest

    def _upload(self, entry: FileEntry, path: Path) -> None:
        from obstore import put

        with self._line.used_for(entry.file), path.open("rb") as file:
            put(self._store, _blob_at(entry.sha256), file, chunk_size=_BLOCK)

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
        from obstore import get

        aside = self.cache / "work" / f"bring-{uuid.uuid4().hex}"
        with disk_errors("keep a copy"), self._line.used_for(entry.file):
            aside.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with aside.open("wb") as file:
                    for block in get(self._reading, _blob_at(entry.sha256)).stream(min_chunk_size=1 << 20):
                        file.write(block)
                if digest(aside) != entry.sha256:
                    raise StorageError(f"{entry.file} is not what was published.")
                aside.replace(target)
            finally:
                aside.unlink(missing_ok=True)

    def _put(self, path: str, content: bytes, mode: str) -> None:
        from obstore import put

        with self._line.used_for(path):
            put(self._store, path, content, mode=mode, use_multipart=False)

    def _read(self, path: str) -> bytes:
        from obstore import get

        with self._line.used_for(path):
            return bytes(get(self._reading, path).bytes())

    def _delete(self, path: str) -> None:
        from obstore import delete

        with self._line.used_for(path):
            delete(self._store, path)

    def _move(self, origin: str, target: str) -> None:
        content = self._read(origin)
        self._put(target, content, "create")
        self._delete(origin)

    def _listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        from obstore import list as listing

        with self._line.used_for(prefix):
            for page in listing(self._store, prefix):
                for entry in page:
                    yield entry["path"], entry["last_modified"]

    def _manifests(self) -> Iterator[tuple[str, datetime]]:
        for prefix in ("items/", "archive/"):
            yield from self._listed(prefix)

    def _entries(self, path: str) -> tuple[FileEntry, ...]:
        return Manifest.from_document(json.loads(self._read(path))).files


def _manifest_at(place: str) -> str:
    return f"items/{checked_place(place)}/{MANIFEST}"


def _archived_at(folder: str, place: str) -> str:
    return f"archive/{checked_folder(folder)}/{checked_place(place)}/{MANIFEST}"


def _blob_at(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256}"
