"""Back-ups on disk: the database through its own backup interface, everything else copied."""

import json
import shutil
import sqlite3
import tarfile
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harmonix_splitter.adapters.storage.durable import disk_errors
from harmonix_splitter.domain.library import MANIFEST, Manifest, checked_folder, checked_place
from harmonix_splitter.errors import ConflictError, HarmonixError, InvalidRequestError, NotFoundError

_KEPT = ("outputs", "avatars", "secret.key", "cookies.key")
_MOST_BYTES = 20_000_000_000


@dataclass(frozen=True)
class DiskBackups:
    library: Path
    data: Path
    database_file: str | None

    def back_up(self, target: Path) -> int:
        if target.exists() and any(target.iterdir()):
            raise ConflictError(f"{target} is not empty.", advice="Choose a new folder.")
        with disk_errors("write the backup"):
            target.mkdir(parents=True, exist_ok=True)
            if self.database_file:
                _copy_database(Path(self.database_file), target / "harmonix.sqlite3")
            # The library after the database: an item in the copy's index without files is marked at its first start.
            if self.library.is_dir():
                hidden = shutil.ignore_patterns(".*")
                shutil.copytree(self.library, target / "library", ignore=hidden, copy_function=_copied)
            for name in _KEPT:
                origin = self.data / name
                if origin.is_dir():
                    shutil.copytree(origin, target / name)
                elif origin.is_file():
                    shutil.copy2(origin, target / name)
            return sum(path.stat().st_size for path in target.rglob("*") if path.is_file())

    def listed(self, shelf: Path) -> list[str]:
        if not shelf.is_dir():
            return []
        return sorted(entry.name for entry in shelf.iterdir() if entry.is_dir() and not entry.name.startswith("."))

    def remove(self, backup: Path) -> None:
        with disk_errors("remove the backup"):
            shutil.rmtree(backup, ignore_errors=not backup.exists())

    def export(self, folder: str, target: Path) -> Path:
        origin = self.library / checked_folder(folder)
        if not origin.is_dir():
            raise NotFoundError(f"There is no {folder!r} in the library.")
        with disk_errors("export"):
            target.mkdir(parents=True, exist_ok=True)
            archive = target / f"{folder}.harmonix.tar"
            with tarfile.open(archive, "w") as tar:
                tar.add(origin, folder)
        return archive

    def bring_in(self, archive: Path) -> str:
        aside = self.library / ".work" / f"import-{uuid.uuid4().hex}"
        try:
            with disk_errors("import"), tarfile.open(archive) as tar:
                folder = _checked(tar)
                if (self.library / folder).exists():
                    raise ConflictError(f"{folder} is in the library already.")
                aside.mkdir(parents=True)
                tar.extractall(aside, filter="data")
                (aside / folder).rename(self.library / folder)
        except tarfile.TarError as broken:
            raise InvalidRequestError(f"{archive.name} is not an exported song.") from broken
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return folder


def _copied(origin: str, copy: str) -> None:
    """What was archived or deleted since its folder was listed is not missed."""
    with suppress(FileNotFoundError):
        shutil.copy2(origin, copy)


def _copy_database(origin: Path, copy: Path) -> None:
    with sqlite3.connect(origin) as source, sqlite3.connect(copy) as target:
        source.backup(target)


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
