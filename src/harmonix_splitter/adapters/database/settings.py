"""Settings chosen in the studio, in SQL."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.settings import settings_choices as table
from harmonix_splitter.errors import StaleError
from harmonix_splitter.services.ports.settings import Choices

_NEWEST = select(func.coalesce(func.max(table.c.revision), 0))


@dataclass(frozen=True)
class SqlChoices:
    database: Database

    def newest(self) -> Choices:
        query = select(table).order_by(table.c.revision.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return Choices() if row is None else Choices(row["revision"], row["choices"], row["user_id"], row["made_at"])

    def revision(self) -> int:
        with self.database.read() as connection:
            return int(connection.execute(_NEWEST).scalar_one())

    def add(self, choices: Choices) -> None:
        row = {
            "revision": choices.revision,
            "choices": dict(choices.values),
            "user_id": choices.user_id,
            "made_at": choices.made_at,
        }
        try:
            with self.database.write() as connection:
                newest = int(connection.execute(_NEWEST).scalar_one())
                if choices.revision == newest + 1:
                    connection.execute(insert(table).values(row))
                    return
        except IntegrityError:  # somebody added that number at the same moment
            newest = self.revision()
        raise StaleError("Somebody changed the settings meanwhile.", current=newest, advice="Look again.")
