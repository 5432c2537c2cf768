"""The shared library: its storage, its index, its notes for old tools."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.shared import bucket
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.link_folders import LinkFolders
from harmonix_splitter.services.ports.storage import LibraryStorage, LinkNotes


def storage(parts: Parts) -> LibraryStorage:
    store = bucket(parts)
    if store is None:
        from harmonix_splitter.adapters.storage.local_disk import LocalDisk

        return LocalDisk(parts.settings.library_dir, parts.settings.archive_dir)
    from harmonix_splitter.adapters.storage.object_store import ObjectStore

    most = int(parts.settings.library.cache_gb * 1e9)
    return ObjectStore(store, parts.settings.data_dir / "cache" / "library", most_cached=most)


def library(parts: Parts) -> LibraryService:
    from harmonix_splitter.adapters.database.library import SqlLibrary
    from harmonix_splitter.adapters.database.songs import SqlSongs

    return LibraryService(
        SqlLibrary(parts.database),
        SqlSongs(parts.database),
        storage(parts),
        link_folders(parts),
        parts.chores,
        parts.events,
        parts.clock,
    )


def link_folders(parts: Parts) -> LinkFolders:
    from harmonix_splitter.adapters.database.accounts import SqlUsers

    return LinkFolders(SqlUsers(parts.database), _link_notes(parts))


def _link_notes(parts: Parts) -> LinkNotes:
    store = bucket(parts)
    if store is None:
        from harmonix_splitter.adapters.storage.link_notes import LinkNoteFiles

        return LinkNoteFiles(parts.settings.data_dir / "outputs" / "users")
    from harmonix_splitter.adapters.storage.link_notes_in_bucket import LinkNotesInBucket

    return LinkNotesInBucket(store)
