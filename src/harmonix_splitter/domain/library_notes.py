"""The documents people and old tools read: `metadata.json` of an item, `library_links.json` of a user."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from harmonix_splitter.domain.library import ItemStatus, LibraryItem, Recording
from harmonix_splitter.domain.link_notes import besides, not_ours_beside
from harmonix_splitter.domain.songs import UNKNOWN, Song, SongFacts

_NAMED_BEFORE = "namedBefore"


def display_name(artist: str, title: str) -> str:
    """`Ed_Sheeran_-_Perfect`: the name files and links are shown under."""
    is_said = artist in {"", UNKNOWN} or artist.casefold() in title.casefold()
    shown = title if is_said else f"{artist} - {title}"
    return "_".join(shown.split()) or "untitled"


def named_before(facts: SongFacts, name: str) -> dict[str, object]:
    """Among a song's details: the name its link had in another program, until somebody writes other facts."""
    return {_NAMED_BEFORE: {display_name(facts.artist, facts.title): name}} if name else {}


def link_name(song: Song) -> str:
    """What a link is shown under: the name it came with while its card still says the same."""
    name = display_name(song.facts.artist, song.facts.title)
    before = song.details.get(_NAMED_BEFORE)
    return str(before.get(name, name)) if isinstance(before, Mapping) else name


def item_facts(item: LibraryItem) -> dict[str, Any]:
    """What the manifest tells about an item: enough to rebuild its row."""
    return {
        "kind": "item",
        "source": item.source.key,
        "sourceUrl": item.source.url,
        "recipe": {
            "mode": str(item.recipe.mode),
            "quality": str(item.recipe.quality),
            "engine": item.recipe.engine,
            "model": item.recipe.model,
            "stems": list(item.recipe.stems),
        },
        "recording": item.recording_id,
        "title": item.title,
        "artist": item.artist,
        "duration": item.duration,
        "engine": item.engine,
        "model": item.model,
        "device": item.device,
        "processingTime": item.processing_time,
        "createdAt": item.created_at.isoformat(),
        "notes": list(item.notes),
        "version": item.version,
    }


def music_info(recording: Recording) -> dict[str, Any]:
    """Tempo, key and time signature as the library document shows them."""
    analysis = recording.analysis or {}
    known = {name: analysis[name] for name in ("tempo", "key", "time_signature") if name in analysis}
    return {**known, "duration": round(recording.duration, 2)}


def usage_of(items: Iterable[LibraryItem]) -> int:
    return sum(item.usage for item in items)


def metadata_note(recording: Recording, items: Iterable[LibraryItem]) -> dict[str, Any]:
    """`metadata.json` of a recording tells of its newest item; all its recipes are listed inside."""
    listed = sorted(items, key=lambda each: (each.created_at, each.place))
    item = max(listed, key=lambda each: (each.status is ItemStatus.PUBLISHED, each.created_at, each.place))
    name = display_name(recording.artist, recording.title)
    note = {
        "title": recording.title,
        "display_name": name,
        "duration": round(recording.duration),
        "is_youtube": recording.source.is_youtube,
        "has_video": recording.source.is_youtube,
        "source_url": recording.source.link,
        "quality": str(item.recipe.quality),
        "mode": str(item.recipe.mode),
        "created_at": (recording.created_at or listed[0].created_at).replace(tzinfo=None).isoformat(),
        "processed_at": item.created_at.replace(tzinfo=None).isoformat(),
        "processing_time": round(item.processing_time, 2),
        "usage_count": usage_of(listed),
        "music_info": music_info(recording),
        "stems": [*item.stems, "original"],
        "recipes": [
            {"place": each.place, "quality": str(each.recipe.quality), "mode": str(each.recipe.mode)} for each in listed
        ],
    }
    return {"youtube_id": recording.source.id, **note} if recording.source.is_youtube else note


def links_note(
    links: Iterable[tuple[Song, LibraryItem]], earlier: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    """`library_links.json`: one entry per recording, keyed by its YouTube id (or its folder); recipes inside.

    An item somebody has under several songs is listed once, as the first of them has it. What another program wrote
    there and the library does not have stays as it is: it is known nowhere else.
    """
    entries: dict[str, dict[str, Any]] = {}
    firsts = {item.id: (song, item) for song, item in reversed(list(links))}
    for song, item in sorted(firsts.values(), key=lambda link: (link[0].added_at, link[0].id)):
        key = item.place.split("/")[0]
        recipe = {"item_id": item.id, "quality": str(item.recipe.quality), "mode": str(item.recipe.mode)}
        entry = entries.setdefault(key, {"recipes": []})
        entry |= {
            "display_name": link_name(song),
            "linked_at": song.added_at.replace(tzinfo=None).isoformat(),
            "is_library_link": True,
            "source_url": item.source.link,
            "quality": recipe["quality"],
            "mode": recipe["mode"],
            "recipes": [*entry["recipes"], recipe],
        }
        if item.source.is_youtube:
            entry["youtube_id"] = item.source.id
    stamp = now.replace(tzinfo=None).isoformat()
    created = str((earlier or {}).get("created_at") or stamp)
    links_of_all = entries | not_ours_beside(earlier, entries)
    return {"links": links_of_all, "created_at": created, "updated_at": stamp} | besides(earlier)


def is_same_note(note: Mapping[str, Any], other: Mapping[str, Any] | None) -> bool:
    """Whether both say the same, whenever they were written."""
    return other is not None and {**note, "updated_at": ""} == {**other, "updated_at": ""}
