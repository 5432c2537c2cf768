"""Files that arrive in pieces."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.uploads import UploadsService


def uploads(parts: Parts) -> UploadsService:
    from harmonix_splitter.adapters.storage.unfinished_uploads import UnfinishedFolder
    from harmonix_splitter.adapters.storage.uploads import UploadFolder

    settings = parts.settings
    most = settings.limits.upload_mb * 1_000_000
    return UploadsService(
        UnfinishedFolder(settings.data_dir / "unfinished"), UploadFolder(settings.data_dir / "uploads"), most
    )
