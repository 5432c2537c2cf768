"""The built web studio, served by the one server."""

from harmonix_splitter.studio.static_files import mount

__all__ = ["mount"]
