"""How recordings and library items are written down as rows, and read back."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from harmonix_splitter.adapters.database.job_rows import source_from_row
from harmonix_splitter.adapters.database.link_counts import count_links
from harmonix_splitter.adapters.database.recipe_rows import recipe_from_row, recipe_to_row
from harmonix_splitter.adapters.database.schema.library import items, recordings
from harmonix_splitter.adapters.database.upserts import upsert
from harmonix_splitter.domain.browsing import MusicFacts
from harmonix_splitter.domain.library import ItemStatus, LibraryItem, Recording

_PLAIN_ITEM = (
    "id", "recording_id", "place", "size", "title", "artist", "duration", "engine", "model", "device",
    "processing_time", "is_pinned", "created_at", "last_used_at", "usage", "version",
)  # fmt: skip
FACTS = ("bpm", "key", "scale", "camelot", "instruments")
_PLAIN_RECORDING = (
    "id", "title", "artist", "duration", "sample_rate", "samples", "audio_hash", "fingerprint", "created_at",
)  # fmt: skip


def item_to_row(item: LibraryItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _PLAIN_ITEM} | {
        "source_key": item.source.key,
        "source_url": item.source.url,
        "recipe_key": item.recipe.key,
        "recipe": recipe_to_row(item.recipe),
        "stems": list(item.stems),
        "title_key": item.title.casefold()[:200],
        "artist_key": item.artist.casefold()[:200],
        "words": f"{item.title} {item.artist} {item.source.id}".casefold()[:300],
        "status": str(item.status),
        "notes": list(item.notes),
    }


def item_from_row(row: RowMapping) -> LibraryItem:
    return LibraryItem(
        **{name: row[name] for name in _PLAIN_ITEM},
        source=source_from_row(row),
        recipe=recipe_from_row(row["recipe"]),
        stems=tuple(row["stems"]),
        status=ItemStatus(row["status"]),
        notes=tuple(row["notes"]),
    )


_NO_LETTER = re.compile(r"\W")
_write_item = upsert(items, "is_pinned", "usage")
_write_recording = upsert(recordings)


_OLDER = update(items).where(
    items.c.recording_id == bindparam("of_recording"),
    items.c.recipe_key == bindparam("in_recipe"),
    items.c.version < bindparam("newest"),
    items.c.status == str(ItemStatus.PUBLISHED),
)
_SET_ASIDE = _OLDER.values(status=str(ItemStatus.EARLIER))
# Held until the item is written: an analysis that changes at this moment changes after it, and finds the item.
_IN_IT = select(*(recordings.c[name] for name in FACTS)).where(recordings.c.id == bindparam("recording"))
FOUND_IN = _IN_IT.with_for_update(read=True)


def write_item(connection: Connection, item: LibraryItem) -> None:
    """The row alone: whoever calls this counts its links. What it was made anew of is an earlier version now."""
    found = connection.execute(FOUND_IN, {"recording": item.recording_id}).mappings().first()
    _write_item(connection, item_to_row(item) | facts_to_row(MusicFacts()) | dict(found or {}))
    set_older_aside(connection, item)


def set_older_aside(connection: Connection, item: LibraryItem) -> None:
    if item.version > 1:
        older = {"of_recording": item.recording_id, "in_recipe": item.recipe.key, "newest": item.version}
        connection.execute(_SET_ASIDE, older)


def put_item(connection: Connection, item: LibraryItem) -> None:
    """Insert or refresh by id; a pin survives, and links are counted."""
    write_item(connection, item)
    count_links(connection, [item.id])


def recording_to_row(recording: Recording) -> dict[str, Any]:
    return {name: getattr(recording, name) for name in _PLAIN_RECORDING} | {
        "source_key": recording.source.key,
        "source_url": recording.source.url,
        "analysis": dict(recording.analysis) if recording.analysis is not None else None,
        "details": dict(recording.details),
        **facts_to_row(MusicFacts.of(recording.analysis)),
    }


def recording_from_row(row: RowMapping) -> Recording:
    return Recording(
        **{name: row[name] for name in _PLAIN_RECORDING},
        source=source_from_row(row),
        analysis=row["analysis"],
        details=row["details"],
    )


def put_recording(connection: Connection, recording: Recording) -> None:
    _write_recording(connection, recording_to_row(recording))
    _show_in_lists(connection, recording.id, facts_to_row(MusicFacts.of(recording.analysis)))


def put_analysis(connection: Connection, recording_id: str, document: Mapping[str, Any]) -> None:
    facts = facts_to_row(MusicFacts.of(document))
    connection.execute(update(recordings).where(recordings.c.id == recording_id).values(analysis=document, **facts))
    _show_in_lists(connection, recording_id, facts)


def _show_in_lists(connection: Connection, recording_id: str, facts: Mapping[str, Any]) -> None:
    connection.execute(update(items).where(items.c.recording_id == recording_id).values(**facts))


def facts_to_row(facts: MusicFacts) -> dict[str, Any]:
    """Cut to what the columns hold. An instrument is one word, found between its two spaces."""
    names = "".join(f"{re.sub(_NO_LETTER, '_', name)} " for name in facts.instruments)
    return {
        "bpm": facts.bpm,
        "key": facts.key[:8],
        "scale": facts.scale[:16],
        "camelot": facts.camelot[:3],
        "instruments": f" {names}"[:120].rpartition(" ")[0] + " ",
    }


def facts_from_row(row: RowMapping) -> MusicFacts:
    return MusicFacts(row["bpm"], row["key"], row["scale"], row["camelot"], tuple(row["instruments"].split()))
