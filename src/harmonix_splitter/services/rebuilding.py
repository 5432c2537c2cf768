"""Rows of the index rebuilt from what the manifests say."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from harmonix_splitter.domain.library import LibraryItem, Manifest, Recording, item_id_of
from harmonix_splitter.domain.separation import Mode, Quality, Recipe
from harmonix_splitter.domain.sources import source_of_key


def item_of(manifest: Manifest, now: datetime) -> LibraryItem:
    """The item a manifest describes."""
    facts: Any = manifest.facts
    recipe = facts["recipe"]
    return LibraryItem(
        id=item_id_of(manifest.place),
        recording_id=facts["recording"],
        source=replace(source_of_key(facts["source"]), url=facts.get("sourceUrl", "")),
        recipe=Recipe(
            Mode(recipe["mode"]), Quality(recipe["quality"]), recipe["engine"], recipe["model"], tuple(recipe["stems"])
        ),
        place=manifest.place,
        stems=tuple(name for name in manifest.names if name not in {"original", "thumbnail"}),
        size=manifest.size,
        created_at=_moment(facts.get("createdAt"), now),
        title=facts.get("title", ""),
        artist=facts.get("artist", ""),
        duration=float(facts.get("duration", 0.0)),
        engine=facts.get("engine", ""),
        model=facts.get("model", ""),
        device=facts.get("device", ""),
        processing_time=float(facts.get("processingTime", 0.0)),
        notes=tuple(facts.get("notes", ())),
        version=int(facts.get("version", 1)),
    )


def recording_of(manifest: Manifest, fingerprint: bytes) -> Recording:
    """The recording a manifest describes."""
    facts: Any = manifest.facts
    return Recording(
        id=manifest.place.split("/")[0],
        source=replace(source_of_key(facts["source"]), url=facts.get("sourceUrl", "")),
        title=facts.get("title", ""),
        artist=facts.get("artist", ""),
        duration=float(facts.get("duration", 0.0)),
        sample_rate=int(facts.get("sampleRate", 0)),
        samples=int(facts.get("samples", 0)),
        audio_hash=facts.get("audioHash", ""),
        fingerprint=fingerprint,
        details=facts.get("details", {}),
        created_at=datetime.fromisoformat(facts["createdAt"]) if facts.get("createdAt") else None,
    )


def words_of_bytes(fingerprint: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(fingerprint[at : at + 4], "little") for at in range(0, len(fingerprint), 4))


def _moment(text: str | None, now: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else now
