"""A copy of a song links to it, whatever file it comes in; another mix of the same take becomes a song of its own."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.services.fingerprints import AudioIdentifier, FingerprintComparer
from tests import makers_media
from tests.fakes.library_rig import KARAOKE, Rig

Audio = NDArray[np.float32]
RATE = 44_100
SECONDS = 32


def notes(seed: int, lowest: float, loudness: float) -> Audio:
    """One part of a song, of notes of random pitch and length."""
    random = np.random.default_rng(seed)
    sound = np.zeros(SECONDS * RATE, np.float32)
    start = 0.0
    while start < SECONDS:
        length = random.uniform(0.15, 0.6)
        here = slice(int(start * RATE), int(min(SECONDS, start + length) * RATE))
        time = np.arange(here.stop - here.start) / RATE
        pitch = lowest * 2 ** (random.integers(0, 24) / 12)
        sound[here] += sum(np.sin(2 * np.pi * pitch * part * time) * np.exp(-4 * time) / part for part in range(1, 6))
        start += length
    return loudness * sound


def beats(seed: int) -> Audio:
    random = np.random.default_rng(seed)
    sound = np.zeros(SECONDS * RATE, np.float32)
    for beat in np.arange(0, SECONDS - 0.2, 0.5):
        here = slice(int(beat * RATE), int((beat + 0.1) * RATE))
        sound[here] = random.normal(0, 0.1, here.stop - here.start)
    return sound


VOICE, BAND, DRUMS = notes(1, 330.0, 0.12), notes(2, 110.0, 0.12) + notes(3, 220.0, 0.08), beats(4)
SONG = VOICE + BAND + DRUMS
IS_SUNG_LATE = np.where(np.arange(len(SONG)) < len(SONG) // 2, 0, 1).astype(np.float32)
ONE_WORD = np.ones_like(SONG)
ONE_WORD[10 * RATE : 11 * RATE] = 0


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    media = PyAvMedia()
    made = Rig(tmp_path, identifier=AudioIdentifier(media, media), comparer=FingerprintComparer()).create_tables()
    yield made
    made.close()


def recording_of(rig: Rig, name: str, sound: Audio, rate: int = RATE) -> str:
    """What the library takes a file for that somebody gives it."""
    path = makers_media.write(rig.folder / name, np.stack([sound, sound], axis=1), rate)
    received = rig.uploads.receive(name, [path.read_bytes()], 100_000_000)
    asked = rig.songs.request_upload("ann", received, KARAOKE)
    rig.work()
    return rig.library.item(rig.songs.song(asked.song.id).item_id).recording_id


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("encoded.mp3", SONG),
        ("encoded.m4a", SONG),
        ("quieter.mp3", 0.3 * SONG),
        ("trimmed.mp3", SONG[int(1.3 * RATE) :]),
        ("late.ogg", np.concatenate([np.zeros(RATE, np.float32), SONG])),
    ],
)
def test_a_copy_is_the_song(rig: Rig, name: str, copy: Audio) -> None:
    song = recording_of(rig, "song.flac", SONG)

    assert recording_of(rig, name, copy) == song
    assert len(rig.separation.separated) == 1


@pytest.mark.parametrize(
    ("name", "mix"),
    [
        ("without its voice", BAND + DRUMS),
        ("with a quiet voice", 0.25 * VOICE + BAND + DRUMS),
        ("with a loud voice", 3 * VOICE + BAND + DRUMS),
        ("with half of its voice", IS_SUNG_LATE * VOICE + BAND + DRUMS),
        ("with one word muted", ONE_WORD * VOICE + BAND + DRUMS),
        ("without its drums", VOICE + BAND),
        ("with other drums", VOICE + BAND + beats(5).repeat(2)[: len(SONG)] * 2),
    ],
)
def test_another_mix_is_a_song_of_its_own(rig: Rig, name: str, mix: Audio) -> None:
    song = recording_of(rig, "song.flac", SONG)

    assert recording_of(rig, "other.mp3", mix) != song, name


def test_beside_another_mix_the_first_is_offered(rig: Rig) -> None:
    song = recording_of(rig, "song.flac", SONG)

    other = recording_of(rig, "other.mp3", 0.5 * VOICE + BAND + DRUMS)

    assert list(rig.library.record.recording(other).details["looksLike"]) == [song]


def test_a_resampled_copy_is_the_song(rig: Rig) -> None:
    song = recording_of(rig, "song.flac", SONG)

    assert recording_of(rig, "resampled.opus", soxr.resample(SONG, RATE, 48_000), 48_000) == song


def test_what_is_there_no_more_to_be_listened_to_is_not_merged_with(rig: Rig) -> None:
    song = recording_of(rig, "song.flac", SONG)
    rig.library.storage.open(f"{song}/recording", "original").path.unlink()

    assert recording_of(rig, "copy.mp3", SONG) != song
