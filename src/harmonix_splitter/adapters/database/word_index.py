"""SQLite's own index of what published items are searched by: each word from each of its letters on, and instruments.

Whatever is in a word begins one of its endings. The index knows quickly whom something rare names, and how many
something common. It holds nothing that is not in the items: triggers keep it, a migration makes it anew, and without it
(PostgreSQL, a SQLite built without FTS5) a search walks all items.
"""

import json
import string
from collections.abc import Iterable

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import OperationalError

FEW = 300
"""More than these are found sooner by walking the items in the order they are wanted in."""

_LONGEST = 24  # letters of an ending, here and below
_SIGNS = string.punctuation.replace("'", "''''").replace('"', '""')
_MAKE = f"""CREATE VIRTUAL TABLE library_words USING fts5(words, instruments,
    content='', columnsize=0, detail='column', prefix='1 2 3', tokenize="ascii tokenchars '{_SIGNS}'")"""
_ENDINGS = """(SELECT
    group_concat(substr({row}.words, at, min(24, instr(substr({row}.words, at) || ' ', ' ') - 1)), ' ')
    FROM (WITH RECURSIVE place(at) AS (VALUES (1) UNION ALL SELECT at + 1 FROM place WHERE at < length({row}.words))
        SELECT at FROM place))"""
_PUT_IN = f"INSERT INTO library_words(rowid, words, instruments) SELECT {{row}}.rowid, {_ENDINGS}, {{row}}.instruments"
_TAKEN_OUT = f"""INSERT INTO library_words(library_words, rowid, words, instruments)
    SELECT 'delete', old.rowid, {_ENDINGS}, old.instruments""".format(row="old")
_WAS, _IS = "old.status = 'published'", "new.status = 'published'"
_DIFFERS = "(old.status <> new.status OR old.words <> new.words OR old.instruments <> new.instruments)"
_CHANGED = "UPDATE OF status, words, instruments ON library_items"
# Taken out before and put in after: the other way round the index would lose the new words with the old.
_TRIGGERS = {
    "added": (f"AFTER INSERT ON library_items WHEN {_IS}", _PUT_IN.format(row="new")),
    "gone": (f"AFTER DELETE ON library_items WHEN {_WAS}", _TAKEN_OUT),
    "left": (f"BEFORE {_CHANGED} WHEN {_WAS} AND {_DIFFERS}", _TAKEN_OUT),
    "came": (f"AFTER {_CHANGED} WHEN {_IS} AND {_DIFFERS}", _PUT_IN.format(row="new")),
}
# Written all at once it is in many pieces; written song by song it is nearly in one.
_IN_ONE_PIECE = "INSERT INTO library_words(library_words) VALUES ('optimize')"
_COLUMNS = text("SELECT count(*) FROM pragma_table_info('library_words') WHERE name IN ('words', 'instruments')")
_COUNT = text("SELECT count(*) FROM library_words WHERE library_words MATCH :asked")
_SOME = text("SELECT rowid FROM library_words WHERE library_words MATCH :asked LIMIT :most")
_NAMED = text("library_items.rowid IN (SELECT value FROM json_each(:found))")
# SQLite counts a whole table fourteen times as fast as the rows of one status, and most are published.
_ALL = text("""SELECT (SELECT count(*) FROM library_items)
    - (SELECT count(*) FROM library_items WHERE status < 'published')
    - (SELECT count(*) FROM library_items WHERE status > 'published')""")


def words_of(searched: str) -> list[str]:
    """Folded as the words of songs and items are; what is part of another is found with it."""
    words = dict.fromkeys(searched.casefold().split())
    return [word for word in words if not any(word in other for other in words if other != word)]


def index_words(connection: Connection) -> None:
    """Make the index anew from the items, where this database can have one."""
    if connection.dialect.name != "sqlite":
        return
    for name in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS library_words_{name}")
    connection.exec_driver_sql("DROP TABLE IF EXISTS library_words")
    try:
        connection.exec_driver_sql(_MAKE)
    except OperationalError:  # built without it: searches walk all items, with the same answers
        return
    for name, (when, does) in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER library_words_{name} {when} BEGIN {does}; END")
    fill = _PUT_IN.format(row="item")
    connection.exec_driver_sql(f"{fill} FROM library_items item WHERE item.status = 'published'")
    connection.exec_driver_sql(_IN_ONE_PIECE)


def has_word_index(connection: Connection) -> bool:
    """Of the kind this program makes: a trial version had another."""
    return connection.dialect.name == "sqlite" and connection.execute(_COLUMNS).scalar() == 2


def named_by(connection: Connection, searched: str, instrument: str = "") -> TextClause | None:
    """What only the published items with all of this fulfil, if they are few and the index is what finds them."""
    asked = _asked(filter(_can_tell, words_of(searched)), instrument)
    if not asked or not has_word_index(connection):
        return None
    found = connection.execute(_SOME, {"asked": asked, "most": FEW + 1}).scalars().all()
    return None if len(found) > FEW else _NAMED.bindparams(found=json.dumps(found))


def how_many(connection: Connection, searched: str, instrument: str = "") -> int | None:
    """How many published items have all these words and the instrument, if the index can tell."""
    words = words_of(searched)
    asked = _asked(words, instrument)
    if not asked:
        return int(connection.execute(_ALL).scalar_one())
    if not all(map(_can_tell, words)) or not has_word_index(connection):
        return None
    return int(connection.execute(_COUNT, {"asked": asked}).scalar_one())


def _can_tell(word: str) -> bool:
    """Longer ones are known by how they begin; signs that control a printer part words for the index."""
    return len(word) <= _LONGEST and min(word) >= " " and "\x7f" not in word


def _asked(words: Iterable[str], instrument: str) -> str:
    """Each word as text, whatever signs are in it."""
    asked = [f"words : {_quoted(word)} *" for word in words]
    return " AND ".join([*asked, f"instruments : {_quoted(instrument)}"] if instrument else asked)


def _quoted(said: str) -> str:
    return '"{}"'.format(said.replace('"', '""'))
