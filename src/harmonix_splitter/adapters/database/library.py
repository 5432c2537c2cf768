"""The index of the shared library in SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, TextClause, bindparam, case, delete, func, select, update

from harmonix_splitter.adapters.database import word_index
from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.library_rows import (
    item_from_row,
    put_analysis,
    put_item,
    put_recording,
    recording_from_row,
)
from harmonix_splitter.adapters.database.link_counts import count_all_links
from harmonix_splitter.adapters.database.ratings import SqlRatings
from harmonix_splitter.adapters.database.schema.library import items, marks, ratings, recordings, sources
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.library import PLAYABLE, ItemStatus, LibraryItem, Recording
from harmonix_splitter.domain.songs import SongFacts, short_card
from harmonix_splitter.errors import NotFoundError
from harmonix_splitter.services.ports.library import ItemQuery, LibraryNumbers

_SORTS: dict[str, Any] = {
    "recent": items.c.created_at,
    "title": items.c.title_key,
    "artist": items.c.artist_key,
    "usage": items.c.usage,
    "duration": items.c.duration,
    "size": items.c.size,
}
_MOST_IDS = 500
_PLAYED = [str(status) for status in PLAYABLE]


@dataclass(frozen=True)
class SqlLibrary(SqlRatings):
    database: Database

    def item(self, item_id: str) -> LibraryItem:
        found = self._items(select(items).where(items.c.id == item_id))
        if not found:
            raise NotFoundError(f"There is no library item {item_id[:60]!r}.")
        return found[0]

    def items(self, item_ids: Iterable[str]) -> list[LibraryItem]:
        wanted = list(item_ids)
        groups = (wanted[at : at + _MOST_IDS] for at in range(0, len(wanted), _MOST_IDS))
        return [item for ids in groups for item in self._items(select(items).where(items.c.id.in_(ids)))]

    def item_of(self, source_key: str, recipe_key: str) -> LibraryItem | None:
        return next(iter(self._items(_playable(items), {"source": source_key, "recipe": recipe_key})), None)

    def items_of(self, recording_id: str) -> list[LibraryItem]:
        return self._items(select(items).where(items.c.recording_id == recording_id))

    def find(self, query: ItemQuery) -> list[LibraryItem]:
        order = _order(query)
        with self.database.read() as connection:
            matching = _matching(select(items.c.id), query, _few_of(connection, query))
            page = matching.order_by(*order).limit(query.limit).offset(query.offset).scalar_subquery()
            rows = connection.execute(select(items).where(items.c.id.in_(page)).order_by(*order)).mappings()
            return [item_from_row(row) for row in rows]

    def count(self, query: ItemQuery) -> int:
        with self.database.read() as connection:
            known = word_index.how_many(connection, query.words) if query.status is ItemStatus.PUBLISHED else None
            if known is not None:
                return known
            matching = _matching(select(func.count()).select_from(items), query, _few_of(connection, query))
            return int(connection.execute(matching).scalar_one())

    def put(self, item: LibraryItem) -> LibraryItem:
        with self.database.write() as connection:
            put_item(connection, item)
        return item

    def set_status(self, item_id: str, status: ItemStatus, now: datetime) -> None:
        self._change(item_id, {"status": str(status), "last_used_at": now})

    def pin(self, item_id: str, pinned: bool) -> None:
        self._change(item_id, {"is_pinned": pinned})

    def used(self, item_ids: Iterable[str], now: datetime) -> None:
        with self.database.write() as connection:
            connection.execute(update(items).where(items.c.id.in_(list(item_ids))).values(last_used_at=now))

    def recount(self) -> int:
        with self.database.write() as connection:
            return count_all_links(connection)

    def forget(self, item_id: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(ratings).where(ratings.c.item_id == item_id))
            connection.execute(delete(items).where(items.c.id == item_id))
            gone = {"item_id": "", "status": "error", "error": "This song was removed from the library."}
            connection.execute(update(songs).where(songs.c.item_id == item_id).values(**gone))

    def recording(self, recording_id: str) -> Recording:
        found = self._recordings(select(recordings).where(recordings.c.id == recording_id))
        if not found:
            raise NotFoundError(f"There is no recording {recording_id[:60]!r}.")
        return found[0]

    def recording_of(self, source_key: str) -> tuple[Recording, float] | None:
        query = select(recordings, sources.c.starts_at).join(sources, sources.c.recording_id == recordings.c.id)
        with self.database.read() as connection:
            row = connection.execute(query.where(sources.c.source_key == source_key)).mappings().first()
        return None if row is None else (recording_from_row(row), row["starts_at"])

    def put_recording(self, recording: Recording, new_marks: Iterable[int] = ()) -> Recording:
        with self.database.write() as connection:
            put_recording(connection, recording)
            _know_as(connection, recording.source.key, recording.id, 0.0, None)
            rows = [{"mark": mark, "recording_id": recording.id} for mark in sorted(set(new_marks))]
            if rows:
                connection.execute(delete(marks).where(marks.c.recording_id == recording.id))
                connection.execute(marks.insert(), rows)
        return recording

    def know_as(self, source_key: str, recording_id: str, offset: float, duration: float | None = None) -> None:
        with self.database.write() as connection:
            _know_as(connection, source_key, recording_id, offset, duration)

    def cut_of(self, source_key: str, item_id: str) -> Cut | None:
        with self.database.read() as connection:
            row = connection.execute(_CUT, {"source": source_key, "item": item_id}).first()
        return None if row is None else Cut.of(row.starts_at, row.length, row.whole)

    def save_analysis(self, recording_id: str, document: dict[str, Any]) -> None:
        with self.database.write() as connection:
            put_analysis(connection, recording_id, document)

    def with_hash(self, audio_hash: str) -> Recording | None:
        query = select(recordings).where(recordings.c.audio_hash == audio_hash).order_by(recordings.c.created_at)
        return next(iter(self._recordings(query.limit(1))), None)

    def with_marks(self, wanted: Iterable[int], at_most: int = 5) -> list[Recording]:
        shared = (
            select(marks.c.recording_id, func.count().label("shared"))
            .where(marks.c.mark.in_(list(wanted)))
            .group_by(marks.c.recording_id)
            .order_by(func.count().desc())
            .limit(at_most)
            .subquery()
        )
        query = select(recordings).join(shared, shared.c.recording_id == recordings.c.id)
        return self._recordings(query.order_by(shared.c.shared.desc()))

    def numbers(self) -> LibraryNumbers:
        with self.database.read() as connection:
            return _numbers(connection)

    def unused_since(self, moment: datetime) -> list[LibraryItem]:
        linked = select(songs.c.id).where(songs.c.item_id == items.c.id).exists()
        last_used = func.coalesce(items.c.last_used_at, items.c.created_at)
        query = select(items).where(
            items.c.status.in_(_PLAYED), items.c.is_pinned.is_(False), ~linked, last_used < moment
        )
        return self._items(query.order_by(last_used))

    def _change(self, item_id: str, values: dict[str, Any]) -> None:
        with self.database.write() as connection:
            if not connection.execute(update(items).where(items.c.id == item_id).values(**values)).rowcount:
                raise NotFoundError(f"There is no library item {item_id[:60]!r}.")

    def _items(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[LibraryItem]:
        with self.database.read() as connection:
            return [item_from_row(row) for row in connection.execute(query, values or {}).mappings()]

    def _recordings(self, query: Select[Any]) -> list[Recording]:
        with self.database.read() as connection:
            return [recording_from_row(row) for row in connection.execute(query).mappings()]


def _playable(*wanted: Any) -> Select[Any]:
    return (
        select(*wanted)
        .select_from(items)
        .join(sources, sources.c.recording_id == items.c.recording_id)
        .where(
            sources.c.source_key == bindparam("source"),
            items.c.recipe_key == bindparam("recipe"),
            items.c.status == str(ItemStatus.PUBLISHED),
        )
        .order_by(items.c.version.desc())
        .limit(1)
    )


_PLAYABLE_CARD = _playable(items.c.id, items.c.title, items.c.artist, items.c.duration)


def playable(connection: Connection, source_key: str, recipe_key: str) -> tuple[str, SongFacts] | None:
    """The item's id, and what its card says. Built once: what every request asks first."""
    row = connection.execute(_PLAYABLE_CARD, {"source": source_key, "recipe": recipe_key}).first()
    return None if row is None else (row.id, short_card(row.title, row.artist, row.duration))


_CUT = (
    select(sources.c.starts_at, sources.c.duration.label("length"), items.c.duration.label("whole"))
    .join(items, items.c.recording_id == sources.c.recording_id)
    .where(sources.c.source_key == bindparam("source"), items.c.id == bindparam("item"))
)


def _know_as(connection: Connection, source_key: str, recording_id: str, offset: float, duration: float | None) -> None:
    values = {"recording_id": recording_id, "starts_at": offset, "duration": duration}
    if not connection.execute(update(sources).where(sources.c.source_key == source_key).values(**values)).rowcount:
        connection.execute(sources.insert().values(source_key=source_key, **values))


def _few_of(connection: Connection, wanted: ItemQuery) -> TextClause | None:
    return word_index.named_by(connection, wanted.words) if wanted.status is ItemStatus.PUBLISHED else None


def _matching(query: Select[Any], wanted: ItemQuery, few: TextClause | None) -> Select[Any]:
    if few is not None:
        query = query.where(few)
    elif wanted.status is not None:
        query = query.where(items.c.status == str(wanted.status))
    for word in word_index.words_of(wanted.words):
        query = query.where(items.c.words.contains(word, autoescape=True))
    return query


def _order(wanted: ItemQuery) -> tuple[Any, ...]:
    key = _SORTS.get(wanted.sort, _SORTS["recent"])
    return (key.desc(), items.c.id.desc()) if wanted.descending else (key.asc(), items.c.id.asc())


def _numbers(connection: Connection) -> LibraryNumbers:
    published = items.c.status.in_(_PLAYED)
    bands = case(
        (items.c.usage == 0, "unused"), (items.c.usage < 3, "low"), (items.c.usage < 10, "medium"), else_="high"
    )
    counted = connection.execute(select(bands, func.count()).where(published).group_by(bands))
    by_usage = {str(band): n for band, n in counted}
    linked = songs.c.item_id != ""
    one = connection.execute
    return LibraryNumbers(
        items=one(select(func.count()).select_from(items).where(published)).scalar_one(),
        bytes=int(one(select(func.coalesce(func.sum(items.c.size), 0)).where(published)).scalar_one()),
        links=int(one(select(func.coalesce(func.sum(items.c.usage), 0)).where(published)).scalar_one()),
        users=one(select(func.count(songs.c.owner_id.distinct())).where(linked)).scalar_one(),
        archived=one(
            select(func.count()).select_from(items).where(items.c.status == str(ItemStatus.ARCHIVED))
        ).scalar_one(),
        by_usage=by_usage,
    )
