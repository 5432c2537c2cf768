"""Looking through songs."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.ports.browsing import SongShelf


def browsing(parts: Parts) -> SongShelf:
    from harmonix_splitter.adapters.database.browsing import SqlSongShelf

    return SqlSongShelf(parts.database)
