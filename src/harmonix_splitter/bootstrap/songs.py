"""People's songs, on top of jobs and the library."""

from harmonix_splitter.bootstrap.jobs import jobs
from harmonix_splitter.bootstrap.library import library
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.domain.allowance import Allowance
from harmonix_splitter.services.songs import SongsService


def songs(parts: Parts) -> SongsService:
    from harmonix_splitter.adapters.database.songs import SqlSongs

    def allowed() -> Allowance:
        limits = parts.settings.limits
        return Allowance(None if limits.quota_gb is None else int(limits.quota_gb * 1e9), limits.songs_per_day)

    return SongsService(SqlSongs(parts.database), jobs(parts), library(parts), parts.clock, allowed)
