"""The network in the package on songs that are none, or hardly: silent, mono, dull, very loud, quiet first."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.learned_masks import NAME, learned_masks
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.services.separation import Output, SeparationService
from tests import makers_media as make

MEDIA = PyAvMedia()
RATE = 44_100
STEMS = {"vocals", "drums", "bass", "other"}


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return EmbeddedEngine(NAME, learned_masks)


def stems_of(engine: EmbeddedEngine, folder: Path, song: Path) -> dict[str, np.ndarray]:
    service = SeparationService(MEDIA, FileWriters(), (engine,), FileLocks(folder / "locks"))
    done = service.separate(song, Recipe(Mode.GROUPED), folder / "out", output=Output(Encoding(AudioFormat.WAV, 32)))
    return {name: MEDIA.load(path) for name, path in done.stems.items()}


def band(seconds: float, rate: int = RATE) -> np.ndarray:
    """A bass, a chord and a beat without a voice, (frames, 2)."""
    time = np.arange(round(seconds * rate)) / rate
    bass = np.sin(2 * np.pi * 55 * time) * np.exp(-3 * (time % 1)) * 0.3
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6)) * np.exp(-2 * (time % 2)) * 0.08
    beat = np.random.default_rng(0).standard_normal(len(time)) * np.exp(-40 * (time % 0.5)) * 0.3
    return np.stack([bass + chord + beat, bass + chord + 0.8 * beat], axis=1).astype(np.float32) * 0.8


def loudness(sound: np.ndarray) -> float:
    """RMS in dB."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


def test_silence_stays_silent(engine: EmbeddedEngine, tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", np.zeros((2 * RATE, 2), np.float32))

    stems = stems_of(engine, tmp_path, song)

    assert set(stems) == STEMS
    assert not any(stem.any() for stem in stems.values())


def test_a_mono_song_has_no_sides(engine: EmbeddedEngine, tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", band(2.0)[:, :1], layout="mono")

    stems = stems_of(engine, tmp_path, song)

    assert set(stems) == STEMS
    for stem in stems.values():
        assert np.array_equal(stem[:, 0], stem[:, -1])


@pytest.mark.parametrize(
    ("name", "rate", "gain"), [("a telephone's 8 kHz", 8_000, 1.0), ("far over full scale", RATE, 40.0)]
)
def test_the_stems_of_an_odd_song_sum_to_it(
    engine: EmbeddedEngine, tmp_path: Path, name: str, rate: int, gain: float
) -> None:
    song = tmp_path / "song.wav"
    soundfile.write(song, band(3.0, rate) * np.float32(gain), rate, subtype="FLOAT")

    stems = stems_of(engine, tmp_path, song)

    heard = MEDIA.load(song)
    assert set(stems) == STEMS
    assert loudness(sum(stems.values()) - heard) < loudness(heard) - 60, name


def test_a_song_that_is_quiet_for_a_minute_and_then_loud_is_separated_in_both_parts(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    loud = band(6.0)
    quiet = np.tile(loud, (10, 1)) * np.float32(10 ** (-40 / 20))
    song = make.write(tmp_path / "song.wav", np.concatenate([quiet, loud]))

    stems = stems_of(engine, tmp_path, song)
    alone = stems_of(engine, tmp_path / "alone", make.write(tmp_path / "loud.wav", loud))

    heard = MEDIA.load(song)
    for part in (slice(0, 59 * RATE), slice(61 * RATE, 66 * RATE)):
        total = sum(stem[part] for stem in stems.values())
        assert loudness(total - heard[part]) < loudness(heard[part]) - 50
    for name in ("drums", "bass"):
        late, expected = stems[name][61 * RATE : 65 * RATE], alone[name][RATE : 5 * RATE]
        assert loudness(late) == pytest.approx(loudness(expected), abs=3), name


def test_a_band_without_a_singer_leaves_the_vocals_nearly_empty(engine: EmbeddedEngine, tmp_path: Path) -> None:
    stems = stems_of(engine, tmp_path, make.write(tmp_path / "song.wav", band(6.0)))

    assert loudness(stems["vocals"]) < loudness(sum(stems.values())) - 10


def test_somebody_who_only_speaks_is_found_in_the_vocals(engine: EmbeddedEngine, tmp_path: Path) -> None:
    stems = stems_of(engine, tmp_path, make.write(tmp_path / "song.wav", speech(6.0)))

    assert max(stems, key=lambda name: loudness(stems[name])) == "vocals"


def speech(seconds: float) -> np.ndarray:
    """Buzz through three formants that move from vowel to vowel, four syllables a second, falling in pitch."""
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 130 + 25 * np.sin(2 * np.pi * 0.4 * time) - 20 * (time % 1.5)
    turns = np.cumsum(pitch) / RATE
    syllable = (4 * time).astype(int)
    vowels = np.array([(700, 1200, 2500), (300, 2300, 3000), (450, 900, 2400), (550, 1800, 2500)], float)
    corners = vowels[np.random.default_rng(1).integers(0, 4, syllable.max() + 1)][syllable]
    smooth = np.ones(2000) / 2000
    corners = np.stack([np.convolve(corner, smooth, mode="same") for corner in corners.T])
    sound = np.zeros(len(time))
    for number in range(1, 40):
        weight = sum(np.exp(-(((number * pitch - corner) / 120) ** 2)) for corner in corners)
        sound += (weight + 0.02) / number**0.3 * np.sin(2 * np.pi * number * turns)
    sound *= np.clip(1.3 * np.sin(np.pi * ((4 * time) % 1)), 0, 1) * (time % 1.5 < 1.2)
    return np.repeat((0.3 * sound / np.abs(sound).max())[:, None], 2, axis=1).astype(np.float32)
