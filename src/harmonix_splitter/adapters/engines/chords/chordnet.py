"""Chords by structure decomposition (Jiang, Chen, Li, Xia, ISMIR 2019): five ONNX networks, their answers averaged.

Each network answers, frame by frame, the chances of triad (none, then eight kinds times twelve roots), bass (none,
then twelve notes), seventh, ninth, eleventh and thirteenth. A chord's chance is the product of its parts' chances.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines.analysis_models import CHORDNET
from harmonix_splitter.audio.constant_q import ConstantQ
from harmonix_splitter.domain.analysis import ChordName
from harmonix_splitter.errors import AnalysisError
from harmonix_splitter.services.ports.analysis import ChordChances, Sound
from harmonix_splitter.services.ports.models import ModelStore

Floats = NDArray[Any]

RATE, HOP = 22_050, 512
_FRAMES_AT_ONCE = 2048
_LOWEST = 440 * 2 ** ((30 - 12 - 69) / 12)  # F#0
_HEADS = ("triad", "bass", "seventh", "ninth", "eleventh", "thirteenth")
_TRIADS = ("none", "maj", "min", "sus4", "sus2", "dim", "aug")
# quality, semitones from root to bass, triad, seventh, ninth, eleventh, thirteenth (0 is none)
_VOCABULARY: tuple[tuple[str, int, str, tuple[int, int, int, int]], ...] = (
    ("maj", 0, "maj", (0, 0, 0, 0)),
    ("maj", 4, "maj", (0, 0, 0, 0)),
    ("maj", 7, "maj", (0, 0, 0, 0)),
    ("maj", 2, "maj", (0, 0, 0, 0)),
    ("maj", 10, "maj", (0, 0, 0, 0)),
    ("min", 0, "min", (0, 0, 0, 0)),
    ("min", 3, "min", (0, 0, 0, 0)),
    ("min", 7, "min", (0, 0, 0, 0)),
    ("min", 2, "min", (0, 0, 0, 0)),
    ("min", 10, "min", (0, 0, 0, 0)),
    ("aug", 0, "aug", (0, 0, 0, 0)),
    ("dim", 0, "dim", (0, 0, 0, 0)),
    ("sus4", 0, "sus4", (0, 0, 0, 0)),
    ("sus2", 0, "sus2", (0, 0, 0, 0)),
    ("sus4(b7)", 0, "sus4", (2, 0, 0, 0)),
    ("maj7", 0, "maj", (1, 0, 0, 0)),
    ("7", 0, "maj", (2, 0, 0, 0)),
    ("min7", 0, "min", (2, 0, 0, 0)),
    ("hdim7", 0, "dim", (2, 0, 0, 0)),
    ("dim7", 0, "dim", (3, 0, 0, 0)),
    ("maj9", 0, "maj", (1, 1, 0, 0)),
    ("9", 0, "maj", (2, 1, 0, 0)),
    ("min9", 0, "min", (2, 1, 0, 0)),
    ("11", 0, "maj", (2, 1, 1, 0)),
    ("13", 0, "maj", (2, 1, 1, 1)),
)


@dataclass(frozen=True)
class ChordNet:
    """ChordEngine on onnxruntime."""

    store: ModelStore
    threads: int = 1
    name: str = "chordnet"
    _sessions: list[Any] = field(default_factory=list)

    def require(self) -> None:
        self.store.paths(CHORDNET)

    def chances(self, sound: Sound) -> ChordChances:
        seen = ConstantQ(RATE, HOP, _LOWEST, 288, 36, with_fast_top=True).of(sound.mono(RATE))
        heads = self._heads(seen)
        logs = np.stack([_log_chance(heads, parts) for parts in _parts()], axis=1)
        return ChordChances(NAMES, logs.astype(np.float32), RATE / HOP)

    def _heads(self, seen: Floats) -> dict[str, Floats]:
        pieces = [seen[at : at + _FRAMES_AT_ONCE] for at in range(0, len(seen), _FRAMES_AT_ONCE)]
        answers = [self._answer(piece) for piece in pieces]
        return {head: np.concatenate([answer[i] for answer in answers]) for i, head in enumerate(_HEADS)}

    def _answer(self, seen: Floats) -> list[Floats]:
        try:
            all_folds = [session.run(list(_HEADS), {"cqt": seen}) for session in self._opened()]
        except Exception as broken:  # onnxruntime's own errors share no base class
            raise AnalysisError(f"The chord network failed: {str(broken)[:200]}") from broken
        return [np.mean([fold[head] for fold in all_folds], axis=0) for head in range(len(_HEADS))]

    def _opened(self) -> list[Any]:
        if not self._sessions:
            self._sessions.extend(_session(path, self.threads) for path in self.store.paths(CHORDNET))
        return self._sessions


def _session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, threads)
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _parts() -> list[tuple[int, ...]]:
    """For each of NAMES the column in each head; N is told by its triad and bass alone."""
    rows: list[tuple[int, ...]] = []
    for _, bass, triad, colours in _VOCABULARY:
        kind = _TRIADS.index(triad)
        rows += [((kind - 1) * 12 + 1 + root, (root + bass) % 12 + 1, *colours) for root in range(12)]
    return [*rows, (0, 0)]


def _log_chance(heads: dict[str, Floats], parts: tuple[int, ...]) -> Floats:
    return sum(
        (np.log(np.maximum(heads[head][:, column], 1e-7)) for head, column in zip(_HEADS, parts, strict=False)),
        np.zeros(len(heads["triad"])),
    )


NAMES = (
    *(ChordName(root, quality, bass) for quality, bass, _, _ in _VOCABULARY for root in range(12)),
    ChordName(None, "N"),
)
