"""The final report: SDR on clips nobody trained or chose on, beside other methods, with pictures of the worst seconds.

    python -m training.separation.report --stems /path/to/clips [--models /path/to/models] [--pictures docs/images]

SDR is 10 log10 of signal over error across the clip; "median" is the median over one-second stretches in which the
true stem sounds. Prints one JSON line per clip and method.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.separation.learned_masks import NAME, learned_masks
from harmonix_splitter.adapters.engines.separation.masking import mask_splitter
from harmonix_splitter.adapters.engines.separation.onnx import OnnxEngine
from harmonix_splitter.adapters.engines.separation.signal_masks import SignalMasks
from harmonix_splitter.audio.bands import SAMPLE_RATE
from harmonix_splitter.domain.separation import Recipe, Track
from harmonix_splitter.errors import EngineMissingError
from harmonix_splitter.services.ports.progress import unheard
from harmonix_splitter.services.ports.separation import Setup, StemSplitter
from harmonix_splitter.services.separation.streaming import split
from training.separation.clips_with_truth import JudgedClip, judged_clips
from training.separation.pictures import drawn

STEMS = ("vocals", "drums", "bass", "other")


def separated(splitter: StemSplitter, mixture: np.ndarray) -> dict[str, np.ndarray]:
    """Every stem of a mixture (2, n), through the same streaming as the product's."""
    track = Track(mixture.shape[1], SAMPLE_RATE, float(np.sqrt(np.mean(mixture**2))))
    parts = [stems for _, stems in split(iter([mixture.T]), splitter, track, unheard)]
    return dict(zip(splitter.stems, np.concatenate(parts, axis=2), strict=True))


def sdr(truth: np.ndarray, estimate: np.ndarray) -> float:
    return float(10 * np.log10((np.sum(truth**2) + 1e-9) / (np.sum((truth - estimate) ** 2) + 1e-9)))


def median_sdr(truth: np.ndarray, estimate: np.ndarray) -> float:
    """Over seconds in which the stem is not more than 40 dB under its own mean."""
    seconds = [slice(at, at + SAMPLE_RATE) for at in range(0, truth.shape[1] - SAMPLE_RATE + 1, SAMPLE_RATE)]
    heard = [part for part in seconds if np.mean(truth[:, part] ** 2) > 1e-4 * np.mean(truth**2)]
    return float(np.median([sdr(truth[:, part], estimate[:, part]) for part in heard]))


def judged(clip: JudgedClip, stems: dict[str, np.ndarray]) -> dict[str, float]:
    """SDR and median of every true stem; accompaniment is what is not the voice."""
    found = {}
    for stem, truth in clip.truth.items():
        estimate = stems.get(stem)
        if stem == "accompaniment" and estimate is None:
            estimate = clip.mixture - stems["vocals"]
        if estimate is not None:
            found[stem] = round(sdr(truth, estimate), 2)
            found[f"{stem} median"] = round(median_sdr(truth, estimate), 2)
    return found


def methods(models: Path | None) -> Iterator[tuple[str, StemSplitter]]:
    """Ours, signal processing, and the models of a folder."""
    yield NAME, mask_splitter(learned_masks(), STEMS)
    yield "signal", mask_splitter(SignalMasks(), STEMS)
    if models is not None:
        engine = OnnxEngine(ModelFolder(models))
        try:
            for offer in engine.offers(Recipe(engine="onnx")):
                yield offer.model, engine.load(offer, offer.stems, Setup())
        except EngineMissingError as missing:
            print(json.dumps({"left out": str(missing)}))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--stems", type=Path, required=True)
    asked.add_argument("--models", type=Path)
    asked.add_argument("--pictures", type=Path)
    asked.add_argument("--without", nargs="*", default=[], help="methods to leave out")
    wish = asked.parse_args()
    for clip in judged_clips(wish.stems):
        mixture = dict.fromkeys((*STEMS, "accompaniment"), clip.mixture)
        print(json.dumps({"clip": clip.name, "method": "mixture", **judged(clip, mixture)}), flush=True)
        for name, splitter in methods(wish.models):
            if name in wish.without:
                continue
            began, cpu = time.monotonic(), time.process_time()
            stems = separated(splitter, clip.mixture)
            seconds = clip.mixture.shape[1] / SAMPLE_RATE
            cost = {"wall": (time.monotonic() - began) / seconds, "cpu": (time.process_time() - cpu) / seconds}
            rounded = {key: round(value, 3) for key, value in cost.items()}
            print(json.dumps({"clip": clip.name, "method": name, **judged(clip, stems), **rounded}), flush=True)
            if name == NAME and wish.pictures:
                drawn(clip, stems, wish.pictures)


if __name__ == "__main__":
    main()
