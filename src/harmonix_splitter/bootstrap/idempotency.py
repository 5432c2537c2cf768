"""Answers given again to whoever asks the same twice."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.idempotency import RepeatsService


def repeats(parts: Parts) -> RepeatsService:
    from harmonix_splitter.adapters.database.idempotency import SqlKeptAnswers

    return RepeatsService(SqlKeptAnswers(parts.database), parts.clock)
