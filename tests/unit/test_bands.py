"""The bands our own separator sees: nothing lost, nothing twice, and energy measured against the track's level."""

import numpy as np
import pytest

from harmonix_splitter.audio.bands import (
    BANDS,
    BINS,
    FRAME,
    HOP,
    band_edges,
    band_sums,
    band_widths,
    energies,
    features,
)


def spectrum_of_noise(frames: int = 12, seed: int = 0) -> np.ndarray:
    chance = np.random.default_rng(seed)
    samples = chance.standard_normal((2, FRAME + HOP * (frames - 1)))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)
    cut = np.lib.stride_tricks.sliding_window_view(samples, FRAME, axis=1)[:, ::HOP]
    return np.fft.rfft(cut * window).astype(np.complex64)


def test_every_bin_belongs_to_exactly_one_band() -> None:
    edges = band_edges()

    assert len(edges) == BANDS + 1
    assert edges[0] == 0
    assert edges[-1] == BINS
    assert min(np.diff(edges)) >= 1


def test_the_bands_hold_the_energy_of_their_own_bins() -> None:
    power = energies(spectrum_of_noise())

    sums = band_sums(power)

    for band in (0, 127, 128, 200, BANDS - 1):
        low, high = band_edges()[band], band_edges()[band + 1]
        np.testing.assert_allclose(sums[..., band], power[..., low:high].sum(-1), rtol=1e-4)


def test_a_band_mask_reaches_every_bin_of_its_band() -> None:
    masks = np.arange(BANDS, dtype=np.float32)

    bins = np.repeat(masks, band_widths())

    assert bins.shape == (BINS,)
    assert all((bins[band_edges()[b] : band_edges()[b + 1]] == b).all() for b in range(BANDS))


def test_a_bin_of_white_noise_has_energy_one_at_its_own_level() -> None:
    heard = features(spectrum_of_noise(60), level=1.0)

    left = 10 ** (3 * heard[0, :, :128])

    assert left.mean() == pytest.approx(1.0, abs=0.1)


def test_features_are_the_same_however_loud_the_recording() -> None:
    spectrum = spectrum_of_noise()

    quiet, loud = features(spectrum * np.float32(0.01), 0.01), features(spectrum, 1.0)

    np.testing.assert_allclose(quiet, loud, atol=1e-3)


def test_silence_has_finite_features() -> None:
    heard = features(np.zeros((2, 4, BINS), np.complex64), level=0.0)

    assert np.isfinite(heard).all()


def test_equal_channels_have_no_side_and_no_turn() -> None:
    left = spectrum_of_noise()[:1]

    heard = features(np.concatenate([left, left]), 1.0)

    assert heard[3].max() < heard[2].max() - 1.0
    assert np.abs(heard[4]).max() < 1e-3
