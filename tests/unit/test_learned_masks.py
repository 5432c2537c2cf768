"""The mask estimator around our own network: shapes, sums, silence, chunks, and what it says of a broken file."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.separation.embedded import SIGNAL, EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.learned_masks import MODEL, NAME, LearnedMasks, learned_masks
from harmonix_splitter.adapters.engines.separation.masking import mask_splitter
from harmonix_splitter.audio.chunks import CrossFade
from harmonix_splitter.audio.spectra import istft, stft
from harmonix_splitter.domain.separation import Recipe, Track
from harmonix_splitter.errors import EngineMissingError, SeparationError
from harmonix_splitter.services.separation.choice import choose

RATE = 44_100


@pytest.fixture(scope="module")
def estimator() -> LearnedMasks:
    return learned_masks()


def music(seconds: float) -> np.ndarray:
    """A chord, a beat and a gliding tone, stereo: something for every stem."""
    time = np.arange(int(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (110.0, 220.0, 277.2, 329.6)) * 0.1
    beat = np.random.default_rng(0).standard_normal(len(time)) * np.exp(-30 * (time % 0.5)) * 0.4
    glide = np.sin(2 * np.pi * 400 * time + 6 * np.sin(2 * np.pi * 0.7 * time)) * 0.2
    return np.stack([chord + beat + glide, chord + 0.8 * beat + glide]).astype(np.float32)


def level_of(audio: np.ndarray) -> float:
    return float(np.sqrt(np.mean(audio**2)))


def test_masks_lie_between_zero_and_one_and_sum_to_one(estimator: LearnedMasks) -> None:
    audio = music(2)

    masks = estimator.masks(stft(audio), level_of(audio))

    assert masks.shape == (4, 2, 2 * RATE // 1024 + 1, 256)
    assert masks.min() >= 0
    np.testing.assert_allclose(masks.sum(axis=0), 1.0, atol=1e-5)


def test_silence_has_finite_masks(estimator: LearnedMasks) -> None:
    masks = estimator.masks(stft(np.zeros((2, RATE), np.float32)), 0.0)

    assert np.isfinite(masks).all()


@pytest.mark.parametrize("gain", [0.001, 100.0])
def test_loudness_changes_nothing(estimator: LearnedMasks, gain: float) -> None:
    audio = music(2)

    plain = estimator.masks(stft(audio), level_of(audio))
    scaled = estimator.masks(stft(audio * np.float32(gain)), level_of(audio) * gain)

    np.testing.assert_allclose(scaled, plain, atol=0.02)


def test_a_song_in_segments_equals_the_song_in_one_piece(estimator: LearnedMasks) -> None:
    audio = music(25)
    track = Track(audio.shape[1], RATE, level_of(audio))
    silence = mask_splitter(estimator, estimator.stems).segmentation.margin
    spectrum = stft(np.pad(audio, ((0, 0), (silence, silence))))
    masks = np.repeat(estimator.masks(spectrum, track.level), estimator.band_widths, axis=-1)
    whole = istft(spectrum * masks, audio.shape[1] + 2 * silence)[..., silence:-silence]

    pieces = in_segments(estimator, audio, track)

    for stem, piece in zip(whole, pieces, strict=True):
        assert 10 * np.log10(np.mean((stem - piece) ** 2) / track.level**2) < -80


def in_segments(estimator: LearnedMasks, audio: np.ndarray, track: Track) -> np.ndarray:
    splitter = mask_splitter(estimator, estimator.stems)
    plan = splitter.segmentation
    blend = CrossFade(4, 2, plan.fade)
    padded = np.pad(audio, ((0, 0), (plan.length, plan.length)))
    for segment in plan.segments(track.frames):
        read = padded[:, segment.read + plan.length : segment.read + 2 * plan.length]
        blend.add(segment, splitter.split(read[None], track)[0][:, :, segment.kept])
    return blend.take(track.frames)


def test_a_damaged_model_is_named_with_the_repair(tmp_path: Path) -> None:
    broken = tmp_path / "embedded.onnx"
    content = bytearray(MODEL.read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(content)
    shutil.copy(MODEL.with_suffix(".sha256"), tmp_path)

    with pytest.raises(EngineMissingError, match=r"embedded\.onnx is damaged.*pip install --force-reinstall"):
        learned_masks(broken)


def test_an_absent_model_is_named_with_the_repair(tmp_path: Path) -> None:
    with pytest.raises(EngineMissingError, match=r"cannot be read.*pip install --force-reinstall"):
        learned_masks(tmp_path / "embedded.onnx")


def test_an_answer_that_is_no_number_is_an_error_and_not_a_stem() -> None:
    broken = LearnedMasks(lambda heard: np.full((1, 4, 2, heard.shape[2], 256), np.nan, np.float32))

    with pytest.raises(SeparationError, match="no usable answer"):
        broken.masks(stft(music(1)), 0.1)


def test_the_model_is_small_enough_to_ship() -> None:
    assert MODEL.stat().st_size <= 8 * 2**20


def test_where_our_model_cannot_be_loaded_signal_processing_stands_in_and_says_why(tmp_path: Path) -> None:
    engines = (EmbeddedEngine(NAME, lambda: learned_masks(tmp_path / "embedded.onnx")), EmbeddedEngine())

    choice = choose(engines, Recipe())

    assert choice.offer.model == SIGNAL
    assert "cannot be read" in choice.reasons[0]


def test_our_model_comes_before_signal_processing() -> None:
    engines = (EmbeddedEngine(NAME, learned_masks), EmbeddedEngine())

    choice = choose(engines, Recipe(engine="embedded"))

    assert choice.offer.model == NAME
    assert choice.reasons == ()
