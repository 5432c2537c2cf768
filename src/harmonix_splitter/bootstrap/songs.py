"""People's songs, on top of jobs and the library."""

from harmonix_splitter.bootstrap.jobs import jobs
from harmonix_splitter.bootstrap.library import library
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.songs import SongsService


def songs(parts: Parts) -> SongsService:
    from harmonix_splitter.adapters.database.songs import SqlSongs

    return SongsService(SqlSongs(parts.database), jobs(parts), library(parts), parts.clock)
