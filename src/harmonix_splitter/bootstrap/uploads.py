"""Files that come in, whole or in pieces."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.shared import bucket, shared_folder
from harmonix_splitter.services.ports.sources import UploadStore
from harmonix_splitter.services.ports.uploads import UnfinishedUploads
from harmonix_splitter.services.uploads import UploadsService


def upload_store(parts: Parts) -> UploadStore:
    """Where received files are kept; what is plainly no recording is not taken in."""
    from harmonix_splitter.adapters.media.sniff import refuse_foreign
    from harmonix_splitter.adapters.storage.uploads import UploadFolder

    return UploadFolder(shared_folder(parts, "uploads"), refuse_foreign)


def uploads(parts: Parts) -> UploadsService:
    most = parts.settings.limits.upload_mb * 1_000_000
    return UploadsService(_unfinished(parts), upload_store(parts), most)


def _unfinished(parts: Parts) -> UnfinishedUploads:
    store = bucket(parts)
    if store is None:
        from harmonix_splitter.adapters.storage.unfinished_uploads import UnfinishedFolder

        return UnfinishedFolder(parts.settings.data_dir / "unfinished")
    from harmonix_splitter.adapters.storage.unfinished_in_bucket import UnfinishedInBucket

    return UnfinishedInBucket(store)
