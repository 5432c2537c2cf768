"""Every table, one module per word. `metadata` is what migrations are compared with."""

from harmonix_splitter.adapters.database.base import metadata
from harmonix_splitter.adapters.database.schema import jobs, library, songs, sources

__all__ = ["jobs", "library", "metadata", "songs", "sources"]
