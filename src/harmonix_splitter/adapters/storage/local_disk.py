"""The library on a local disk: built aside, published by one rename, manifest inside."""

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.storage.durable import (
    digest,
    disk_errors,
    exchange,
    sync_folder,
    write_durably,
)
from harmonix_splitter.adapters.storage.garbage import remove_older
from harmonix_splitter.domain.library import (
    MANIFEST,
    FileEntry,
    Manifest,
    checked_folder,
    checked_place,
)
from harmonix_splitter.errors import ConflictError, NotFoundError, StorageError
from harmonix_splitter.services.ports.jobs import Checkpoint, unmarked
from harmonix_splitter.services.ports.storage import StoredFile

_WORK = ".work"


@dataclass(frozen=True)
class LocalDisk:
    """`library/<folder>/<name>/` holds a place; `.work` beside them holds what is not finished."""

    root: Path
    archive_root: Path
    checkpoint: Checkpoint = unmarked

    def is_there(self) -> bool:
        return True

    def workspace(self, name: str) -> Path:
        folder = self.root / _WORK / checked_folder(name)
        with disk_errors("prepare a work folder"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        return folder

    def discard(self, workspace: Path) -> None:
        if workspace.parent == self.root / _WORK:
            shutil.rmtree(workspace, ignore_errors=True)

    def publish(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
        with disk_errors(f"publish {place}"):
            built, manifest = self._build(place, files, facts)
            target = self._folder(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                built.rename(target)
            except OSError as taken:
                if not target.exists():
                    raise
                shutil.rmtree(built, ignore_errors=True)
                raise ConflictError(f"{place} is in the library already.") from taken
            sync_folder(target.parent)
            self.checkpoint("renamed")
        return manifest

    def replace(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
        with disk_errors(f"replace {place}"):
            built, manifest = self._build(place, files, facts)
            target = self._folder(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                exchange(built, target)
                shutil.rmtree(built, ignore_errors=True)
            else:
                built.rename(target)
            sync_folder(target.parent)
            self.checkpoint("replaced")
        return manifest

    def manifest(self, place: str) -> Manifest:
        path = self._folder(place) / MANIFEST
        try:
            document = json.loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(f"There is no {place!r} in the library.") from None
        except (OSError, ValueError) as broken:
            raise StorageError(f"The manifest of {place} cannot be read.") from broken
        return Manifest.from_document(document)

    def places(self) -> Iterator[str]:
        for manifest in sorted(self.root.glob(f"*/*/{MANIFEST}")):
            if manifest.parts[-3] != _WORK:
                yield f"{manifest.parts[-3]}/{manifest.parts[-2]}"

    def open(self, place: str, name: str) -> StoredFile:
        entry = self.manifest(place).entry(name)
        path = self._folder(place) / entry.file
        if not path.is_file() or not path.resolve().is_relative_to(self.root.resolve()):
            raise StorageError(f"{entry.file} of {place} is missing.", advice="Run `harmonix library repair`.")
        if path.stat().st_size != entry.size:
            raise StorageError(f"{entry.file} of {place} is damaged.", advice="Run `harmonix library repair`.")
        return StoredFile(name, path, entry.size, entry.sha256)

    def link(self, place: str, name: str, seconds: int) -> str | None:
        """A disk serves nothing by itself."""
        del place, name, seconds
        return None

    def faults(self, place: str) -> list[str]:
        try:
            manifest = self.manifest(place)
        except StorageError as broken:
            return [broken.message]
        found = []
        for entry in manifest.files:
            path = self._folder(place) / entry.file
            if not path.is_file():
                found.append(f"{entry.file} is missing")
            elif digest(path) != entry.sha256:
                found.append(f"{entry.file} is not what was published")
        return found

    def remove(self, place: str) -> None:
        self._remove(self.root, place)

    def archive(self, folder: str, place: str) -> None:
        self._move(self._folder(place), self._archived(folder, place))

    def restore(self, folder: str, place: str) -> None:
        self._move(self._archived(folder, place), self._folder(place))

    def remove_archived(self, folder: str, place: str) -> None:
        self._remove(self.archive_root / checked_folder(folder), place)

    def write_note(self, folder: str, name: str, text: str) -> None:
        with disk_errors(f"write {name}"):
            place = self.root / checked_folder(folder)
            place.mkdir(parents=True, exist_ok=True)
            write_durably(place / checked_folder(name), text.encode())

    def read_note(self, folder: str, name: str) -> str | None:
        try:
            return (self.root / checked_folder(folder) / checked_folder(name)).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def gather_garbage(self, older_than_seconds: float) -> int:
        return remove_older(self.root / _WORK, older_than_seconds)

    def _folder(self, place: str) -> Path:
        return self.root / checked_place(place)

    def _archived(self, folder: str, place: str) -> Path:
        return self.archive_root / checked_folder(folder) / checked_place(place)

    def _build(self, place: str, files: Mapping[str, Path], facts: Mapping[str, Any]) -> tuple[Path, Manifest]:
        """A complete, durable copy of the place under a name nobody looks at."""
        built = self.root / _WORK / f"publish-{uuid.uuid4().hex}"
        built.mkdir(parents=True)
        entries = []
        for name, path in files.items():
            entry = FileEntry(name, f"{name}{path.suffix}", path.stat().st_size, digest(path, sync=True))
            path.rename(built / entry.file)
            entries.append(entry)
        self.checkpoint("files")
        manifest = Manifest(checked_place(place), tuple(entries), facts)
        write_durably(built / MANIFEST, json.dumps(manifest.to_document(), ensure_ascii=False, indent=1).encode())
        self.checkpoint("manifest")
        return built, manifest

    def _move(self, origin: Path, target: Path) -> None:
        with disk_errors("move an item"):
            if not origin.is_dir():
                raise NotFoundError(f"There is no {origin.parent.name}/{origin.name}.")
            if target.exists():
                raise ConflictError(f"{target.parent.name}/{target.name} is there already.")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(origin, target)
            self._tidy(origin.parent)

    def _remove(self, root: Path, place: str) -> None:
        target = root / checked_place(place)
        with disk_errors("remove an item"):
            if target.is_dir():
                doomed = self.root / _WORK / f"gone-{uuid.uuid4().hex}"
                doomed.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(target, doomed)
                shutil.rmtree(doomed, ignore_errors=True)
            self._tidy(target.parent)

    @staticmethod
    def _tidy(folder: Path) -> None:
        """A folder with nothing in it but notes for old tools goes too; what somebody put there by hand stays."""
        if folder.is_dir() and all(_is_note(entry) for entry in folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)


def _is_note(entry: Path) -> bool:
    """A note, or what is left of one that was being written."""
    return entry.is_file() and (entry.suffix == ".json" or entry.name.startswith("."))
