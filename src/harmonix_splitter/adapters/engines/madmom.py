"""The opt-in madmom back end, through `madmom-infer` or `madmom`: bars and beats, and chords where it knows them.

Its code is BSD, its models are CC BY-NC-SA 4.0: for non-commercial use only. It is never chosen by itself.
"""

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from harmonix_splitter.domain.analysis import ChordName
from harmonix_splitter.errors import AnalysisError, EngineMissingError
from harmonix_splitter.services.ports.analysis import ChordChances, FoundBeats, Sound

RATE, _BEAT_RATE, _CHORD_RATE = 44_100, 100, 10
_PACKAGES = ("madmom_infer", "madmom")
_SURE = 0.9
_ADVICE = (
    "Install it: pip install madmom-infer. Its models, which it downloads itself, are CC BY-NC-SA 4.0: "
    "for non-commercial use only."
)
NAMES = (*(ChordName(root, quality) for quality in ("maj", "min") for root in range(12)), ChordName(None, "N"))


@dataclass(frozen=True)
class MadmomBeats:
    """BeatEngine: madmom's recurrent downbeat networks and their bar model."""

    packages: tuple[str, ...] = _PACKAGES
    name: str = "madmom"
    _opened: list[Any] = field(default_factory=list)

    def require(self) -> None:
        _module(self.packages, "features.downbeats")

    def beats(self, sound: Sound) -> FoundBeats:
        if not self._opened:
            downbeats = _module(self.packages, "features.downbeats")
            bar_model = _made(downbeats.DBNDownBeatTrackingProcessor, beats_per_bar=[3, 4], fps=_BEAT_RATE)
            self._opened.extend([_made(downbeats.RNNDownBeatProcessor), bar_model])
        activations, bars = self._opened
        found = np.asarray(_run(bars, _run(activations, sound.mono(RATE)))).reshape(-1, 2)
        return FoundBeats(found[:, 0], found[:, 1].astype(int))


@dataclass(frozen=True)
class MadmomChords:
    """ChordEngine: madmom's deep chroma and conditional random field, major and minor."""

    packages: tuple[str, ...] = _PACKAGES
    name: str = "madmom"

    def require(self) -> None:
        _module(self.packages, "features.chords")

    def chances(self, sound: Sound) -> ChordChances:
        chroma = _made(_module(self.packages, "audio.chroma").DeepChromaProcessor)
        field_ = _made(_module(self.packages, "features.chords").DeepChromaChordRecognitionProcessor)
        spans = _run(field_, _run(chroma, sound.mono(RATE)))
        count = max((round(float(end) * _CHORD_RATE) for _, end, _ in spans), default=0)
        logs = np.full((count, len(NAMES)), np.log((1 - _SURE) / (len(NAMES) - 1)), np.float32)
        for start, end, label in spans:
            place = NAMES.index(ChordName.parsed(str(label)))
            logs[round(float(start) * _CHORD_RATE) : round(float(end) * _CHORD_RATE), place] = np.log(_SURE)
        return ChordChances(NAMES, logs, _CHORD_RATE)


def _module(packages: tuple[str, ...], place: str) -> Any:
    """The first package's module of that name. Raise EngineMissingError when no package has one."""
    for package in packages:
        if find_spec(package) is not None and find_spec(f"{package}.{place.partition('.')[0]}") is not None:
            try:
                return import_module(f"{package}.{place}")
            except ImportError:
                continue
    raise EngineMissingError(f"madmom ({place}) is not installed.", advice=_ADVICE)


def _made(kind: Any, **options: Any) -> Any:
    try:
        return kind(**options)
    except Exception as failed:  # its models may be missing, damaged or out of reach
        raise AnalysisError(f"madmom cannot load its models: {str(failed)[:200]}") from failed


def _run(processor: Any, given: Any) -> Any:
    try:
        return processor(given)
    except Exception as failed:  # numpy, scipy and madmom share no base class
        raise AnalysisError(f"madmom failed: {str(failed)[:200]}") from failed
