"""Batches, for the house itself: what a user may ask for in a day does not limit them."""

from dataclasses import replace

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.songs import songs
from harmonix_splitter.domain.allowance import UNLIMITED
from harmonix_splitter.services.batches import BatchService


def batches(parts: Parts) -> BatchService:
    from harmonix_splitter.adapters.database.batches import SqlBatches

    return BatchService(SqlBatches(parts.database), replace(songs(parts), allowed=lambda: UNLIMITED))
