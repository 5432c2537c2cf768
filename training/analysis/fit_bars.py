"""Fits the weights of analysis/bars.py: which beat begins a bar, what a metre's fit is worth. Cross-validated in three.

python -m training.analysis.fit_bars /composed /forms
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from harmonix_splitter.analysis import bars
from harmonix_splitter.audio.hearing import Spectra
from harmonix_splitter.services.analysis.listening import Heard
from harmonix_splitter.services.analysis.notes import notes_of
from harmonix_splitter.services.analysis.rhythm import texture_of
from training.analysis.compose import Piece
from training.analysis.examples import examples_in, forms_in

# How often songs are in each metre, as far as anybody knows; composed ones are odder on purpose.
_USUAL = {4: 0.9, 3: 0.06, 6: 0.03, 2: 0.005, 5: 0.003, 7: 0.002}
_STEADINESS = 0.1


@dataclass(frozen=True)
class Case:
    name: str
    number: int
    accents: np.ndarray
    is_first: np.ndarray
    metre: int


def cases(composed: Path, forms: Path) -> Iterator[Case]:
    for number, example in examples_in(composed).items():
        yield case("composed", number, example.piece, example.mix, {})
    for number, form in forms_in(forms):
        yield case("piano", number, form.form.piece, form.bare, {})
        yield case("band", number, form.form.piece, form.band, {})
        yield case("stems", number, form.form.piece, form.band, form.stems)


def case(name: str, number: int, piece: Piece, mix: Spectra, stems: dict[str, Spectra]) -> Case:
    heard = Heard(mix, None, stems)
    beats = np.array(piece.beats[:-1])
    accents = bars.accents_of(beats, texture_of(heard, notes_of(heard)))
    return Case(name, number, accents, (np.arange(len(beats)) % piece.metre == 0).astype(float), piece.metre)


def weights_of(chosen: list[Case]) -> np.ndarray:
    """Logistic regression, every song as heavy as every other; the last number is the bias."""
    rows, first = np.concatenate([c.accents for c in chosen]), np.concatenate([c.is_first for c in chosen])
    heavy = np.concatenate([np.full(len(c.is_first), 1 / len(c.is_first)) for c in chosen]) * len(rows) / len(chosen)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = rows @ weights[:-1] + weights[-1]
        wrong = heavy * (1 / (1 + np.exp(-odds)) - first)
        price = _STEADINESS * len(chosen)
        total = (heavy * (np.logaddexp(0, odds) - first * odds)).sum() + price * (weights[:-1] ** 2).sum()
        return total, np.append(rows.T @ wrong + 2 * price * weights[:-1], wrong.sum())

    return minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x


def fits(one: Case, weights: np.ndarray) -> dict[int, tuple[float, np.ndarray]]:
    """Each metre's fit, in units of the square root of the number of beats, and its positions."""
    odds = one.accents @ weights[:-1] + weights[-1]
    first, other = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    found = {metre: bars._best_phase(first, other, metre) for metre in bars.METRES}
    return {metre: (fit / np.sqrt(len(odds)), positions) for metre, (fit, positions) in found.items()}


def metre_worths(judged: list[tuple[Case, dict[int, tuple[float, np.ndarray]]]]) -> tuple[float, dict[int, float]]:
    """Temper and prior that make the composed metres likeliest, moved from their share there to the usual one."""
    scores = np.array([[found[metre][0] - found[4][0] for metre in bars.METRES] for _, found in judged])
    truth = np.array([bars.METRES.index(one.metre) for one, _ in judged])

    def loss(numbers: np.ndarray) -> float:
        worth = numbers[0] * scores + np.append(0, numbers[1:])
        logs = worth - np.logaddexp.reduce(worth, axis=1, keepdims=True)
        return float(-logs[np.arange(len(truth)), truth].sum() + 0.05 * (numbers**2).sum())

    best = minimize(loss, np.append(1.0, np.zeros(5))).x
    counts = np.bincount(truth, minlength=6) + 0.5
    usual = np.array([_USUAL[metre] for metre in bars.METRES])
    prior = np.append(0, best[1:]) + np.log(usual / usual[0]) - np.log(counts / counts[0])
    return float(best[0]), dict(zip(bars.METRES, prior.round(2).tolist(), strict=True))


def main() -> None:
    found = list(cases(Path(sys.argv[1]), Path(sys.argv[2])))
    judged = []
    for fold in range(3):
        weights = weights_of([one for one in found if one.number % 3 != fold])
        judged += [(one, fits(one, weights)) for one in found if one.number % 3 == fold]
    temper, prior = metre_worths(judged)
    print("temper", round(temper, 2), "prior", prior)
    for name in ("composed", "piano", "band", "stems"):
        rows = [_judged(one, found, temper, prior) for one, found in judged if one.name == name]
        print(name, "first beats F and metre, cross-validated:", np.mean(rows, axis=0).round(3), len(rows))
    print("weights and bias", weights_of(found).round(2).tolist())


def _judged(
    one: Case, found: dict[int, tuple[float, np.ndarray]], temper: float, prior: dict[int, float]
) -> tuple[float, bool]:
    metre = max(found, key=lambda metre: temper * found[metre][0] + prior[metre])
    said = found[metre][1] == 1
    both = float((said & (one.is_first > 0)).sum())
    return 2 * both / (said.sum() + one.is_first.sum()), metre == one.metre


if __name__ == "__main__":
    main()
