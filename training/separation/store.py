"""The cache of training audio: one int16 array per recording at 44.1 kHz, and a line of facts about each.

Everything under `training/data/` can be made again: by `collect.py` from the licensed recordings, by
`play_bands.py` and `sing.py` from nothing. Git ignores it.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from harmonix_splitter.audio.bands import SAMPLE_RATE

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class Clip:
    """One recording of the cache. `role` is a stem, or "rest" (no voice, unsplit) or "rest_no_drums"."""

    path: str
    role: str
    kind: str
    song: str
    top: float = 22050.0
    """Above this frequency (Hz) the recording is invented or empty, and teaches nothing."""
    held_out: bool = False

    def audio(self) -> np.ndarray:
        """The samples, (n, channels) int16, mapped and not read."""
        return np.load(DATA / self.path, mmap_mode="r")


def read(path: Path) -> np.ndarray:
    """Any recording as float32 (n, channels) at 44.1 kHz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples if rate == SAMPLE_RATE else soxr.resample(samples, rate, SAMPLE_RATE)


def keep(clip: Clip, samples: np.ndarray, gain: float | None = None) -> None:
    """Write a clip into the cache, unless it is silent or shorter than two seconds.

    Its loudest sample comes to lie at -3 dB, or `gain` is applied where stems must keep their balance.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 1e-4 or len(samples) < 2 * SAMPLE_RATE:
        return
    loudness = 0.7 / peak if gain is None else gain
    target = DATA / clip.path
    target.parent.mkdir(parents=True, exist_ok=True)
    np.save(target, np.round(np.clip(samples * loudness, -1, 1) * 32767).astype(np.int16))
    target.with_suffix(".json").write_text(json.dumps(asdict(clip)))


def clips() -> Iterator[Clip]:
    """Every clip of the cache, in a stable order."""
    for facts in sorted(DATA.rglob("*.json")):
        yield Clip(**json.loads(facts.read_text()))
