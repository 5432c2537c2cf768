"""Bars from accents, beats from a network's chances, sections from evidence at the bar lines."""

from dataclasses import replace

import numpy as np
import pytest

from harmonix_splitter.analysis import bars, borders, calibration, entries
from harmonix_splitter.analysis.activations import beats_from
from harmonix_splitter.analysis.structure import parts_of

RATE = 50.0


def odds(metre: int, count: int, clear: float, seed: int = 1) -> np.ndarray:
    """Log odds of each beat to be a first one, with noise of spread one around a clear pattern."""
    noise = np.random.default_rng(seed).standard_normal(count)
    return np.where(np.arange(count) % metre == 0, clear, -clear) + noise


def metre_of(values: np.ndarray) -> bars.Bars:
    return bars.likeliest_bars(-np.logaddexp(0, -values), -np.logaddexp(0, values))


@pytest.mark.parametrize("metre", [3, 4, 7])
def test_clear_first_beats_tell_the_metre(metre: int) -> None:
    found = metre_of(odds(metre, 168, clear=3.0))

    assert found.metre == metre
    assert list(found.positions[: metre + 1]) == [*range(1, metre + 1), 1]
    assert found.sure > 0.8


@pytest.mark.parametrize("seed", range(5))
def test_a_rare_metre_needs_more_than_noise(seed: int) -> None:
    found = metre_of(np.random.default_rng(seed).standard_normal(200) - 1)

    assert found.metre in (4, 3, 2)


def test_a_bar_cut_short_moves_the_first_beats_after_it() -> None:
    values = np.concatenate([odds(4, 82, 3.0), odds(4, 80, 3.0)])  # the twenty-first bar has two beats

    found = metre_of(values)

    assert found.metre == 4
    assert found.positions[0] == 1
    assert (np.flatnonzero(found.positions == 1)[-10:] % 4 == 2).all()


def peaks(times: np.ndarray, seconds: float) -> np.ndarray:
    frames = np.arange(int(seconds * RATE)) / RATE
    return np.exp(-0.5 * ((frames[:, None] - times[None, :]) / 0.02) ** 2).max(axis=1)


def test_a_networks_peaks_become_beats_in_bars() -> None:
    true = np.arange(0.5, 39, 0.6)
    firsts = peaks(true[::3], 40)
    others = peaks(np.delete(true, np.arange(0, len(true), 3)), 40)

    times, positions = beats_from(0.8 * others, 0.9 * firsts, RATE)

    inner = (times > 2) & (times < 38)
    assert np.abs((times[inner] - 0.5) / 0.6 - np.round((times[inner] - 0.5) / 0.6)).max() < 0.05
    assert (positions[inner] == np.round((times[inner] - 0.5) / 0.6) % 3 + 1).all()


def test_a_network_that_hears_nothing_gives_no_beats() -> None:
    times, positions = beats_from(np.full(2000, 0.01), np.full(2000, 0.001), RATE)

    assert len(times) == len(positions) == 0


def test_clear_borders_are_taken_and_a_faint_one_off_the_grid_is_not() -> None:
    evidence = np.full(40, -5.0)
    evidence[[4, 12, 20, 28]] = 1.0
    evidence[17] = -2.0

    found = borders.divided(evidence)

    assert set(found) >= {4, 12, 20, 28}
    assert 17 not in found


def test_a_strong_border_off_the_grid_is_believed() -> None:
    evidence = np.full(40, -5.0)
    evidence[[8, 16, 25, 33]] = 6.0

    assert set(borders.divided(evidence)) >= {8, 16, 25, 33}


@pytest.mark.parametrize("doubt", [-1.0, -2.0, -3.0])
def test_phrases_are_counted_from_where_the_music_begins(doubt: float) -> None:
    evidence = np.full(45, doubt)
    evidence[[3, 11]] += 0.5

    assert {edge % 8 for edge in borders.divided(evidence)[:-1]} == {0}


def test_a_bar_line_is_judged_beside_the_next_and_the_one_before() -> None:
    rows = borders.beside(np.arange(3.0)[:, None])

    assert rows.tolist() == [[0, 1, 0], [1, 2, 0], [2, 2, 1]]


def test_music_that_returns_gets_its_letter_back() -> None:
    chance = np.random.default_rng(3)
    phrase = {name: chance.random((8, 48)) for name in "AB"}
    harmony = np.concatenate([phrase[name] + 0.05 * chance.random((8, 48)) for name in "ABAB"])
    level = np.repeat([0.0, 1.0, 0.0, 1.0], 8)
    timbre = np.repeat(level[:, None] - 0.5, 40, axis=1) + 0.1 * chance.random((32, 40))
    rows = borders.BarRows(
        harmony, harmony, harmony, timbre, level, timbre[:, 25:].mean(axis=1), np.ones((32, 2)), np.zeros(32)
    )

    found = parts_of(rows)

    letters = np.repeat(found.letters, np.diff(found.edges))
    assert set(found.edges) >= {8, 16, 24}
    assert letters[0] == letters[16] != letters[8] == letters[24]


@pytest.mark.parametrize("beat", [-1.5, -1, 0, 1, 1.5])
def test_a_tune_that_begins_about_a_bar_line_comes_in_at_it(beat: float) -> None:
    tune = np.zeros((12, entries.STEPS))
    tune.ravel()[round(4 * entries.STEPS + beat * 4) : round(7 * entries.STEPS + beat * 4)] = 1.0

    found = entries.entries_at(tune.ravel())

    assert len(found) == 12
    assert found.argmax() == 4
    assert np.delete(found, [3, 4, 5]).max() < found[4] / 2


def test_a_tune_without_a_breath_comes_in_nowhere_but_at_its_beginning() -> None:
    assert entries.entries_at(np.ones(12 * entries.STEPS))[1:].max() == 0


def test_a_tune_is_told_from_what_lies_below_it() -> None:
    notes = np.zeros((8 * entries.STEPS, 84))
    notes[:, [20, 32, 36]] = 1.0
    notes[2 * entries.STEPS : 4 * entries.STEPS, 55] = 0.6
    notes[6 * entries.STEPS :, 52] = 0.6

    tune = entries.tune_in_mix(notes).reshape(8, -1).mean(axis=1)

    assert set(np.flatnonzero(tune > 0.5)) == {2, 3, 6, 7}


def test_silence_has_no_tune() -> None:
    assert not entries.tune_in_mix(np.zeros((32, 84))).any()
    assert not entries.tune_in_stem(np.zeros(32)).any()


def test_a_section_begins_where_the_tune_comes_in_and_not_a_bar_beside_it() -> None:
    same, still, comes_in = np.ones((49, 48)), np.zeros(49), np.zeros(49)
    comes_in[[9, 17, 25, 33, 41]] = 1.0
    plain = borders.BarRows(same, same, same, same, still, still, np.ones((49, 2)), still)

    assert parts_of(plain).edges[:4] == (0, 8, 16, 24)
    assert parts_of(replace(plain, entries=comes_in)).edges[:4] == (0, 9, 17, 25)


@pytest.mark.parametrize("what", list(calibration.CURVES))
def test_more_certainty_never_means_less_trust(what: str) -> None:
    trust = [calibration.trusted(what, said) for said in np.linspace(0, 1, 101)]

    assert trust == sorted(trust)
    assert 0 <= trust[0] <= trust[-1] <= 1
