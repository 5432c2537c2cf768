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
Sounds = Mapping[str, np.ndarray]
STEMS = {"vocals": 880.0, "drums": 220.0, "bass": 110.0, "other": 440.0}


def sound(hertz: float, seconds: float) -> np.ndarray:
    wave = 0.2 * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def finished_song(
    client: TestClient, owner: str, video_id: str = "cNGjD0VG4R8", seconds: float = 1.0, source: Source | None = None
) -> Song:
    """A song of this user, separated into four stems, each a tone."""
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    return song_of(studio, owner, source or youtube(video_id), tones(seconds))


def tones(seconds: float) -> Sounds:
    return {stem: sound(hertz, seconds) for stem, hertz in STEMS.items()}


def song_of(studio: Studio, owner: str, source: Source, stems: Sounds) -> Song:
    """A song of this user, separated into these stems."""
    found = studio.accounts.people.users.named(owner)
    assert found is not None
    recipe, now, folder = Recipe(), studio.parts.clock.now(), source.folder
    samples = max(len(stem) for stem in stems.values())
    seconds = samples / RATE
    recording = Recording(folder, source, "Perfect", "Ed Sheeran", seconds, RATE, samples)
    studio.library.publish_recording(recording, _written(studio, {"original": sound(330.0, seconds)}), ())
    place = place_of(folder, recipe)
    item = LibraryItem(
        item_id_of(place), folder, source, recipe, place, tuple(stems), 10, now, "Perfect", "Ed Sheeran", seconds
    )
    studio.library.publish(item, _written(studio, stems), {})
    studio.library.record.put(item)
    return studio.songs.request(found[0].id, source, recipe, SongFacts("Perfect", "Ed Sheeran")).song


def _written(studio: Studio, sounds: Sounds) -> dict[str, Path]:
    folder = studio.library.storage.workspace("test")
    files = {}
    for name, samples in sounds.items():
        files[name] = folder / f"{name}.flac"
        soundfile.write(files[name], samples, RATE, subtype="PCM_16")
    return files
