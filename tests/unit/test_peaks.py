"""Waveform outlines."""

import numpy as np
import pytest

from harmonix_splitter.audio.peaks import FINEST, Peaks, peaks_of


def blocks(samples: np.ndarray, size: int = 1000) -> list[np.ndarray]:
    return [samples[at : at + size] for at in range(0, len(samples), size)]


def test_a_loud_moment_shows_at_every_zoom() -> None:
    samples = np.zeros((100_000, 2), np.float32)
    samples[60_000, 1], samples[10, 0] = 1.0, -0.5

    peaks = peaks_of(blocks(samples), 44_100)

    assert list(peaks.levels) == [256, 1024, 4096, 16_384, 65_536]
    for per_point, points in peaks.levels.items():
        assert len(points) == -(-100_000 // per_point)
        assert points[60_000 // per_point, 1] == 127
        assert points[10 // per_point, 0] == -64


def test_the_file_holds_the_same() -> None:
    peaks = peaks_of(blocks(np.random.default_rng(0).uniform(-1, 1, (5000, 2)).astype(np.float32)), 44_100)

    read = Peaks.from_bytes(peaks.to_bytes())

    assert (read.sample_rate, read.frames) == (44_100, 5000)
    assert all(np.array_equal(read.levels[level], points) for level, points in peaks.levels.items())


def test_block_sizes_make_no_difference() -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (5000, 1)).astype(np.float32)

    assert peaks_of(blocks(samples, 37), 44_100).to_bytes() == peaks_of([samples], 44_100).to_bytes()


def test_json_gives_the_zoom_asked_for() -> None:
    document = peaks_of([np.full((FINEST * 8, 1), 0.5, np.float32)], 8000).to_document(per_point=2000)

    assert document["framesPerPoint"] == 1024
    assert document["high"] == [64, 64]


def test_nothing_has_an_outline_too_and_rubbish_has_none() -> None:
    assert peaks_of([], 44_100).frames == 0
    with pytest.raises(ValueError, match="not a peaks file"):
        Peaks.from_bytes(b"RIFFxxxxWAVE")
