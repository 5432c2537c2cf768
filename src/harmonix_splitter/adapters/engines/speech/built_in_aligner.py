"""The aligner that is always there: a small network that comes with the package and a dynamic programme."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from zipfile import BadZipFile

import numpy as np

from harmonix_splitter.analysis.alignment import Evidence, Path, Unit, best_path, mirrored, units_of
from harmonix_splitter.analysis.syllables import syllables_of
from harmonix_splitter.analysis.voice_sounds import FRAMES_A_SECOND, SoundNet, bands, onsets, sounds
from harmonix_splitter.domain.lyrics.alignment import Aligned, TextToAlign, TimedWord, evenly
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import EngineError, InvalidRequestError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, VoiceSamples
from harmonix_splitter.services.ports.progress import Progress, unheard

MOST_CELLS = 60_000_000
"""Syllables times frames: about 700 MB of tables, an hour of music with a song's words."""
_FASTEST = 3
_SURE, _SLOPE = 0.2, 2.2
# A text of another song gains at most 0.05 a syllable over its own mirror image; the right one 0.17 and more on the
# vocals of the separator in the package, 0.36 and more on better ones.
_GAIN, _GAIN_SLOPE = 0.13, 20.0
_FEW = 160
_MIRRORED = 0.6


@dataclass(frozen=True)
class BuiltInAligner:
    """Any language, no download. Meets the contract of `WordAligner`."""

    name: str = field(default="built-in", init=False)
    # The network was taught on voices with music behind them; the holes a separator leaves are foreign to it.
    recording_share: float = field(default=0.5, init=False)

    def align(self, voice: VoiceSamples, text: TextToAlign, progress: Progress = unheard) -> Aligned:
        tongue = text.spelling
        units = units_of([[syllables_of(word, tongue) for word in line.words] for line in text.lines])
        frames = len(voice) // (VOICE_RATE // FRAMES_A_SECOND)
        self._check(len(units), frames)
        if len(units) * _FASTEST > frames:
            note = f"{text.word_count} words do not fit into {frames / FRAMES_A_SECOND:.0f} seconds."
            return Aligned(tuple(evenly(text.word_count, (0.0, frames / FRAMES_A_SECOND))), 0.0, self.name, (note,))
        progress(0.0)
        decibels = bands(voice)
        net = sound_net()
        evidence = Evidence(sounds(decibels, net), net.prior, onsets(decibels))
        progress(0.3)
        path = best_path(evidence, units, text.anchors, lambda share: progress(0.3 + 0.4 * share))
        fit = _fit(evidence, units, path, lambda share: progress(0.7 + 0.3 * share))
        progress(1.0)
        return Aligned(tuple(_words(path, units)), fit, self.name)

    def _check(self, units: int, frames: int) -> None:
        if units * frames > MOST_CELLS:
            raise InvalidRequestError(
                f"{units:,} syllables over {frames / FRAMES_A_SECOND / 60:.0f} minutes are too many to time at once.",
                advice="Cut the recording into songs.",
            )


@cache
def sound_net() -> SoundNet:
    """The weights that come with the package. Raise EngineError when they are absent or damaged."""
    file = resources.files("harmonix_splitter.adapters.engines.speech") / "voice_sounds.npz"
    try:
        with file.open("rb") as stream, np.load(stream) as arrays:
            return SoundNet.from_arrays({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, BadZipFile) as damaged:
        raise EngineError(
            f"The sounds of words in {file} cannot be read: {damaged}.",
            advice="Install Harmonix again (pip install --force-reinstall harmonix-splitter).",
        ) from damaged


def _words(path: Path, units: list[Unit]) -> list[TimedWord]:
    first = [number for number, unit in enumerate(units) if unit.opens_word]
    words = []
    for begin, following in zip(first, [*first[1:], len(units)], strict=True):
        start, end = path.starts[begin] / FRAMES_A_SECOND, path.ends[following - 1] / FRAMES_A_SECOND
        lengths = np.maximum(1, path.ends[begin:following] - path.starts[begin:following])
        support = float(np.average(path.support[begin:following], weights=lengths))
        words.append(TimedWord(Seconds(float(start)), Seconds(float(end)), _squashed(support, _SURE, _SLOPE)))
    return words


def _fit(evidence: Evidence, units: list[Unit], path: Path, heard: Callable[[float], None]) -> float:
    """How much better the text fits than its own mirror image, which has the same syllables and belongs nowhere."""
    turned = mirrored(units)
    same = sum(a.syllable == b.syllable for a, b in zip(units, turned, strict=True)) / len(units)
    if same > _MIRRORED:
        lengths = np.maximum(1, path.ends - path.starts)
        return _squashed(float(np.average(path.support, weights=lengths)), _SURE, _SLOPE * 2)
    gain = (path.score - best_path(evidence, turned, heard=heard).score) / len(units)
    # Few syllables fit something by chance more easily: the shorter the text, the more it has to gain.
    return _squashed(gain, _GAIN * max(1.0, (_FEW / len(units)) ** 0.5), _GAIN_SLOPE)


def _squashed(support: float, middle: float, slope: float) -> float:
    return float(1 / (1 + np.exp(np.clip(-slope * (support - middle), -50, 50))))
