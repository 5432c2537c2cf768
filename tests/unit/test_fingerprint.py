"""The same sound is known again from another file; another take, mix or pitch is not."""

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from harmonix_splitter.audio import fingerprint
from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.fingerprints import FingerprintComparer

Audio = NDArray[np.float32]


def music(seed: int, seconds: float = 60.0, rate: int = 44100, pitch: float = 1.0) -> Audio:
    """Notes of random pitch and length, two voices and a noisy beat."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    sound = np.zeros_like(time)
    for _ in range(2):
        start = 0.0
        while start < seconds:
            length = random.uniform(0.15, 0.6)
            frequency = 220.0 * 2 ** (random.integers(0, 24) / 12) * pitch
            here = slice(int(start * rate), int(min(seconds, start + length) * rate))
            local = time[here] - start
            for harmonic in range(1, 6):
                sound[here] += np.sin(2 * np.pi * frequency * harmonic * local) * np.exp(-4 * local) / harmonic
            start += length
    for beat in np.arange(0, seconds - 0.2, 0.5):
        here = slice(int(beat * rate), int((beat + 0.1) * rate))
        sound[here] += random.normal(0, 0.3, here.stop - here.start)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def words(audio: Audio, rate: int = 44100) -> tuple[int, ...]:
    small = soxr.resample(audio, rate, fingerprint.RATE)
    return tuple(int(word) for word in fingerprint.hear(np.array_split(small, 7)).words)


def recording(audio: Audio) -> Recording:
    return Recording("a" * 11, youtube("a" * 11), fingerprint=np.array(words(audio), "<u4").tobytes())


ORIGINAL = music(1)
KNOWN = recording(ORIGINAL)


@pytest.mark.parametrize(
    ("name", "variant", "rate", "offset"),
    [
        ("quieter", ORIGINAL * 0.25, 44100, 0.0),
        ("trimmed", ORIGINAL[int(1.3 * 44100) :], 44100, 1.3),
        ("late", np.concatenate([np.zeros(22050, np.float32), ORIGINAL]), 44100, -0.5),
        ("resampled", soxr.resample(ORIGINAL, 44100, 48000), 48000, 0.0),
        ("noisy", ORIGINAL + np.random.default_rng(0).normal(0, 0.003, len(ORIGINAL)).astype(np.float32), 44100, 0.0),
    ],
)
def test_the_same_recording_is_known_again(name: str, variant: Audio, rate: int, offset: float) -> None:
    match = FingerprintComparer().compare(words(variant, rate), KNOWN)

    assert match is not None, name
    assert match.is_same, name
    assert match.offset == pytest.approx(offset, abs=0.03)


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("another song", music(2)),
        ("a semitone up", music(1, pitch=2 ** (1 / 12))),
        ("another take", np.interp(np.arange(0, len(ORIGINAL), 1.02), np.arange(len(ORIGINAL)), ORIGINAL)),
        ("a remix", np.concatenate([ORIGINAL[: 30 * 44100], music(3, 30.0)])),
        ("an excerpt", ORIGINAL[: 20 * 44100]),
    ],
)
def test_something_else_is_never_merged(name: str, variant: Audio) -> None:
    match = FingerprintComparer().compare(words(variant.astype(np.float32)), KNOWN)

    assert match is None or not match.is_same, name


def test_the_same_sound_shares_marks_and_another_shares_hardly_any() -> None:
    mine = set(fingerprint.marks_of(np.array(words(ORIGINAL), np.uint32)))

    trimmed = set(fingerprint.marks_of(np.array(words(ORIGINAL[int(1.3 * 44100) :]), np.uint32)))
    other = set(fingerprint.marks_of(np.array(words(music(2)), np.uint32)))

    assert len(mine & trimmed) >= 5
    assert len(mine & other) <= 1


def test_what_is_short_and_badly_encoded_is_still_found() -> None:
    short, random = ORIGINAL[: 20 * 44100], np.random.default_rng(7)
    kept = set(fingerprint.marks_of(np.array(words(short), np.uint32)))
    shifted = short[300:] + random.normal(0, 0.01, len(short) - 300).astype(np.float32)
    heard = np.array(words(shifted), np.uint32)

    assert len(kept & set(fingerprint.marks_near(heard))) >= 3
    assert len(kept & set(fingerprint.marks_near(heard))) > len(kept & set(fingerprint.marks_of(heard)))
    assert len(set(fingerprint.marks_near(np.array(words(music(2, 20.0)), np.uint32))) & kept) <= 2


def test_silence_has_no_marks() -> None:
    assert fingerprint.marks_of(np.array(words(np.zeros(44100 * 5, np.float32)), np.uint32)) == []
