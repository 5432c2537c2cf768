"""A finished song in a test studio: real files in the library, linked to its owner."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.library import ItemStatus, LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import Song, SongFacts
from harmonix_splitter.domain.sources import Source, youtube

RATE = 44_100
STEMS = {"vocals": 880.0, "drums": 220.0, "bass": 110.0, "other": 440.0}


def sound(hertz: float, seconds: float) -> np.ndarray:
    wave = 0.2 * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


@dataclass(frozen=True)
class Finished:
    """What a job would have made: the recording, its stems, and what was found in it."""

    title: str
    artist: str
    original: np.ndarray
    stems: Mapping[str, np.ndarray]
    analysis: Mapping[str, Any] | None = None


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
    tones = {name: sound(hertz, seconds) for name, hertz in stems.items()}
    made = Finished("Perfect", "Ed Sheeran", sound(330.0, seconds), tones)
    return put_on_file(studio, owner, source or youtube(video_id), made)


def put_on_file(studio: Studio, owner: str, source: Source, made: Finished) -> Song:
    """The library has it, and this user a link to it."""
    found = studio.accounts.people.users.named(owner)
    assert found is not None
    recipe, now, folder = Recipe(), studio.parts.clock.now(), source.folder
    samples = len(made.original)
    seconds = samples / RATE
    named = (made.title, made.artist, seconds)
    recording = Recording(folder, source, *named, RATE, samples, analysis=made.analysis)
    studio.library.publish_recording(recording, _written(studio, {"original": made.original}), ())
    place = place_of(folder, recipe)
    item = LibraryItem(item_id_of(place), folder, source, recipe, place, tuple(made.stems), 10, now, *named)
    studio.library.publish(item, _written(studio, made.stems), {})
    studio.library.record.put(item)
    return studio.songs.request(found[0].id, source, recipe, SongFacts(made.title, made.artist)).song


def made_anew(client: TestClient, song: Song, stems: Mapping[str, float], seconds: float = 1.0) -> LibraryItem:
    """The song's item once more, by another engine, its stems now tones of so many hertz."""
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    old = studio.library.versions(studio.library.item(song.item_id))[0]
    place = place_of(old.recording_id, old.recipe, old.version + 1)
    made = {"id": item_id_of(place), "place": place, "version": old.version + 1, "engine": "better", "usage": 0}
    new = replace(old, **made, status=ItemStatus.PUBLISHED, created_at=studio.parts.clock.now())
    studio.library.publish(new, _written(studio, {name: sound(hertz, seconds) for name, hertz in stems.items()}), {})
    return studio.library.record.put(new)


def _written(studio: Studio, sounds: Mapping[str, np.ndarray]) -> dict[str, Path]:
    folder = studio.library.storage.workspace("test")
    files = {name: folder / f"{name}.flac" for name in sounds}
    for name, samples in sounds.items():
        soundfile.write(files[name], samples, RATE, subtype="PCM_16")
    return files
