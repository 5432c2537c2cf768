"""Batches in SQL."""

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.batches import batches as table
from harmonix_splitter.domain.batches import Batch, Entry


@dataclass(frozen=True)
class SqlBatches:
    database: Database

    def newest(self) -> Batch | None:
        query = select(table).order_by(table.c.started_at.desc(), table.c.id.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        entries = tuple(Entry(**entry) for entry in row["entries"])
        return Batch(**{**row, "entries": entries, "refused": tuple(row["refused"])})

    def put(self, batch: Batch) -> None:
        row = {**vars(batch), "refused": list(batch.refused), "entries": [asdict(entry) for entry in batch.entries]}
        with self.database.write() as connection:
            connection.execute(delete(table).where(table.c.id == batch.id))
            connection.execute(insert(table).values(row))
