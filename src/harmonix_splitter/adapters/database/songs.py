"""The record of songs in SQL, and the one transaction in which a request becomes a link or a job."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.jobs import add_or_join
from harmonix_splitter.adapters.database.library import playable
from harmonix_splitter.adapters.database.link_counts import count_links
from harmonix_splitter.adapters.database.schema.jobs import jobs
from harmonix_splitter.adapters.database.schema.library import items
from harmonix_splitter.adapters.database.schema.songs import of_job, songs
from harmonix_splitter.adapters.database.song_rows import song_from_row, song_to_row
from harmonix_splitter.adapters.database.upserts import upsert
from harmonix_splitter.adapters.database.word_index import words_of
from harmonix_splitter.domain.allowance import Use
from harmonix_splitter.domain.jobs import Job, JobStatus
from harmonix_splitter.domain.songs import UNKNOWN, Song, SongFacts, SongStatus
from harmonix_splitter.errors import NotFoundError
from harmonix_splitter.services.ports.songs import Asked, SongQuery

_SORTS = {
    "date_added": (songs.c.added_at, songs.c.id),
    "title": (songs.c.title, songs.c.id),
    "artist": (songs.c.artist, songs.c.title, songs.c.id),
    "album": (songs.c.album, songs.c.title, songs.c.id),
    "year": (songs.c.year, songs.c.title, songs.c.id),
}


_NOTHING = SongFacts(UNKNOWN, UNKNOWN)


@dataclass(frozen=True)
class SqlSongs:
    database: Database

    def add(self, song: Song) -> Song:
        with self.database.write() as connection:
            _put(connection, song)
        return song

    def ask(self, song: Song, job: Job) -> Asked:
        with self.database.write() as connection:
            found = playable(connection, job.source.key, job.recipe.key)
            if found is not None:
                item_id, card = found
                linked = replace(song, facts=song.facts.filled(card, _NOTHING)).linked_to(item_id, at_once=True)
                _put(connection, linked)
                return Asked(linked)
            live, is_new = add_or_join(connection, job)
            status = SongStatus.PENDING if live.status is JobStatus.PENDING else SongStatus.PROCESSING
            waiting = replace(song, job_id=live.id, status=status, error="", item_id="")
            _put(connection, waiting)
            return Asked(waiting, live, is_new)

    def get(self, song_id: str) -> Song:
        with self.database.read() as connection:
            row = connection.execute(select(songs).where(songs.c.id == song_id)).mappings().first()
        if row is None:
            raise NotFoundError(f"There is no song {song_id[:60]!r}.")
        return song_from_row(row)

    def save(self, song: Song) -> Song:
        with self.database.write() as connection:
            _put(connection, song)
        return song

    def delete(self, song_id: str) -> None:
        with self.database.write() as connection:
            linked = _linked_by(connection, song_id)
            if not connection.execute(delete(songs).where(songs.c.id == song_id)).rowcount:
                raise NotFoundError(f"There is no song {song_id[:60]!r}.")
            count_links(connection, [linked])

    def find(self, query: SongQuery) -> list[Song]:
        columns = _SORTS.get(query.sort, _SORTS["date_added"])
        order = [column.desc() if query.descending else column.asc() for column in columns]
        wanted = _matching(select(songs), query).order_by(*order).limit(query.limit).offset(query.offset)
        return self._songs(wanted)

    def count(self, query: SongQuery) -> int:
        with self.database.read() as connection:
            return int(connection.execute(_matching(select(func.count()).select_from(songs), query)).scalar_one())

    def artists(self, owner_id: str | None, words: str, limit: int, offset: int) -> tuple[list[tuple[str, int]], int]:
        known = _matching(select(songs.c.artist, func.count()), SongQuery(owner_id, words)).group_by(songs.c.artist)
        query = known.order_by(func.lower(songs.c.artist), songs.c.artist)
        with self.database.read() as connection:
            if words:  # in the artist, not only on the card; folded here, for databases fold only what is ASCII
                wanted = words.casefold().strip()
                rows = [(artist, count) for artist, count in connection.execute(query) if wanted in artist.casefold()]
                return rows[offset : offset + limit], len(rows)
            total = connection.execute(select(func.count()).select_from(known.subquery())).scalar_one()
            return [(artist, count) for artist, count in connection.execute(query.limit(limit).offset(offset))], total

    def of_user(self, owner_id: str, source_key: str, recipe_key: str) -> Song | None:
        query = select(songs).where(
            songs.c.owner_id == owner_id, songs.c.source_key == source_key, songs.c.recipe_key == recipe_key
        )
        return next(iter(self._songs(query.order_by(songs.c.added_at.desc()).limit(1))), None)

    def of_job(self, job_id: str, owner_id: str) -> Song | None:
        query = select(songs).where(of_job(job_id), songs.c.owner_id == owner_id)
        return next(iter(self._songs(query.limit(1))), None)

    def linked(self, item_id: str) -> list[Song]:
        return self._songs(select(songs).where(songs.c.item_id == item_id))

    def linked_among(self, owner_id: str, item_ids: Iterable[str]) -> set[str]:
        query = select(songs.c.item_id).where(songs.c.owner_id == owner_id, songs.c.item_id.in_(list(item_ids)))
        with self.database.read() as connection:
            return set(connection.execute(query).scalars())

    def use_of(self, owner_id: str, since: datetime) -> Use:
        theirs = select(songs.c.item_id).where(songs.c.owner_id == owner_id, songs.c.item_id != "")
        size = select(func.coalesce(func.sum(items.c.size), 0)).where(items.c.id.in_(theirs))
        asked = select(jobs.c.created_at).where(jobs.c.user_id == owner_id, jobs.c.created_at >= since)
        with self.database.read() as connection:
            return Use(int(connection.execute(size).scalar_one()), tuple(connection.execute(asked).scalars()))

    def links_of(self, owner_id: str) -> list[Song]:
        return self._songs(
            select(songs)
            .where(songs.c.owner_id == owner_id, songs.c.item_id != "")
            .order_by(songs.c.added_at, songs.c.id)
        )

    def owners_of_links(self, item_ids: Iterable[str] | None = None) -> list[str]:
        wanted = songs.c.item_id != "" if item_ids is None else songs.c.item_id.in_(list(item_ids))
        query = select(songs.c.owner_id).where(wanted, songs.c.item_id != "").distinct().order_by(songs.c.owner_id)
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def _songs(self, query: Select[Any]) -> list[Song]:
        with self.database.read() as connection:
            return [song_from_row(row) for row in connection.execute(query).mappings()]


_write = upsert(songs)
_ITEM_OF_SONG = select(songs.c.item_id).where(songs.c.id == bindparam("song"))


def _linked_by(connection: Connection, song_id: str) -> str:
    return connection.execute(_ITEM_OF_SONG, {"song": song_id}).scalar_one_or_none() or ""


def _put(connection: Connection, song: Song) -> None:
    before = _linked_by(connection, song.id)
    _write(connection, song_to_row(song))
    if before != song.item_id:
        count_links(connection, [before, song.item_id])


def _matching(query: Select[Any], wanted: SongQuery) -> Select[Any]:
    if wanted.owner_id is not None:
        query = query.where(songs.c.owner_id == wanted.owner_id)
    if wanted.artist:
        query = query.where(songs.c.artist == wanted.artist)
    for word in words_of(wanted.words):
        query = query.where(songs.c.words.contains(word, autoescape=True))
    return query
