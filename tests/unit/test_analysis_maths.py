"""The maths on signals whose facts are known because we made them."""

import numpy as np
import pytest

from harmonix_splitter.analysis.loudness import LoudnessStream
from harmonix_splitter.audio.hearing import RATE, heard
from harmonix_splitter.services.analysis import analysis_of_samples

STUDIO = 44100
TRIADS = {"C": (60, 64, 67), "G": (55, 59, 62), "Am": (57, 60, 64), "F": (53, 57, 60)}


def tone(midi: float, seconds: float, rate: int = RATE) -> np.ndarray:
    times = np.arange(int(seconds * rate)) / rate
    frequency = 440 * 2 ** ((midi - 69) / 12)
    voices = sum(0.6**n * np.sin(2 * np.pi * frequency * (n + 1) * times) for n in range(6))
    return np.asarray(voices * np.exp(-2.5 * times), np.float32)


def band(bpm: float = 100, bars: int = 16, cents: float = 0.0, rate: int = RATE) -> np.ndarray:
    """Four chords, one a bar, struck on every beat over a bass note on the one and clicks that mark the bar."""
    step = 60 / bpm
    audio = np.zeros(int((bars * 4 * step + 2) * rate), np.float32)
    noise = np.random.default_rng(0).standard_normal(int(0.03 * rate)).astype(np.float32)
    for bar in range(bars):
        chord = list(TRIADS.values())[bar % 4]
        for beat in range(4):
            at = int((0.5 + (bar * 4 + beat) * step) * rate)
            for note in chord:
                struck = 0.1 * tone(note + cents / 100, step, rate)
                audio[at : at + len(struck)] += struck
            if beat == 0:
                low = 0.35 * tone(chord[0] - 24 + cents / 100, step * 3, rate)[: len(audio) - at]
                audio[at : at + len(low)] += low
            audio[at : at + len(noise)] += noise * (0.2 if beat == 0 else 0.1)
    return audio


@pytest.fixture(scope="module")
def plain():
    return analysis_of_samples(band(), RATE)


def test_the_tempo_of_a_plain_band_is_found(plain) -> None:
    assert plain.rhythm.tempo.bpm == pytest.approx(100, rel=0.01)


def test_beats_lie_where_they_were_struck(plain) -> None:
    struck = 0.5 + np.arange(64) * 0.6
    found = np.array(plain.rhythm.beats)

    near = np.abs(found[:, None] - struck).min(axis=1)

    assert np.median(near) < 0.02
    assert (near < 0.05).mean() > 0.9


def test_bars_begin_where_the_harmony_and_bass_change(plain) -> None:
    assert plain.rhythm.metre.name == "4/4"
    first = (np.array(plain.rhythm.downbeats) - 0.5) / 2.4
    assert np.abs(first - np.round(first)).max() < 0.05


def test_chords_and_key_are_named(plain) -> None:
    named = [chord.name.triad.short() for chord in plain.chords if chord.name.is_chord and chord.end - chord.start > 1]

    assert named[:8] == ["C", "G", "Am", "F"] * 2
    assert plain.key.camelot == "8B"


def test_a_band_that_stays_has_no_other_keys(plain) -> None:
    assert len(plain.rhythm.downbeats) >= 15
    assert plain.key_changes == ()


def test_a_band_tuned_forty_cents_high_plays_the_same_chords() -> None:
    sharp = analysis_of_samples(band(bars=8, cents=40), RATE)

    assert sharp.tuning_cents == pytest.approx(40, abs=6)
    assert sharp.key is not None
    assert sharp.key.camelot == "8B"


@pytest.mark.parametrize("seconds", [0.01, 1.0, 5.0])
def test_silence_has_no_tempo_key_or_chords(seconds: float) -> None:
    nothing = analysis_of_samples(np.zeros(int(seconds * RATE), np.float32), RATE)

    assert (nothing.rhythm.tempo, nothing.keys, nothing.chords) == (None, (), ())
    assert nothing.loudness is not None
    assert nothing.loudness.integrated is None


def test_an_offset_hum_of_direct_current_is_no_music() -> None:
    assert analysis_of_samples(np.full(RATE * 6, 0.3, np.float32), RATE).rhythm.tempo is None


def struck(midi: list[int], starts: np.ndarray) -> np.ndarray:
    audio = np.zeros(int((starts[-1] + 2) * RATE), np.float32)
    for note, at in zip(midi, starts, strict=True):
        sound = 0.3 * tone(note, 1.0)
        audio[int(at * RATE) : int(at * RATE) + len(sound)] += sound
    return audio


def test_a_held_note_has_no_tempo_chord_or_key() -> None:
    held = analysis_of_samples(0.3 * np.sin(2 * np.pi * 440 / RATE * np.arange(20 * RATE)).astype(np.float32), RATE)

    assert (held.rhythm.tempo, held.keys, held.chords) == (None, (), ())


def test_one_note_over_and_over_has_a_tempo_and_no_harmony() -> None:
    repeated = analysis_of_samples(struck([60] * 32, np.arange(32) * 0.5), RATE)

    assert repeated.rhythm.tempo is not None
    assert repeated.rhythm.tempo.bpm == pytest.approx(120, rel=0.02)
    assert (repeated.keys, repeated.chords) == ((), ())


def test_nobody_is_sure_of_a_pulse_in_noise() -> None:
    noise = analysis_of_samples(0.1 * np.random.default_rng(3).standard_normal(RATE * 20).astype(np.float32), RATE)

    assert noise.keys == ()
    assert noise.rhythm.tempo is None or noise.rhythm.tempo.confidence < 0.2
    assert noise.rhythm.metre is None or noise.rhythm.metre.confidence < 0.3
    assert all(section.confidence < 0.2 for section in noise.sections)


def test_free_time_is_less_sure_than_a_steady_beat() -> None:
    chance = np.random.default_rng(4)
    notes = [int(note) for note in chance.choice([60, 62, 64, 65, 67, 69, 71, 72], 40)]
    free = analysis_of_samples(struck(notes, np.cumsum(chance.uniform(0.15, 1.6, 40))), RATE)
    steady = analysis_of_samples(struck(notes, np.arange(40) * 0.6), RATE)

    assert steady.rhythm.tempo is not None
    assert free.rhythm.tempo is None or free.rhythm.tempo.confidence < steady.rhythm.tempo.confidence / 1.5


def test_blocks_of_any_size_are_heard_alike() -> None:
    audio = band(bars=2)

    whole = heard([audio])
    pieces = heard(np.split(audio, [7, 1000, 1001, 40_000]))

    np.testing.assert_allclose(pieces.onsets, whole.onsets, atol=1e-4)
    np.testing.assert_allclose(pieces.pitches, whole.pitches, atol=2e-2)


def loudness_of(audio: np.ndarray, block: int = 30_000):
    stream = LoudnessStream(STUDIO)
    for at in range(0, len(audio), block):
        stream.hear(audio[at : at + block])
    return stream.finish()


def sine(level: float, seconds: float = 20, frequency: float = 997.0, phase: float = 0.0) -> np.ndarray:
    times = np.arange(int(seconds * STUDIO)) / STUDIO
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * frequency * times + phase)
    return np.column_stack([wave, wave])


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_the_ebu_sine_reads_its_own_level(level: float) -> None:
    """EBU Tech 3341, cases 1 and 2: a stereo sine of 1 kHz reads its peak level in LUFS, within 0.1."""
    assert loudness_of(sine(level)).integrated == pytest.approx(level, abs=0.1)


def test_quiet_stretches_are_gated_out() -> None:
    """EBU Tech 3341, case 3: -36, -23, -36 dBFS reads -23."""
    whole = np.concatenate([sine(-36, 10), sine(-23, 60), sine(-36, 10)])

    assert loudness_of(whole).integrated == pytest.approx(-23, abs=0.1)


def test_loudness_range_spans_the_two_levels() -> None:
    """EBU Tech 3342, case 1: 20 s at -20 and 20 s at -30 dBFS have a range of 10 LU."""
    assert loudness_of(np.concatenate([sine(-20), sine(-30)])).range == pytest.approx(10, abs=1)


def test_a_peak_between_samples_is_found() -> None:
    """EBU Tech 3341, case 16: a quarter of the rate at 45 degrees peaks 3 dB above its samples."""
    between = sine(-6, 2, STUDIO / 4, np.pi / 4)

    assert loudness_of(between).true_peak == pytest.approx(-6, abs=0.4)


def test_clipping_and_silence_are_reported() -> None:
    clipped = np.clip(sine(3, 5), -1, 1)
    facts = loudness_of(np.concatenate([clipped, np.zeros((STUDIO * 4, 2))]))

    assert facts.clipped_samples > 1000
    assert [round(end - start) for start, end in facts.silences] == [4]
