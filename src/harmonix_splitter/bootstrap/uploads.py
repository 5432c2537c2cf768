"""Files that come in, whole or in pieces."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.ports.sources import UploadStore
from harmonix_splitter.services.uploads import UploadsService


def upload_store(parts: Parts) -> UploadStore:
    """Where received files are kept; what is plainly no recording is not taken in."""
    from harmonix_splitter.adapters.media.sniff import refuse_foreign
    from harmonix_splitter.adapters.storage.uploads import UploadFolder

    return UploadFolder(parts.settings.data_dir / "uploads", refuse_foreign)


def uploads(parts: Parts) -> UploadsService:
    from harmonix_splitter.adapters.storage.unfinished_uploads import UnfinishedFolder

    most = parts.settings.limits.upload_mb * 1_000_000
    return UploadsService(UnfinishedFolder(parts.settings.data_dir / "unfinished"), upload_store(parts), most)
