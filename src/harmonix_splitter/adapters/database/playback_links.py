"""Playback links in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.playback_links import playback_links
from harmonix_splitter.domain.playback_links import PlaybackLink
from harmonix_splitter.errors import NotFoundError


@dataclass(frozen=True)
class SqlPlaybackLinks:
    database: Database

    def add(self, link: PlaybackLink) -> None:
        with self.database.write() as connection:
            connection.execute(insert(playback_links).values(vars(link)))

    def get(self, link_id: str) -> PlaybackLink:
        query = select(playback_links).where(playback_links.c.id == link_id)
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFoundError("There is no such link.")
        return PlaybackLink(**row)

    def of(self, user_id: str, song_id: str | None = None) -> Sequence[PlaybackLink]:
        query = select(playback_links).where(playback_links.c.user_id == user_id)
        if song_id is not None:
            query = query.where(playback_links.c.song_id == song_id)
        newest = query.order_by(playback_links.c.created_at.desc(), playback_links.c.id)
        with self.database.read() as connection:
            return [PlaybackLink(**row) for row in connection.execute(newest).mappings()]

    def revoke(self, link_id: str, now: datetime) -> None:
        with self.database.write() as connection:
            connection.execute(update(playback_links).where(playback_links.c.id == link_id).values(revoked_at=now))
