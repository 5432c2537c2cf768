"""What plays behind the voices, and what the separator in the package leaves of a voice in front of it."""

import random
from functools import partial

import numpy as np
import soxr

from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.learned_masks import NAME, learned_masks
from harmonix_splitter.analysis.voice_sounds import RATE
from harmonix_splitter.domain.separation import VOCALS, Offer, Track
from harmonix_splitter.services.ports.separation import Setup
from training.separation.store import Clip, clips

FULL_RATE = 44_100


class Bands:
    """Music without a voice, by song, from the cache of `training.separation`; held-out music is for examinations."""

    def __init__(self, *, held_out: bool = False) -> None:
        self._songs: dict[str, list[Clip]] = {}
        for clip in clips():
            if clip.kind in {"band", "instrumentals"} and clip.role != "vocals" and _is_held(clip) == held_out:
                self._songs.setdefault(clip.song, []).append(clip)

    def __bool__(self) -> bool:
        return bool(self._songs)

    def play(self, seconds: float, chance: random.Random) -> np.ndarray:
        """(samples, 2) at 44.1 kHz, as loud as they come."""
        parts = self._songs[chance.choice(sorted(self._songs))]
        count, place = int(seconds * FULL_RATE), chance.random()
        together = np.zeros((count, 2), np.float32)
        for clip in parts:
            samples = clip.audio()
            start = int(place * max(1, len(samples) - count))
            part = samples[start : start + count].astype(np.float32) / 32768
            together[: len(part)] += part * 10 ** (chance.gauss(0, 3) / 20)
        return together


def _is_held(clip: Clip) -> bool:
    """Generated bands have numbers: every sixth is kept for examinations."""
    return clip.held_out or (clip.kind == "band" and int(clip.song.rsplit("_", 1)[-1]) % 6 == 0)


class PackageSeparator:
    """The engine `embedded` on samples in memory."""

    def __init__(self) -> None:
        self._engine = EmbeddedEngine(NAME, partial(learned_masks, threads=1))
        offer = Offer("embedded", NAME, (VOCALS,), sums=True)
        self._splitter = self._engine.load(offer, (VOCALS,), Setup("cpu"))

    def vocals(self, mix: np.ndarray) -> np.ndarray:
        """(samples, 2) at 44.1 kHz to mono at 16 kHz."""
        track = Track(len(mix), FULL_RATE, float(np.sqrt(np.square(mix).mean())))
        segment = np.ascontiguousarray(mix.T, np.float32)[None]
        stem = self._splitter.split(segment, track)[0, 0]
        return np.asarray(soxr.resample(stem.mean(0), FULL_RATE, RATE), np.float32)
