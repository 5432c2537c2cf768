"""Keys that change inside a song."""

import numpy as np
import pytest

from harmonix_splitter.analysis.modulations import keys_of_bars, turns_of
from harmonix_splitter.domain.analysis import Key, KeyFinding, Scale
from harmonix_splitter.services.analysis import analysis_of_samples
from harmonix_splitter.services.analysis.harmony import led_by_longest
from tests.unit.test_analysis_maths import band

C, CIS, D, G, A_MINOR = 0, 1, 2, 7, 21
RATE = 22050


def path(*sections: tuple[int, float, float]) -> list[int]:
    """The keys of sections given as (likeliest key, its chance, seconds)."""
    chances = np.array([[sure if key == one else (1 - sure) / 23 for key in range(24)] for one, sure, _ in sections])
    return keys_of_bars(chances, np.array([seconds for _, _, seconds in sections])).tolist()


def test_a_song_that_goes_up_a_tone_has_two_keys() -> None:
    assert path((C, 0.99, 20), (C, 0.99, 20), (D, 0.999, 20), (D, 0.999, 20)) == [C, C, D, D]


def test_the_notes_say_in_which_bar_the_new_key_begins() -> None:
    bars = np.zeros((16, 12))
    bars[:9, [0, 4, 7]] = 1.0
    bars[9:, [2, 6, 9]] = 1.0

    assert turns_of(np.repeat([C, D], [7, 9]), bars) == (9,)
    assert turns_of(np.repeat([C, D], [11, 5]), bars) == (9,)


def test_one_doubtful_section_is_no_change() -> None:
    assert path((C, 0.99, 20), (D, 0.6, 20), (C, 0.99, 20)) == [C, C, C]


def test_a_short_section_speaks_softly() -> None:
    assert path((C, 0.99, 20), (CIS, 0.9999, 4), (C, 0.99, 20)) == [C, C, C]


@pytest.mark.parametrize("relative", [(C, A_MINOR), (A_MINOR, C)])
def test_the_relative_key_is_no_change(relative: tuple[int, int]) -> None:
    first, second = relative

    assert len(set(path((first, 0.999, 40), (second, 0.999, 40)))) == 1


def test_a_passage_on_the_fifth_needs_more_than_one_in_a_far_key() -> None:
    assert path((C, 0.999, 40), (CIS, 0.999, 20)) == [C, CIS]
    assert path((C, 0.999, 40), (G, 0.999, 20)) == [C, C]


def test_a_band_that_goes_up_a_semitone_says_when_and_where_to() -> None:
    audio = np.concatenate([band(bars=16)[: int((0.5 + 16 * 2.4) * RATE)], band(bars=16, cents=100)[RATE // 2 :]])

    found = analysis_of_samples(audio, RATE)

    assert [change.key for change in found.key_changes] == [Key(0, Scale.MAJOR), Key(1, Scale.MAJOR)]
    assert found.key_changes[1].start == pytest.approx(0.5 + 16 * 2.4, abs=0.3)
    assert found.key_changes[1].end == pytest.approx(found.duration, abs=0.1)


def test_a_song_is_named_after_the_key_it_is_in_for_longest() -> None:
    c, d, g = (Key(tonic, Scale.MAJOR) for tonic in (C, D, G))
    guesses = (KeyFinding(g, 0.5), KeyFinding(c, 0.3), KeyFinding(d, 0.2))
    stretches = (KeyFinding(c, 0.9, 0, 30), KeyFinding(d, 0.9, 30, 50))

    assert [found.key for found in led_by_longest(guesses, stretches)] == [c, g, d]
    assert led_by_longest(guesses, ()) == guesses
