"""Every table, one module per word. `metadata` is what migrations are compared with."""

from importlib import import_module
from pkgutil import iter_modules

from harmonix_splitter.adapters.database.base import metadata

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["metadata"]
