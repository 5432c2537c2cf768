"""What people did, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.accounts import activities
from harmonix_splitter.domain.accounts import ACTIVITIES_KEPT, Activity, ActivityKind


@dataclass(frozen=True)
class SqlActivities:
    database: Database

    def record(self, activity: Activity) -> None:
        own = activities.c.user_id == activity.user_id
        values = {**vars(activity), "kind": activity.kind.value, "facts": dict(activity.facts)}
        newest = select(activities.c.id).where(own).order_by(activities.c.id.desc())
        with self.database.write() as connection:
            connection.execute(insert(activities).values(values))
            oldest_kept = connection.scalar(newest.offset(ACTIVITIES_KEPT - 1).limit(1))
            if oldest_kept is not None:
                connection.execute(delete(activities).where(own, activities.c.id < oldest_kept))

    def of(self, user_id: str, limit: int = 10) -> Sequence[Activity]:
        query = select(activities).where(activities.c.user_id == user_id).order_by(activities.c.id.desc()).limit(limit)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [Activity(row.user_id, ActivityKind(row.kind), row.at, row.description, row.facts) for row in rows]
