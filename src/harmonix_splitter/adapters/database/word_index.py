"""SQLite's own index of the words published items are searched by: every three letters in a row, and who has them.

It knows quickly whom a rare word names, and how many a common one. It holds nothing that is not in the items: triggers
keep it, a migration makes it anew, and without it (PostgreSQL, a SQLite built without it) a search walks all items.
"""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import OperationalError

LEAST_LETTERS = 3
FEW = 300
"""More than these are found sooner by walking the items in the order they are wanted in."""

_MAKE = """CREATE VIRTUAL TABLE library_words
    USING fts5(words, content='', columnsize=0, tokenize='trigram case_sensitive 1')"""
_FILL = "INSERT INTO library_words(rowid, words) SELECT rowid, words FROM library_items WHERE status = 'published'"
# Taken out before and put in after: the other way round the index would lose the new words with the old.
_TRIGGERS = {
    "added": """AFTER INSERT ON library_items WHEN new.status = 'published'
        BEGIN INSERT INTO library_words(rowid, words) VALUES (new.rowid, new.words); END""",
    "gone": """AFTER DELETE ON library_items WHEN old.status = 'published'
        BEGIN INSERT INTO library_words(library_words, rowid, words) VALUES ('delete', old.rowid, old.words); END""",
    "left": """BEFORE UPDATE OF status, words ON library_items
        WHEN old.status = 'published' AND (old.status <> new.status OR old.words <> new.words)
        BEGIN INSERT INTO library_words(library_words, rowid, words) VALUES ('delete', old.rowid, old.words); END""",
    "came": """AFTER UPDATE OF status, words ON library_items
        WHEN new.status = 'published' AND (old.status <> new.status OR old.words <> new.words)
        BEGIN INSERT INTO library_words(rowid, words) VALUES (new.rowid, new.words); END""",
}
_IS_THERE = text("SELECT 1 FROM sqlite_master WHERE name = 'library_words'")
_COUNT = text("SELECT count(*) FROM library_words WHERE library_words MATCH :phrases")
_SOME = text("SELECT rowid FROM library_words WHERE library_words MATCH :phrases LIMIT :most")
_NAMED = text("library_items.rowid IN (SELECT value FROM json_each(:found))")


def words_of(searched: str) -> list[str]:
    """As they were typed, folded as the words of songs and items are."""
    return searched.casefold().split()


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
    for name, does in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER library_words_{name} {does}")
    connection.exec_driver_sql(_FILL)


def has_word_index(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite" and connection.execute(_IS_THERE).first() is not None


def named_by(connection: Connection, searched: str) -> TextClause | None:
    """What only the published items with all these words fulfil, if they are few and the index is what finds them."""
    phrases = _phrases(word for word in words_of(searched) if _is_indexed(word))
    if not phrases or not has_word_index(connection):
        return None
    found = connection.execute(_SOME, {"phrases": phrases, "most": FEW + 1}).scalars().all()
    return None if len(found) > FEW else _NAMED.bindparams(found=json.dumps(found))


def how_many(connection: Connection, searched: str) -> int | None:
    """How many published items have all these words, if the index can tell."""
    wanted = words_of(searched)
    if not wanted or not all(_is_indexed(word) for word in wanted) or not has_word_index(connection):
        return None
    return int(connection.execute(_COUNT, {"phrases": _phrases(wanted)}).scalar_one())


def _is_indexed(word: str) -> bool:
    """Shorter ones have no three letters, and text ends at a NUL for the index."""
    return len(word) >= LEAST_LETTERS and "\0" not in word


def _phrases(words: Iterable[str]) -> str:
    """Each as text to be found anywhere, whatever signs are in it."""
    return " ".join('"{}"'.format(word.replace('"', '""')) for word in words)
