"""Keeping the library true, moving old ones in, backing it up."""

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from harmonix_splitter.bootstrap.library import library, storage
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.domain.library import Cleanup
from harmonix_splitter.services.arrivals import ArrivalsService
from harmonix_splitter.services.backups import BackupRound
from harmonix_splitter.services.moving_in import MovingInService
from harmonix_splitter.services.ports.backups import Backups
from harmonix_splitter.services.ports.old_libraries import OldLibrary
from harmonix_splitter.services.upkeep import UpkeepService
from harmonix_splitter.services.watching import FolderWatcher

if TYPE_CHECKING:
    from harmonix_splitter.adapters.storage.backups import HouseFiles

logger = logging.getLogger(__name__)


def upkeep(parts: Parts) -> UpkeepService:
    from harmonix_splitter.services.fingerprints import FingerprintComparer

    return UpkeepService(library(parts), FingerprintComparer(), arrivals(parts))


def arrivals(parts: Parts) -> ArrivalsService:
    from harmonix_splitter.adapters.storage.hand_placed import HandPlacedFolders

    def move_in(old: OldLibrary) -> list[str]:
        return [moved.outcome for moved in moving_in(parts).move_in(old, dry_run=False).songs]

    return ArrivalsService(library(parts), HandPlacedFolders(parts.settings.library_dir), move_in)


def cleanup_rule(parts: Parts) -> Cleanup | None:
    """None when the settings leave clean-up to the admin."""
    chosen = parts.settings.library
    if not chosen.auto_cleanup:
        return None
    most = None if chosen.max_size_gb is None else int(chosen.max_size_gb * 1e9)
    return Cleanup(chosen.cleanup_threshold_days, most)


def moving_in(parts: Parts) -> MovingInService:
    from harmonix_splitter.adapters.media.file_tags import MediaTags
    from harmonix_splitter.adapters.storage.copies import DiskCopies
    from harmonix_splitter.bootstrap.accounts import accounts
    from harmonix_splitter.bootstrap.lyrics import book
    from harmonix_splitter.bootstrap.processing import identifier
    from harmonix_splitter.services.fingerprints import FingerprintComparer

    people = accounts(parts).people

    def user_id_of(name: str) -> str:
        """The account of that name; songs of somebody without one wait under the bare name."""
        found = people.users.named(name)
        return found[0].id if found else name

    return MovingInService(
        library(parts), identifier(parts), FingerprintComparer(), MediaTags(), DiskCopies(), user_id_of, book(parts)
    )


def old_library(parts: Parts, root: str = "") -> OldLibrary:
    from pathlib import Path

    from harmonix_splitter.adapters.storage.old_libraries import OldLibraries

    return OldLibraries(Path(root) if root else parts.settings.data_dir)


def backups(parts: Parts) -> Backups:
    from harmonix_splitter.adapters.database.copying import copy_database
    from harmonix_splitter.adapters.storage.backups import FolderBackups

    return FolderBackups(_house_files(parts), partial(copy_database, parts.database))


def _house_files(parts: Parts) -> "HouseFiles":
    from harmonix_splitter.adapters.storage.object_store import ObjectStore

    kept = storage(parts)
    if isinstance(kept, ObjectStore):
        from harmonix_splitter.adapters.storage.house_in_store import HouseInStore

        return HouseInStore(kept)
    from harmonix_splitter.adapters.storage.house_on_disk import HouseOnDisk

    return HouseOnDisk(parts.settings.library_dir, parts.settings.data_dir)


def backup_round(parts: Parts) -> BackupRound:
    chosen = parts.settings.backups
    shelf = parts.settings.data_dir / "backups"
    return BackupRound(backups(parts), parts.clock, shelf, chosen.daily_at, chosen.keep)


def watcher(parts: Parts) -> FolderWatcher | None:
    """None where no folder is watched."""
    from harmonix_splitter.adapters.storage.watched_folders import WatchedFolders
    from harmonix_splitter.bootstrap.songs import songs
    from harmonix_splitter.bootstrap.uploads import upload_store
    from harmonix_splitter.domain.allowance import UNLIMITED
    from harmonix_splitter.domain.separation import Mode, Quality, Recipe

    settings = parts.settings
    if not settings.library.watch:
        return None
    chosen = settings.separation
    recipe = Recipe(Mode(chosen.mode), Quality(chosen.quality), chosen.engine)
    roots = tuple(path.expanduser().resolve() for path in settings.library.watch)
    for missing in (root for root in roots if not root.is_dir()):
        logger.warning("a watched folder is not there (yet)", extra={"folder": str(missing)})
    folders = WatchedFolders(roots)
    house = replace(songs(parts), allowed=lambda: UNLIMITED)
    return FolderWatcher(folders, upload_store(parts), house, recipe, settings.limits.upload_mb * 1_000_000)
