"""What people think of library items."""

from dataclasses import dataclass

from sqlalchemy import func, select, update

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.library_rows import item_from_row
from harmonix_splitter.adapters.database.schema.library import items, ratings
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.services.ports.library import Rating


@dataclass(frozen=True)
class SqlRatings:
    database: Database

    def rate(self, rating: Rating) -> None:
        values = {"stars": rating.stars, "comment": rating.comment, "rated_at": rating.rated_at}
        one = ratings.c.item_id == rating.item_id, ratings.c.user_id == rating.user_id
        with self.database.write() as connection:
            if not connection.execute(update(ratings).where(*one).values(**values)).rowcount:
                connection.execute(ratings.insert().values(item_id=rating.item_id, user_id=rating.user_id, **values))

    def ratings(self, item_id: str) -> list[Rating]:
        query = select(ratings).where(ratings.c.item_id == item_id).order_by(ratings.c.rated_at.desc())
        with self.database.read() as connection:
            return [Rating(**row) for row in connection.execute(query).mappings()]

    def worst_rated(self, limit: int) -> list[tuple[LibraryItem, float, int]]:
        mean, voices = func.avg(ratings.c.stars).label("mean"), func.count().label("voices")
        rated = select(ratings.c.item_id, mean, voices).group_by(ratings.c.item_id).subquery()
        query = select(items, rated.c.mean, rated.c.voices).join(rated, rated.c.item_id == items.c.id)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(rated.c.mean, rated.c.voices.desc()).limit(limit)).mappings()
            return [(item_from_row(row), float(row["mean"]), int(row["voices"])) for row in rows]
