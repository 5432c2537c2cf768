"""Songs and library items looked up by wish in SQL: only the page that is shown is read, and never a whole analysis."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, TextClause, and_, false, func, or_, select

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.library_rows import facts_from_row, item_from_row
from harmonix_splitter.adapters.database.schema.library import items, ratings
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.adapters.database.song_rows import song_from_row
from harmonix_splitter.adapters.database.word_index import FEW, how_many, named_by, words_of
from harmonix_splitter.domain.browsing import ListedSong, MusicFacts, SongWish, Whose, total_after
from harmonix_splitter.domain.library import ItemStatus

# In an expression a column is not looked up first, where SQLite would take that for the smaller step.
_IS_PUBLIC = items.c.status + "" == str(ItemStatus.PUBLISHED)
_TEMPO = items.c.bpm + 0.0
_Few = TextClause | ColumnElement[bool]
_NEWEST = items.c.created_at.desc(), items.c.id.desc()


@dataclass(frozen=True)
class SqlSongShelf:
    database: Database

    def page(self, wish: SongWish) -> list[ListedSong]:
        with self.database.read() as connection:
            if wish.whose is Whose.MINE:
                return _own_page(connection, wish)
            rows = (_best_first if wish.sort == "rating" else _others)(connection, wish)
            stars = _stars(connection, wish.user_id, {row["id"] for row in rows})
            return [
                ListedSong(facts_from_row(row), item=item_from_row(row), stars=stars.get(row["id"], 0)) for row in rows
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
            row = _items(connection, {item_id}).get(item_id)
            return facts_from_row(row) if row else MusicFacts()


def _own_page(connection: Connection, wish: SongWish) -> list[ListedSong]:
    own = [
        song_from_row(row) for row in _rows(connection, _matching(select(songs), wish).order_by(*_order(wish)), wish)
    ]
    by_id = _items(connection, {song.item_id for song in own if song.item_id})
    stars = _stars(connection, wish.user_id, by_id)
    return [
        ListedSong(
            facts=facts_from_row(row) if row else MusicFacts(),
            song=song,
            item=item_from_row(row) if row else None,
            stars=stars.get(song.item_id, 0),
            has_lyrics=bool(song.facts.synced_lyrics or song.facts.plain_lyrics),
        )
        for song, row in ((song, by_id.get(song.item_id)) for song in own)
    ]


def _others(connection: Connection, wish: SongWish) -> list[RowMapping]:
    return _rows(connection, _not_theirs(connection, wish).order_by(*_order(wish)), wish)


def _best_first(connection: Connection, wish: SongWish) -> list[RowMapping]:
    """What they rated is few and is sorted; all the others follow as the index has them."""
    rated = ratings.c.user_id == wish.user_id
    few = select(items).join(ratings, ratings.c.item_id == items.c.id).where(rated, _IS_PUBLIC)
    few = _fitting(few.where(_is_not_theirs(wish)), wish)
    found = _rows(connection, few.order_by(ratings.c.stars.desc(), *_NEWEST), wish)
    if len(found) == wish.limit:
        return found
    before = total_after(len(found), wish.limit, wish.offset, lambda: _counted(connection, _number_of(few)))
    rest = replace(wish, limit=wish.limit - len(found), offset=max(0, wish.offset - before))
    others = _not_theirs(connection, wish).where(items.c.id.not_in(select(ratings.c.item_id).where(rated)))
    return found + _rows(connection, others.order_by(*_NEWEST), rest)


def _not_theirs(connection: Connection, wish: SongWish) -> Select[Any]:
    return _matching(select(items), wish, _few_of(connection, wish)).where(_is_not_theirs(wish))


def _rows(connection: Connection, query: Select[Any], wish: SongWish) -> list[RowMapping]:
    return list(connection.execute(query.limit(wish.limit).offset(wish.offset)).mappings())


def _number_of(query: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(query.with_only_columns(items.c.id).subquery())


def _few_of(connection: Connection, wish: SongWish) -> _Few | None:
    """What the items that have one of the rarer things wished for fulfil, if there is such a thing."""
    if wish.whose is Whose.MINE:
        return None
    named = named_by(connection, wish.words, wish.instrument)
    return _few_of_the_tempo(connection, wish) if named is None else named


def _few_of_the_tempo(connection: Connection, wish: SongWish) -> _Few | None:
    tempo = list(_tempo_tests(wish, items.c.bpm))
    of_it = select(items.c.id).where(items.c.status == str(ItemStatus.PUBLISHED), *tempo).limit(FEW + 1)
    found = connection.execute(of_it).scalars().all() if tempo else ()
    return items.c.id.in_(found) if tempo and len(found) <= FEW else None


def _public(connection: Connection, wish: SongWish) -> int:
    """How many published items fit the wish, whoever has them."""
    plain = replace(wish, artist="", camelot="", least_bpm=None, most_bpm=None, with_lyrics=False)
    known = how_many(connection, wish.words, wish.instrument) if wish == plain else None
    if known is not None:
        return known
    return _counted(connection, _matching(select(func.count()).select_from(items), wish, _few_of(connection, wish)))


def _counted(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar_one())


def _theirs(wish: SongWish) -> Select[Any]:
    """How many of the matching items are theirs already, begun at their songs and not at the whole library."""
    count = func.count(songs.c.item_id.distinct())
    ours = select(count).select_from(songs).join(items, items.c.id == songs.c.item_id)
    return _fitting(ours.where(songs.c.owner_id == wish.user_id, _IS_PUBLIC), wish)


def _is_not_theirs(wish: SongWish) -> ColumnElement[bool]:
    own = select(songs.c.id).where(songs.c.item_id == items.c.id, songs.c.owner_id == wish.user_id)
    return ~own.correlate(items).exists()


def _matching(query: Select[Any], wish: SongWish, few: _Few | None = None) -> Select[Any]:
    """The `few` are public all of them."""
    if wish.whose is Whose.MINE:
        return _fitting(query.where(songs.c.owner_id == wish.user_id), wish)
    return _fitting(query.where(_begun_at(wish) if few is None else few), wish)


def _begun_at(wish: SongWish) -> ColumnElement[bool]:
    """The few of one artist are found first and sorted; all else is walked in the order it is wanted in."""
    if not wish.artist:
        return items.c.status == str(ItemStatus.PUBLISHED)
    own = items.alias()
    by_artist = own.c.status == str(ItemStatus.PUBLISHED), own.c.artist_key == wish.artist.casefold()[:200]
    return and_(_IS_PUBLIC, items.c.id.in_(select(own.c.id).where(*by_artist)))


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
    if is_mine and (tests or wish.sort == "bpm"):
        query = query.join(items, items.c.id == songs.c.item_id, isouter=not tests)
    return query.where(*tests)


def _music_tests(wish: SongWish) -> Iterable[ColumnElement[bool]]:
    # Counted or sorted by tempo, the range is a part of its index; else it is read off the index that has the order.
    bpm = items.c.bpm if wish.sort in {"", "bpm"} else _TEMPO
    if wish.camelot:
        yield items.c.camelot == wish.camelot
    yield from _tempo_tests(wish, bpm)
    if wish.instrument:
        yield items.c.instruments.contains(f" {wish.instrument} ", autoescape=True)


def _tempo_tests(wish: SongWish, bpm: ColumnElement[float]) -> Iterable[ColumnElement[bool]]:
    if wish.least_bpm is not None:
        yield bpm >= wish.least_bpm
    if wish.most_bpm is not None:
        yield bpm <= wish.most_bpm


def _order(wish: SongWish) -> list[ColumnElement[Any]]:
    is_mine = wish.whose is Whose.MINE
    table = songs if is_mine else items
    added = songs.c.added_at if is_mine else items.c.created_at
    title = func.lower(songs.c.title) if is_mine else items.c.title_key
    artist = func.lower(songs.c.artist) if is_mine else items.c.artist_key
    orders: dict[str, list[ColumnElement[Any]]] = {
        "title": [title, table.c.id],
        "artist": [artist, title, table.c.id] if is_mine else [artist, table.c.id],
        "bpm": [items.c.bpm.asc().nulls_last(), table.c.id],
        "rating": [_stars_of(wish.user_id).desc(), added.desc(), table.c.id.desc()],
    }
    return orders.get(wish.sort, [added.desc(), table.c.id.desc()])


def _stars_of(user_id: str) -> ColumnElement[int]:
    given = select(ratings.c.stars).where(and_(ratings.c.item_id == songs.c.item_id, ratings.c.user_id == user_id))
    return func.coalesce(given.scalar_subquery(), 0)


def _items(connection: Connection, ids: set[str]) -> dict[str, RowMapping]:
    rows = connection.execute(select(items).where(items.c.id.in_(ids))).mappings() if ids else ()
    return {row["id"]: row for row in rows}


def _stars(connection: Connection, user_id: str, wanted: Collection[str]) -> dict[str, int]:
    query = select(ratings.c.item_id, ratings.c.stars)
    rows = (
        connection.execute(query.where(ratings.c.user_id == user_id, ratings.c.item_id.in_(wanted))) if wanted else ()
    )
    return {row.item_id: row.stars for row in rows}
