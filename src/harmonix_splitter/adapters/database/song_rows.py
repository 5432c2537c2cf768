"""How a song is written down as a row, and read back."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from harmonix_splitter.adapters.database.job_rows import source_from_row
from harmonix_splitter.adapters.database.recipe_rows import recipe_from_row, recipe_to_row
from harmonix_splitter.domain.songs import Song, SongFacts, SongStatus

_PLAIN = ("id", "owner_id", "added_at", "job_id", "item_id", "is_instant", "error", "details")
_FACTS = (
    "title", "artist", "album", "genre", "language", "year", "duration_ms", "plain_lyrics", "synced_lyrics",
)  # fmt: skip


def song_to_row(song: Song) -> dict[str, Any]:
    return (
        {name: getattr(song, name) for name in _PLAIN}
        | asdict(song.facts)
        | {
            "source_key": song.source.key if song.source else "",
            "source_url": song.source.url if song.source else "",
            "recipe_key": song.recipe.key if song.recipe else "",
            "recipe": recipe_to_row(song.recipe) if song.recipe else None,
            "status": str(song.status),
            "words": f"{song.facts.title} {song.facts.artist} {song.facts.album}".casefold(),
        }
    )


def song_from_row(row: RowMapping) -> Song:
    return Song(
        **{name: row[name] for name in _PLAIN},
        facts=SongFacts(**{name: row[name] for name in _FACTS}),
        source=source_from_row(row) if row["source_key"] else None,
        recipe=recipe_from_row(row["recipe"]) if row["recipe"] else None,
        status=SongStatus(row["status"]),
    )
