"""Songs and library items looked up by wish in SQL: only the page that is shown is read, and never a whole analysis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, TextClause, and_, cast, false, func, or_, select

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.library_rows import item_from_row
from harmonix_splitter.adapters.database.schema.library import items, ratings, recordings
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.adapters.database.song_rows import song_from_row
from harmonix_splitter.adapters.database.word_index import how_many, named_by, words_of
from harmonix_splitter.domain.browsing import ListedSong, MusicFacts, SongWish, Whose
from harmonix_splitter.domain.library import ItemStatus, LibraryItem

_ANALYSIS = recordings.c.analysis
_BPM = _ANALYSIS[("tempo", "bpm")].as_float()
_CAMELOT = _ANALYSIS[("key", "camelot")].as_string()
_FACTS = (
    recordings.c.id,
    _BPM.label("bpm"),
    _ANALYSIS[("key", "key")].as_string().label("key"),
    _ANALYSIS[("key", "scale")].as_string().label("scale"),
    _CAMELOT.label("camelot"),
    _ANALYSIS["detected"].label("detected"),
)


@dataclass(frozen=True)
class SqlSongShelf:
    database: Database

    def page(self, wish: SongWish) -> list[ListedSong]:
        table = songs if wish.whose is Whose.MINE else items
        with self.database.read() as connection:
            matching = _matching(select(table), wish, _few_of(connection, wish))
            if wish.whose is Whose.SHARED:
                matching = matching.where(items.c.id.not_in(_own(wish)))
            wanted = matching.order_by(*_order(wish)).limit(wish.limit).offset(wish.offset)
            rows = list(connection.execute(wanted).mappings())
            if wish.whose is Whose.SHARED:
                return _shared(connection, [item_from_row(row) for row in rows])
            own = [song_from_row(row) for row in rows]
            by_id = _items(connection, {song.item_id for song in own if song.item_id})
            facts = _facts(connection, {item.recording_id for item in by_id.values()})
            stars = _stars(connection, wish.user_id, by_id)
            return [
                ListedSong(
                    facts=facts.get(item.recording_id, MusicFacts()) if item else MusicFacts(),
                    song=song,
                    item=item,
                    stars=stars.get(song.item_id, 0),
                    has_lyrics=bool(song.facts.synced_lyrics or song.facts.plain_lyrics),
                )
                for song, item in ((song, by_id.get(song.item_id)) for song in own)
            ]

    def count(self, wish: SongWish) -> int:
        wish = replace(wish, sort="")
        with self.database.read() as connection:
            if wish.whose is Whose.MINE:
                return _counted(connection, _matching(select(func.count()).select_from(songs), wish))
            # Quicker than asking of every item of the library whether it is one of the few that are theirs.
            return _public(connection, wish) - _counted(connection, _theirs(wish))

    def facts(self, item_id: str) -> MusicFacts:
        with self.database.read() as connection:
            recording = select(items.c.recording_id).where(items.c.id == item_id)
            found = connection.execute(recording).scalar_one_or_none()
            return _facts(connection, {found}).get(found, MusicFacts()) if found else MusicFacts()


def _few_of(connection: Connection, wish: SongWish) -> TextClause | None:
    return named_by(connection, wish.words) if wish.whose is Whose.SHARED else None


def _public(connection: Connection, wish: SongWish) -> int:
    """How many published items fit the wish, whoever has them."""
    plain = SongWish(wish.user_id, wish.whose, wish.words, sort=wish.sort, limit=wish.limit, offset=wish.offset)
    known = how_many(connection, wish.words) if wish == plain else None
    if known is not None:
        return known
    return _counted(connection, _matching(select(func.count()).select_from(items), wish, _few_of(connection, wish)))


def _counted(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar_one())


def _theirs(wish: SongWish) -> Select[Any]:
    """How many of the matching items are theirs already, begun at their songs and not at the whole library."""
    count = func.count(songs.c.item_id.distinct())
    ours = select(count).select_from(songs).join(items, items.c.id == songs.c.item_id)
    # In an expression the status cannot be looked up first, which SQLite would take for the smaller step.
    is_public = items.c.status + "" == str(ItemStatus.PUBLISHED)
    return _fitting(ours.where(songs.c.owner_id == wish.user_id, is_public), wish)


def _own(wish: SongWish) -> Select[Any]:
    return select(songs.c.item_id).where(songs.c.owner_id == wish.user_id, songs.c.item_id != "")


def _matching(query: Select[Any], wish: SongWish, few: TextClause | None = None) -> Select[Any]:
    """The `few` that have the words are public all of them."""
    if wish.whose is Whose.MINE:
        return _fitting(query.where(songs.c.owner_id == wish.user_id), wish)
    return _fitting(query.where(items.c.status == str(ItemStatus.PUBLISHED) if few is None else few), wish)


def _fitting(query: Select[Any], wish: SongWish) -> Select[Any]:
    is_mine = wish.whose is Whose.MINE
    table = songs if is_mine else items
    for word in words_of(wish.words):
        query = query.where(table.c.words.contains(word, autoescape=True))
    if wish.artist:
        query = query.where(table.c.artist == wish.artist)
    if wish.with_lyrics:
        query = query.where(or_(songs.c.synced_lyrics != "", songs.c.plain_lyrics != "") if is_mine else false())
    tests = list(_music_tests(wish))
    if not tests and wish.sort != "bpm":
        return query
    if is_mine:
        query = query.join(items, items.c.id == songs.c.item_id, isouter=not tests)
    return query.join(recordings, recordings.c.id == items.c.recording_id, isouter=not tests).where(*tests)


def _music_tests(wish: SongWish) -> Iterable[ColumnElement[bool]]:
    if wish.camelot:
        yield wish.camelot == _CAMELOT
    if wish.least_bpm is not None:
        yield wish.least_bpm <= _BPM
    if wish.most_bpm is not None:
        yield wish.most_bpm >= _BPM
    if wish.instrument:
        yield cast(_ANALYSIS["detected"], String).contains(f'"{wish.instrument}"', autoescape=True)


def _order(wish: SongWish) -> list[ColumnElement[Any]]:
    is_mine = wish.whose is Whose.MINE
    table = songs if is_mine else items
    added = songs.c.added_at if is_mine else items.c.created_at
    title = func.lower(songs.c.title) if is_mine else items.c.title_key
    artist = func.lower(songs.c.artist) if is_mine else items.c.artist_key
    orders: dict[str, list[ColumnElement[Any]]] = {
        "title": [title, table.c.id],
        "artist": [artist, title, table.c.id] if is_mine else [artist, table.c.id],
        "bpm": [_BPM.is_(None), _BPM, table.c.id],
        "rating": [_stars_of(table, wish.user_id).desc(), added.desc(), table.c.id.desc()],
    }
    return orders.get(wish.sort, [added.desc(), table.c.id.desc()])


def _stars_of(table: Any, user_id: str) -> ColumnElement[int]:
    item_id = songs.c.item_id if table is songs else items.c.id
    given = select(ratings.c.stars).where(and_(ratings.c.item_id == item_id, ratings.c.user_id == user_id))
    return func.coalesce(given.scalar_subquery(), 0)


def _shared(connection: Connection, found: list[LibraryItem]) -> list[ListedSong]:
    facts = _facts(connection, {item.recording_id for item in found})
    return [ListedSong(facts.get(item.recording_id, MusicFacts()), item=item) for item in found]


def _items(connection: Connection, ids: set[str]) -> dict[str, LibraryItem]:
    rows = connection.execute(select(items).where(items.c.id.in_(ids))).mappings() if ids else ()
    return {row["id"]: item_from_row(row) for row in rows}


def _facts(connection: Connection, ids: set[str]) -> dict[str, MusicFacts]:
    rows = connection.execute(select(*_FACTS).where(recordings.c.id.in_(ids))) if ids else ()
    return {
        row.id: MusicFacts(row.bpm, row.key or "", row.scale or "", row.camelot or "", tuple(row.detected or ()))
        for row in rows
    }


def _stars(connection: Connection, user_id: str, wanted: Mapping[str, LibraryItem]) -> dict[str, int]:
    query = select(ratings.c.item_id, ratings.c.stars)
    rows = (
        connection.execute(query.where(ratings.c.user_id == user_id, ratings.c.item_id.in_(wanted))) if wanted else ()
    )
    return {row.item_id: row.stars for row in rows}
