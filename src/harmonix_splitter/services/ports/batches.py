"""Where batches are kept."""

from typing import Protocol

from harmonix_splitter.domain.batches import Batch


class BatchRecord(Protocol):
    def newest(self) -> Batch | None: ...

    def put(self, batch: Batch) -> None:
        """Insert or replace by id."""
        ...
