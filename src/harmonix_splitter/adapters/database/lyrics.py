"""Every version of every song's lyrics, in SQL."""

import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.lyrics import lyrics_versions as table
from harmonix_splitter.domain.lyrics import LyricsVersion, VersionState
from harmonix_splitter.domain.lyrics.shapes import document_of
from harmonix_splitter.domain.lyrics.versions import from_stored
from harmonix_splitter.errors import ConflictError, NotFoundError, StaleLyricsError


@dataclass(frozen=True)
class SqlLyricsShelf:
    database: Database

    def current(self, song: str) -> LyricsVersion | None:
        applied = (table.c.song == song) & (table.c.state == VersionState.APPLIED)
        query = select(table).where(applied).order_by(table.c.number.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(query).first()
        return _version(row) if row else None

    def version(self, song: str, number: int) -> LyricsVersion:
        query = select(table).where((table.c.song == song) & (table.c.number == number))
        with self.database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFoundError(f"There is no version {number} of these lyrics.")
        return _version(row)

    def versions(self, song: str) -> list[LyricsVersion]:
        query = select(table).where(table.c.song == song).order_by(table.c.number.desc())
        with self.database.read() as connection:
            return [_version(row) for row in connection.execute(query)]

    def add(self, version: LyricsVersion, expected: int | None = None) -> LyricsVersion:
        """Two writers at once: on SQLite they queue up front; elsewhere the second one's number is taken and it asks
        again."""
        for _ in range(5):
            try:
                with self.database.write() as connection:
                    return self._added(connection, version, expected)
            except IntegrityError:
                continue
        raise ConflictError("Too many people are saving these lyrics at once.", advice="Save again.")

    def mark(self, song: str, number: int, state: VersionState) -> LyricsVersion:
        place = (table.c.song == song) & (table.c.number == number)
        with self.database.write() as connection:
            connection.execute(update(table).where(place).values(state=str(state)))
        return self.version(song, number)

    def forget(self, song: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(table).where(table.c.song == song))

    def _added(self, connection: Connection, version: LyricsVersion, expected: int | None) -> LyricsVersion:
        mine = table.c.song == version.song
        applied = mine & (table.c.state == VersionState.APPLIED)
        held = connection.scalar(select(func.max(table.c.number)).where(applied)) or 0
        if expected is not None and expected != held:
            raise StaleLyricsError(
                f"These lyrics are at version {held} by now, not {expected}.",
                current=held,
                advice="Load them again, then make your change.",
            )
        number = (connection.scalar(select(func.max(table.c.number)).where(mine)) or 0) + 1
        connection.execute(insert(table).values(_row(version, number)))
        return replace(version, number=number)


def _row(version: LyricsVersion, number: int) -> dict[str, Any]:
    return {
        "song": version.song,
        "number": number,
        "state": str(version.state),
        "author": version.author[:200],
        "made_at": version.made_at,
        "note": version.note[:500],
        "base": version.base,
        "document": json.dumps(document_of(version.lyrics), ensure_ascii=False, separators=(",", ":")),
    }


def _version(row: Row[Any]) -> LyricsVersion:
    return LyricsVersion(
        song=row.song,
        number=row.number,
        lyrics=from_stored(json.loads(row.document)),
        author=row.author,
        made_at=row.made_at,
        state=VersionState(row.state),
        note=row.note,
        base=row.base,
    )
