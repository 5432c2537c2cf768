"""Masks without a model."""

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.separation.masking import mask_splitter
from harmonix_splitter.adapters.engines.separation.signal_masks import SignalMasks, _median_of_nine
from harmonix_splitter.domain.separation import Track

SMALL = SignalMasks(context_frames=20, apart_frames=4)


def spectrum(frames: int = 60) -> np.ndarray:
    random = np.random.default_rng(5)
    return (random.normal(size=(2, frames, 2049)) + 1j * random.normal(size=(2, frames, 2049))).astype(np.complex64)


@pytest.mark.parametrize("frames", [1, 3, 60])
def test_the_shares_of_all_stems_sum_to_one(frames: int) -> None:
    masks = SMALL.masks(spectrum(frames), 0.1)

    assert masks.shape == (4, 2, frames, 2049)
    assert np.allclose(masks.sum(axis=0), 1, atol=1e-5)
    assert masks.min() >= -1e-6


def test_silence_has_masks_too() -> None:
    assert np.isfinite(SMALL.masks(np.zeros((2, 10, 2049), np.complex64), 0.0)).all()


def test_a_frame_far_away_changes_nothing() -> None:
    before = spectrum(100)
    after = before.copy()
    after[:, 80:] *= 3

    far = SMALL.masks(before, 0.1)[:, :, :50], SMALL.masks(after, 0.1)[:, :, :50]

    assert np.array_equal(*far)


def test_a_strike_is_drums_and_a_low_hold_is_bass() -> None:
    t = np.arange(44_100 * 4)
    hold = np.sin(2 * np.pi * 80 * t / 44_100) * 0.3
    strikes = np.zeros_like(hold)
    strikes[22_050::22_050] = 1.0
    audio = np.stack([hold + strikes] * 2).astype(np.float32)
    splitter = mask_splitter(SignalMasks(), ("drums", "bass"))
    segment = np.zeros((1, 2, splitter.segmentation.length), np.float32)
    margin = splitter.segmentation.margin
    segment[0, :, margin : margin + audio.shape[1]] = audio

    drums, bass = splitter.split(segment, Track(len(t), 44_100, 0.2))[0, :, 0, margin + 44_100 : margin + 44_100 * 3]

    middle = slice(44_100, 44_100 * 3)
    assert np.corrcoef(bass, hold[middle])[0, 1] > 0.95
    assert np.corrcoef(drums, strikes[middle])[0, 1] > 0.5


def test_the_quick_median_is_the_median() -> None:
    layers = np.random.default_rng(0).normal(size=(9, 50, 20)).astype(np.float32)

    assert np.array_equal(_median_of_nine(list(layers.copy())), np.median(layers, axis=0))
