"""Answers kept for whoever asks the same twice, in SQL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.idempotency import kept_answers
from harmonix_splitter.services.ports.idempotency import KeptAnswer


@dataclass(frozen=True)
class SqlKeptAnswers:
    database: Database

    def begin(self, owner: str, key: str, fingerprint: str, now: datetime, since: datetime) -> KeptAnswer | None:
        try:
            return self._begin(owner, key, fingerprint, now, since)
        except IntegrityError:  # somebody else began in the same moment
            return self._begin(owner, key, fingerprint, now, since)

    def _begin(self, owner: str, key: str, fingerprint: str, now: datetime, since: datetime) -> KeptAnswer | None:
        one = kept_answers.c.owner == owner, kept_answers.c.key == key
        columns = [column for column in kept_answers.c if column.name not in {"owner", "key"}]
        with self.database.write() as connection:
            connection.execute(delete(kept_answers).where(kept_answers.c.begun_at < since))
            row = connection.execute(select(*columns).where(*one)).mappings().one_or_none()
            if row is not None:
                return KeptAnswer(**row)
            new = {"owner": owner, "key": key, "fingerprint": fingerprint, "begun_at": now}
            connection.execute(insert(kept_answers).values(new))
        return None

    def finish(self, owner: str, key: str, answer: KeptAnswer) -> None:
        values = {"status": answer.status, "media_type": answer.media_type, "body": answer.body}
        one = kept_answers.c.owner == owner, kept_answers.c.key == key
        with self.database.write() as connection:
            connection.execute(update(kept_answers).where(*one).values(values))

    def drop(self, owner: str, key: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(kept_answers).where(kept_answers.c.owner == owner, kept_answers.c.key == key))
