"""Clips to be judged on: a mixture and the true stems, read from the usual layouts.

A folder with `mix.*`, `vocals_true.*` and `accompaniment_true.*`, or a Native Instruments `.stem.mp4` (five audio
streams: mixture, drums, bass, other, vocals).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harmonix_splitter.audio.bands import SAMPLE_RATE
from training.separation.store import read

_STREAMS = ("mixture", "drums", "bass", "other", "vocals")


@dataclass(frozen=True)
class JudgedClip:
    """Arrays are (2, n) at 44.1 kHz and of one length."""

    name: str
    mixture: np.ndarray
    truth: dict[str, np.ndarray]


def judged_clips(folder: Path) -> Iterator[JudgedClip]:
    """Every clip below a folder."""
    for mix in sorted(folder.glob("*/mix.*")):
        true = {path.stem.removesuffix("_true"): _stereo(read(path)) for path in sorted(mix.parent.glob("*_true.*"))}
        yield _cut(mix.parent.name, _stereo(read(mix)), true)
    for path in sorted(folder.glob("*.stem.mp4")):
        streams = {name: _stream(path, number) for number, name in enumerate(_STREAMS)}
        yield _cut(path.name.removesuffix(".stem.mp4"), streams.pop("mixture"), streams)


def _stereo(samples: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.repeat(samples, 2, axis=1).T if samples.shape[1] == 1 else samples.T)


def _stream(path: Path, number: int) -> np.ndarray:
    import av

    resampler = av.AudioResampler("fltp", "stereo", SAMPLE_RATE)
    with av.open(str(path)) as container:
        frames = list(container.decode(container.streams.audio[number]))
        parts = [part.to_ndarray() for frame in [*frames, None] for part in resampler.resample(frame)]
    return np.concatenate(parts, axis=1)


def _cut(name: str, mixture: np.ndarray, truth: dict[str, np.ndarray]) -> JudgedClip:
    shortest = min(sound.shape[1] for sound in (mixture, *truth.values()))
    return JudgedClip(name, mixture[:, :shortest], {stem: sound[:, :shortest] for stem, sound in truth.items()})
