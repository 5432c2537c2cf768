"""Fits the weights of analysis/pulse.py: which of several pulses a person would tap. Cross-validated in four.

python -m training.analysis.fit_pulse /composed [/rendered --songs ../shared/audio/pop]
"""

import argparse
from pathlib import Path

import mir_eval
import numpy as np
import soundfile
import soxr
from benchmarks.accuracy.truth import songs_in
from scipy.optimize import minimize

from harmonix_splitter.analysis import beats, onsets, pitches, pulse
from harmonix_splitter.analysis.tempo import tempogram_of
from harmonix_splitter.audio.hearing import ONSET_RATE, PITCH_RATE, RATE, Spectra, heard
from training.analysis.examples import examples_in

Case = tuple[str, np.ndarray, np.ndarray, np.ndarray]


def material(spectra: Spectra) -> pulse.Material:
    notes = pitches.notes_in(spectra.pitches, pitches.tuning_of(spectra.pitches))
    bands, envelope = onsets.clear_bands(spectra.onsets, ONSET_RATE), onsets.envelope_of(spectra.onsets, ONSET_RATE)
    return pulse.Material(bands, envelope, ONSET_RATE, pitches.folded(notes, 40, 90), PITCH_RATE)


def case(name: str, spectra: Spectra, truth: np.ndarray) -> Case:
    """Name, features and F-measure of each candidate, and whether its tempo is right."""
    heard_here = material(spectra)
    found = pulse.candidates_in(heard_here, tempogram_of(heard_here.envelope, heard_here.rate))
    fits = [mir_eval.beat.f_measure(truth, times) for times in found]
    tempo = beats.tempo_of(truth)
    right = [abs(beats.tempo_of(times) / tempo - 1) < 0.04 for times in found]
    return name, np.array([pulse.features_of(times, heard_here) for times in found]), np.array(fits), np.array(right)


def cases(composed: Path, rendered: Path | None, songs: Path | None) -> list[Case]:
    found = [case(f"composed {n}", e.mix, np.array(e.piece.beats)) for n, e in examples_in(composed).items()]
    for song in songs_in(songs) if songs and rendered else ():
        for arrangement in ("bare", "band"):
            audio, rate = soundfile.read(rendered / song.name / f"{arrangement}.flac", dtype="float32")
            spectra = heard([soxr.resample(audio.mean(axis=1), rate, RATE)])
            found.append(case(f"{arrangement} {song.name}", spectra, song.beats))
    return [one for one in found if len(one[1])]


def fitted(chosen: list[Case], steadiness: float = 0.02) -> np.ndarray:
    spread = np.concatenate([features for _, features, _, _ in chosen]).std(axis=0) + 1e-6

    def loss(weights: np.ndarray) -> float:
        total = steadiness * len(chosen) * float((weights**2).sum())
        for _, features, fits, _ in chosen:
            wanted = np.clip((fits - 0.6) / 0.4, 0, 1) ** 2 + 1e-4
            score = features / spread @ weights
            total += float(np.log(np.exp(score - score.max()).sum()) + score.max() - (wanted / wanted.sum()) @ score)
        return total

    return minimize(loss, np.zeros(len(spread)), method="L-BFGS-B").x / spread


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("composed", type=Path)
    options.add_argument("rendered", type=Path, nargs="?")
    options.add_argument("--songs", type=Path)
    chosen = options.parse_args()
    found = cases(chosen.composed, chosen.rendered, chosen.songs)
    groups: dict[str, list[tuple[float, bool]]] = {}
    for fold in range(4):
        weights = fitted([one for one in found if int(one[0].split()[1]) % 4 != fold])
        for name, features, fits, right in (one for one in found if int(one[0].split()[1]) % 4 == fold):
            best = int((features @ weights).argmax())
            groups.setdefault(name.split()[0], []).append((fits[best], right[best]))
    for name, rows in groups.items():
        print(name, "beat F and tempo acc1, cross-validated:", np.mean(rows, axis=0).round(3), len(rows))
    print(fitted(found).round(2).tolist())


if __name__ == "__main__":
    main()
