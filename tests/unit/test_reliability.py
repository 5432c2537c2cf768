"""When we say 0.9, are we right nine times in ten? On what the models said of composed songs, and whether it was so.

tests/data/said_and_right.json holds, per fact and certainty of the model, how often it said so and how often it was
right: what training/analysis/fit_calibration.py measured, on the songs its tables were fitted on.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.analysis.calibration import trusted

SAID = json.loads((Path(__file__).parent.parent / "data" / "said_and_right.json").read_text())
GROUPS, FEWEST = 3, 12


def groups_of(what: str) -> list[tuple[float, float, int]]:
    """(confidence shown, share that was right, cases), from least to most certain, about as many cases in each."""
    rows = [(trusted(what, float(said)), count, right) for said, (count, right) in SAID[what].items()]
    shown, counts, rights = np.array(sorted(rows)).T
    cut = np.searchsorted(np.cumsum(counts), np.arange(1, GROUPS) * counts.sum() / GROUPS)
    parts = [part for part in np.split(np.arange(len(shown)), cut) if len(part)]
    return [
        (float(np.average(shown[p], weights=counts[p])), float(rights[p].sum() / counts[p].sum()), int(counts[p].sum()))
        for p in parts
    ]


@pytest.mark.parametrize("what", sorted(SAID))
def test_a_confidence_is_the_share_that_is_right(what: str) -> None:
    groups = [group for group in groups_of(what) if group[2] >= FEWEST]

    assert len(groups) >= 2
    for shown, right, _ in groups:
        assert shown == pytest.approx(right, abs=0.13)


@pytest.mark.parametrize("what", sorted(SAID))
def test_over_all_cases_we_neither_boast_nor_hide(what: str) -> None:
    groups = groups_of(what)
    cases = sum(count for _, _, count in groups)

    gap = sum(abs(shown - right) * count for shown, right, count in groups) / cases

    assert gap < 0.09
