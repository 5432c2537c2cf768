"""Back-ups in folders, and songs in archives: the same whether the library lies on a disk or in an object store."""

import json
import shutil
import tarfile
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from harmonix_splitter.adapters.storage.durable import disk_errors
from harmonix_splitter.adapters.storage.garbage import last_touched
from harmonix_splitter.domain.library import MANIFEST, Manifest, checked_folder, checked_place
from harmonix_splitter.errors import ConflictError, HarmonixError, InvalidRequestError, NotFoundError

_MOST_BYTES = 20_000_000_000
_ASIDE = ".unfinished"
_LONG_AGO = 86_400.0


class HouseFiles(Protocol):
    """The library and what else a house keeps beside its database."""

    def copy_to(self, target: Path) -> None:
        """All of it, as it would lie in a data directory."""
        ...

    def folder(self, name: str) -> AbstractContextManager[Path]:
        """One recording with all its items, as a folder on a disk. NotFoundError when there is none."""
        ...

    def workplace(self) -> Path:
        """An empty folder to unpack into."""
        ...

    def take_in(self, name: str, unpacked: Path) -> None:
        """Such a folder becomes part of the library. ConflictError when there is one of that name."""
        ...


@dataclass(frozen=True)
class FolderBackups:
    files: HouseFiles
    copy_database: Callable[[Path], None]

    def back_up(self, target: Path) -> int:
        if target.exists() and any(target.iterdir()):
            raise ConflictError(f"{target} is not empty.", advice="Choose a new folder.")
        aside = target / _ASIDE if target.exists() else target.with_name(f".{uuid.uuid4().hex[:8]}{_ASIDE}")
        try:
            with disk_errors("write the backup"):
                aside.mkdir(parents=True)
                _forget_broken_off(target.parent)
                self.copy_database(aside)
                # After the database: an item in the copy's index without files is marked at its first start.
                self.files.copy_to(aside)
                size = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
                _put_in_place(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return size

    def listed(self, shelf: Path) -> list[str]:
        if not shelf.is_dir():
            return []
        return sorted(entry.name for entry in shelf.iterdir() if entry.is_dir() and not entry.name.startswith("."))

    def remove(self, backup: Path) -> None:
        with disk_errors("remove the backup"):
            shutil.rmtree(backup, ignore_errors=not backup.exists())

    def export(self, folder: str, target: Path) -> Path:
        with self.files.folder(checked_folder(folder)) as origin, disk_errors("export"):
            target.mkdir(parents=True, exist_ok=True)
            archive = target / f"{folder}.harmonix.tar"
            with tarfile.open(archive, "w") as tar:
                tar.add(origin, folder)
        return archive

    def bring_in(self, archive: Path) -> str:
        aside = self.files.workplace()
        try:
            with disk_errors("import"), tarfile.open(archive) as tar:
                folder = _checked(tar)
                tar.extractall(aside, filter="data")
            self.files.take_in(folder, aside / folder)
        except tarfile.TarError as broken:
            raise InvalidRequestError(f"{archive.name} is not an exported song.") from broken
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return folder


def _forget_broken_off(shelf: Path) -> None:
    """Copies whose process ended under them, long ago."""
    for left in shelf.glob(f".*{_ASIDE}"):
        if time.time() - last_touched(left) > _LONG_AGO:
            shutil.rmtree(left, ignore_errors=True)


def _put_in_place(aside: Path, target: Path) -> None:
    """An empty folder that is there already stays: it may be another disk."""
    if not target.exists():
        aside.rename(target)
        return
    for entry in aside.iterdir():
        entry.rename(target / entry.name)


def _checked(tar: tarfile.TarFile) -> str:
    """The one folder all of it is in; plain files and folders only, and at least one manifest that reads."""
    folders, size, manifests = set(), 0, 0
    for member in tar.getmembers():
        parts = PurePosixPath(member.name).parts
        if not parts or len(parts) > 3 or ".." in parts or not (member.isfile() or member.isdir()):
            raise InvalidRequestError("This archive holds something that is no part of a song.")
        folders.add(parts[0])
        size += member.size
        if parts[-1] == MANIFEST and member.isfile():
            manifests += _manifest_reads(tar, member)
    if len(folders) != 1 or size > _MOST_BYTES or not manifests:
        raise InvalidRequestError("This archive is not an exported song.")
    try:
        return checked_folder(folders.pop())
    except NotFoundError as odd:
        raise InvalidRequestError("This archive is not an exported song.") from odd


def _manifest_reads(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bool:
    file = tar.extractfile(member)
    try:
        manifest = Manifest.from_document(json.loads(file.read(5_000_000) if file else b""))
        return checked_place(manifest.place) == str(PurePosixPath(member.name).parent)
    except (HarmonixError, ValueError):
        return False
