"""Jobs: their record, and the queue that wakes whoever works on them."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.jobs import JobsService


def jobs(parts: Parts) -> JobsService:
    from harmonix_splitter.adapters.database.jobs import SqlJobs

    return JobsService(SqlJobs(parts.database), parts.queue, parts.events, parts.clock)
