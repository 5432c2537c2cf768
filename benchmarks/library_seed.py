"""A library of any size, made inside the database: a table of seeds, and one statement for each real table."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Float, Integer, String, Table, literal, select

from harmonix_splitter.adapters.database.base import Database, Moment, metadata
from harmonix_splitter.adapters.database.library_rows import item_to_row, recording_to_row
from harmonix_splitter.adapters.database.link_counts import count_all_links
from harmonix_splitter.adapters.database.schema.library import items, ratings, recordings, sources
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.adapters.database.song_rows import song_to_row
from harmonix_splitter.adapters.database.word_index import index_words
from harmonix_splitter.domain.analysis import INSTRUMENTS
from harmonix_splitter.domain.library import LibraryItem, Recording, place_of
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.domain.songs import Song, SongFacts
from harmonix_splitter.domain.sources import youtube

WORDS = ["love", "night", "river", "dance", "perfect", "home", "fire", "blue", "heart", "rain", "city", "gold"]
RECIPE = Recipe(Mode.KARAOKE)
LINKS_EACH = 3
RATED_ONE_IN = 499
START = datetime(2026, 1, 1, tzinfo=UTC)

seeds = Table(
    "benchmark_seeds",
    metadata,
    Column("video", String(11), primary_key=True),
    Column("title", String(200)),
    Column("artist", String(200)),
    Column("duration", Float),
    Column("bpm", Float),
    Column("camelot", String(3)),
    Column("instruments", String(60)),
    Column("at", Moment),
    *[Column(f"user{number}", Integer) for number in range(LINKS_EACH)],
)


def fill(database: Database, how_many: int, users: int) -> None:
    """Items, each linked by three of the users."""
    with database.write() as connection:
        connection.execute(seeds.insert(), [_seed(number, users) for number in range(how_many)])
        for statement in _statements():
            connection.execute(statement)
        connection.execute(ratings.insert(), [_rating(number) for number in range(0, how_many, RATED_ONE_IN)])
        count_all_links(connection)
        index_words(connection)
    if not database.is_sqlite:  # which does this by itself after a while; SQLite only when told, and we never do
        with database.write_at_once() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _rating(number: int) -> dict[str, object]:
    """The user who is measured has an opinion now and then."""
    return {"item_id": f"{number:011d}", "user_id": "user1", "stars": 1 + number % 5, "rated_at": START}


def _seed(number: int, users: int) -> dict[str, object]:
    chance = random.Random(number)
    who = dict(zip([f"user{each}" for each in range(LINKS_EACH)], chance.sample(range(users), LINKS_EACH), strict=True))
    return who | {
        "video": f"{number:011d}",
        "title": " ".join(chance.choices(WORDS, k=3)),
        "artist": f"artist {chance.randrange(5000)}",
        "duration": chance.uniform(120, 300),
        "bpm": round(chance.uniform(60, 190), 1),
        "camelot": f"{chance.randint(1, 12)}{chance.choice('AB')}",
        "instruments": f" {' '.join(chance.sample(sorted(INSTRUMENTS), 3))} ",
        "at": START + timedelta(seconds=number),
    }


def _statements() -> list[object]:
    """What every row has in common comes from one real row; what differs, from its seed."""
    source = youtube("0" * 11)
    key, words = literal("youtube:") + seeds.c.video, seeds.c.title + " " + seeds.c.artist
    named = {"title": seeds.c.title, "artist": seeds.c.artist}
    place = place_of(source.folder, RECIPE)
    item = LibraryItem("", "", source, RECIPE, place, ("vocals", "instrumental"), 20_000_000, START)
    song = Song("", "", SongFacts("-", "-"), START, source, RECIPE).linked_to("item", at_once=True)
    made = {"source_key": key, "recording_id": seeds.c.video}
    yet = {"created_at": seeds.c.at, "duration": seeds.c.duration}
    found = [
        _copied(recordings, recording_to_row(Recording("", source)),
                named | yet | {"id": seeds.c.video, "source_key": key}),
        _copied(sources, {"starts_at": 0.0}, made),
        _copied(items, item_to_row(item), named | yet | made | {
            "id": seeds.c.video, "words": words, "title_key": seeds.c.title, "artist_key": seeds.c.artist,
            "place": seeds.c.video + "/karaoke"} | {name: seeds.c[name] for name in ("bpm", "camelot", "instruments")}),
    ]  # fmt: skip
    for number in range(LINKS_EACH):
        ours = {"id": seeds.c.video + f"-{number}", "owner_id": literal("user") + seeds.c[f"user{number}"].cast(String),
                "source_key": key, "words": words, "item_id": seeds.c.video, "added_at": seeds.c.at}  # fmt: skip
        if number == 0:  # who asked first waited for a job
            ours["job_id"] = seeds.c.video
        found.append(_copied(songs, song_to_row(song), named | ours))
    return found


def _copied(table: Table, common: dict[str, object], differing: dict[str, object]) -> object:
    values = {name: literal(value, table.c[name].type) for name, value in common.items()} | differing
    return table.insert().from_select(list(values), select(*values.values()).select_from(seeds))
