"""Every table, one module per word. `metadata` is what migrations are compared with."""

from harmonix_splitter.adapters.database.base import metadata

__all__ = ["metadata"]
