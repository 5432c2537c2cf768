"""Fits the weights of analysis/borders.py: which bar line begins a section. Cross-validated in three.

python -m training.analysis.fit_borders /forms
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import mir_eval
import numpy as np
from scipy.optimize import minimize

from harmonix_splitter.analysis import borders
from harmonix_splitter.analysis.grids import standardised
from harmonix_splitter.audio.hearing import Spectra
from harmonix_splitter.services.analysis.form import rows_of
from harmonix_splitter.services.analysis.listening import Heard
from harmonix_splitter.services.analysis.notes import notes_of
from training.analysis.compose_forms import Form
from training.analysis.examples import forms_in

_STEADINESS = 0.2


@dataclass(frozen=True)
class Case:
    name: str
    number: int
    lines: np.ndarray
    evidence: np.ndarray
    entries: np.ndarray
    is_border: np.ndarray


def case(name: str, number: int, form: Form, mix: Spectra) -> Case:
    lines, heard = np.array(form.piece.beats[:: form.piece.metre]), Heard(mix, None, {})
    firsts = {first for _, first, _ in form.sections}
    is_border = np.array([float(bar in firsts) for bar in range(len(lines) - 1)])
    rows = rows_of(heard, notes_of(heard), lines)
    entries = borders.ENTRY * standardised(rows.entries)
    return Case(name, number, lines, borders.beside(borders.evidence_of(rows)), entries, is_border)


def weights_of(chosen: list[Case]) -> np.ndarray:
    """Logistic regression over the bar lines inside the songs; the last number is the bias."""
    rows, truth = np.concatenate([c.evidence[1:] for c in chosen]), np.concatenate([c.is_border[1:] for c in chosen])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds, price = rows @ weights[:-1] + weights[-1], _STEADINESS * len(chosen)
        wrong = 1 / (1 + np.exp(-odds)) - truth
        total = (np.logaddexp(0, odds) - truth * odds).sum() + price * (weights[:-1] ** 2).sum()
        return total, np.append(rows.T @ wrong + 2 * price * weights[:-1], wrong.sum())

    return minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x


def found_in(one: Case, weights: np.ndarray, lift: float, trust: float) -> list[float]:
    """F-measure of the borders within half a second and within three."""
    edges = borders.divided(one.evidence @ weights[:-1] + weights[-1] + one.entries + lift - borders.LIFT, trust)
    spans = [np.column_stack([one.lines[list(at)][:-1], one.lines[list(at)][1:]])
             for at in ([*np.flatnonzero(one.is_border), len(one.lines) - 1], edges)]  # fmt: skip
    return [mir_eval.segment.detection(*spans, window=window, trim=True)[2] for window in (0.5, 3)]


def main() -> None:
    found = [
        case(name, number, example.form, mix)
        for number, example in forms_in(Path(sys.argv[1]))
        for name, mix in (("band", example.band), ("piano", example.bare))
    ]
    folds = [weights_of([one for one in found if one.number % 3 != fold]) for fold in range(3)]
    for lift in (1.8, 2.4, 3.0):
        for trust in (0.5, 0.7, 1.0):
            for name in ("band", "piano"):
                rows = [found_in(one, folds[one.number % 3], lift, trust) for one in found if one.name == name]
                print(f"lift {lift} trust {trust} {name}: F 0.5 s, 3 s", np.mean(rows, axis=0).round(2))
    print("weights and bias, before the lift", weights_of(found).round(2).tolist())


if __name__ == "__main__":
    main()
