"""What the library lacks, and the jobs that bring it."""

from harmonix_splitter.bootstrap.jobs import jobs
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.missing import MissingService


def missing(parts: Parts) -> MissingService:
    from harmonix_splitter.adapters.database.missing import SqlMissing

    return MissingService(SqlMissing(parts.database), jobs(parts), parts.clock)
