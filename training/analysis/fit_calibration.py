"""Measures what every confidence is worth on songs whose truth is known, as the tables of analysis/calibration.py.

python -m training.analysis.fit_calibration /composed /forms pairs.json
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from harmonix_splitter.analysis import calibration
from harmonix_splitter.audio.hearing import Spectra
from harmonix_splitter.domain.analysis import Analysis
from harmonix_splitter.services.analysis import AnalysisEngines
from harmonix_splitter.services.analysis.finding import Finder
from harmonix_splitter.services.analysis.listening import Heard
from harmonix_splitter.services.analysis.notes import notes_of
from training.analysis.compose import Piece
from training.analysis.examples import examples_in, forms_in

Pairs = dict[str, list[tuple[float, bool]]]
_POINTS = 5
_EVERY = 5


def heard_in(mix: Spectra) -> Analysis:
    heard = Heard(mix, None, {})
    finder = Finder(AnalysisEngines(), None, heard, notes_of(heard))
    rhythm = finder.rhythm()
    sections = finder.sections(rhythm)
    found = finder.harmony(rhythm, sections)
    return Analysis(heard.whole.duration, rhythm, found.keys, chords=found.chords, sections=sections)


def judged(piece: Piece, found: Analysis, borders: np.ndarray) -> Pairs:
    """(what was said, whether it was right) of every fact."""
    pairs: Pairs = defaultdict(list)
    if found.rhythm.tempo and found.rhythm.metre:
        tempo = 60 / float(np.median(np.diff(piece.beats)))
        pairs["tempo"].append((found.rhythm.tempo.confidence, abs(found.rhythm.tempo.bpm / tempo - 1) < 0.04))
        if pairs["tempo"][0][1]:
            pairs["metre"].append((found.rhythm.metre.confidence, found.rhythm.metre.beats == piece.metre))
    for key in found.keys[:1]:
        right = key.key.tonic == piece.tonic and key.key.is_major == (piece.scale == "major")
        pairs["key"].append((key.confidence, right))
    for chord in found.chords:
        shares = [(min(end, chord.end) - max(start, chord.start), root, quality)
                  for start, end, root, quality in piece.chords]  # fmt: skip
        overlap, root, quality = max(shares)
        if overlap > 0:
            minor = quality.startswith(("min", "dim", "hdim"))
            is_minor = chord.name.triad.quality in ("min", "dim")
            pairs["chords"].append((chord.confidence, chord.name.root == root and is_minor == minor))
    for section in found.sections[1:] if len(borders) else ():
        pairs["sections"].append((section.confidence, bool(np.abs(borders - section.start).min() < 0.5)))
    return pairs


def curve(pairs: list[tuple[float, bool]]) -> list[tuple[float, float]]:
    """A few points, said to right, that never fall; a handful of cases counts less than the whole."""
    said, right = np.array(pairs, float).T
    groups = np.array_split(np.argsort(said), _POINTS)
    points = [(said[g].mean(), (right[g].sum() + 2 * right.mean()) / (len(g) + 2), len(g)) for g in groups]
    merged: list[list[float]] = []
    for x, y, weight in points:
        merged.append([x, y, weight])
        while len(merged) > 1 and merged[-2][1] > merged[-1][1]:
            (x1, y1, w1), (x2, y2, w2) = merged[-2:]
            total = w1 + w2
            merged[-2:] = [[(x1 * w1 + x2 * w2) / total, (y1 * w1 + y2 * w2) / total, total]]
    return [(round(float(x), 3), round(float(y), 3)) for x, y, _ in merged]


def main() -> None:
    """Run with the identity curves: what the models say themselves is what the tables translate."""
    calibration.CURVES = dict.fromkeys(calibration.CURVES, ((0.0, 0.0), (1.0, 1.0)))
    target = Path(sys.argv[3])
    kept: dict[str, Pairs] = json.loads(target.read_text()) if target.exists() else {}
    for number, example in examples_in(Path(sys.argv[1]), every=_EVERY).items():
        if str(number) not in kept:
            kept[str(number)] = judged(example.piece, heard_in(example.mix), np.zeros(0))
            target.write_text(json.dumps(kept, default=float))
    for number, form in forms_in(Path(sys.argv[2])):
        piece = form.form.piece
        borders = np.array([piece.beats[first * piece.metre] for _, first, _ in form.form.sections])
        for manner, mix in (("band", form.band), ("piano", form.bare)):
            name = f"{manner} {number}"
            if name not in kept:
                kept[name] = judged(piece, heard_in(mix), borders)
                target.write_text(json.dumps(kept, default=float))
    together: Pairs = defaultdict(list)
    for pairs in kept.values():
        for what, rows in pairs.items():
            together[what] += rows
    for what, rows in together.items():
        print(f'    "{what}": {tuple(curve(rows))},  # {len(rows)} cases')


if __name__ == "__main__":
    main()
