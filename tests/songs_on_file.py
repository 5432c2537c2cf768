"""A finished song in a test studio: real files in the library, linked to its owner."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import Song, SongFacts
from harmonix_splitter.domain.sources import Source, youtube

RATE = 44_100
STEMS = {"vocals": 880.0, "drums": 220.0, "bass": 110.0, "other": 440.0}


def sound(hertz: float, seconds: float) -> np.ndarray:
    wave = 0.2 * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def finished_song(
    client: TestClient,
    owner: str,
    video_id: str = "cNGjD0VG4R8",
    seconds: float = 1.0,
    source: Source | None = None,
    stems: Mapping[str, float] = STEMS,
) -> Song:
    """A song of this user, separated into four stems or these, each a tone of so many hertz."""
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    found = studio.accounts.people.users.named(owner)
    assert found is not None
    source, recipe, now = source or youtube(video_id), Recipe(), studio.parts.clock.now()
    video_id = source.folder
    recording = Recording(video_id, source, "Perfect", "Ed Sheeran", seconds, RATE, int(RATE * seconds))
    studio.library.publish_recording(recording, _written(studio, {"original": 330.0}, seconds), ())
    place = place_of(video_id, recipe)
    item = LibraryItem(
        item_id_of(place), video_id, source, recipe, place, tuple(stems), 10, now, "Perfect", "Ed Sheeran", seconds
    )
    studio.library.publish(item, _written(studio, stems, seconds), {})
    studio.library.record.put(item)
    return studio.songs.request(found[0].id, source, recipe, SongFacts("Perfect", "Ed Sheeran")).song


def _written(studio: Studio, tones: Mapping[str, float], seconds: float) -> dict[str, Path]:
    folder = studio.library.storage.workspace("test")
    files = {}
    for name, hertz in tones.items():
        files[name] = folder / f"{name}.flac"
        soundfile.write(files[name], sound(hertz, seconds), RATE, subtype="PCM_16")
    return files
