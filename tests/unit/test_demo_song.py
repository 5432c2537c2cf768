"""The demo song is what its truth says."""

import numpy as np
import pytest

from harmonix_splitter.audio.demo_song import RATE, demo_mix, demo_stems
from harmonix_splitter.domain.demo import truth


def test_every_word_is_sung_where_the_truth_says() -> None:
    voice = np.abs(demo_stems()["vocals"]).max(axis=1)
    words = [word for line in truth().lines for word in line]

    sounding = [float(voice[round((w.start + 0.05) * RATE) : round((w.end - 0.05) * RATE)].max()) for w in words]
    silent = [float(voice[round((w.start - 0.035) * RATE) : round((w.start - 0.005) * RATE)].max()) for w in words]

    assert min(sounding) > 0.02
    assert max(silent) < 1e-3


def test_the_song_fits_its_file_and_is_the_same_every_time() -> None:
    first, second = demo_mix(), demo_mix()

    assert np.array_equal(first, second)
    assert float(np.abs(first).max()) < 1.0
    assert len(first) == round(truth().duration * RATE)


def test_drums_hit_on_the_beats() -> None:
    drums = np.abs(demo_stems()["drums"]).sum(axis=1)
    facts = truth()

    hits = [drums[round(beat * RATE) : round((beat + 0.02) * RATE)].mean() for beat in facts.beats]
    between = [drums[round((beat - 0.02) * RATE) : round(beat * RATE)].mean() for beat in facts.beats]

    assert np.median(hits) > 5 * np.median(between)


@pytest.mark.parametrize("line", truth().lines, ids=lambda line: line[0].text)
def test_words_of_a_line_follow_each_other(line: tuple) -> None:  # type: ignore[type-arg]
    ends = [word.end for word in line]
    starts = [word.start for word in line]

    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
