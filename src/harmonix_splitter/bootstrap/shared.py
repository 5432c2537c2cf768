"""What all servers of a house must have: in its object store when it has one, else in the data directory alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harmonix_splitter.bootstrap.parts import Parts

if TYPE_CHECKING:
    from harmonix_splitter.adapters.storage.bucket import Bucket
    from harmonix_splitter.adapters.storage.keys import KeyFile
    from harmonix_splitter.adapters.storage.shared_folder import SharedFolder


def bucket(parts: Parts) -> Bucket | None:
    """`s3://bucket/prefix?aws_endpoint=http://...`; keys come from the store's usual environment names."""
    if not parts.settings.library.object_store:
        return None
    from urllib.parse import parse_qsl

    from harmonix_splitter.adapters.storage.bucket import Bucket

    url, _, options = parts.settings.library.object_store.partition("?")
    return Bucket(url, dict(parse_qsl(options)), parts.is_patient)


def shared_folder(parts: Parts, name: str) -> SharedFolder:
    from harmonix_splitter.adapters.storage.shared_folder import SharedFolder

    return SharedFolder(parts.settings.data_dir / name, bucket(parts))


def key_file(parts: Parts, name: str, make: Callable[[], bytes]) -> KeyFile:
    from harmonix_splitter.adapters.storage.keys import KeyFile

    return KeyFile(parts.settings.data_dir / name, make, bucket(parts))
