"""Notes by Basic Pitch (Bittner, Bosch, Rubinstein, Meseguer-Brocal, Ewert, ICASSP 2022), one ONNX network.

It hears two seconds at a time, 43 844 samples of 22 050 a second, and answers for each of 172 frames of 256 samples and
each of 88 piano keys the chance that a note sounds, and that it begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.adapters.engines.analysis_models import BASIC_PITCH
from harmonix_splitter.analysis.notes import notes_from
from harmonix_splitter.domain.notes import Note
from harmonix_splitter.errors import AnalysisError
from harmonix_splitter.services.ports.analysis import Sound
from harmonix_splitter.services.ports.models import ModelStore
from harmonix_splitter.services.ports.progress import Progress

Floats = NDArray[Any]

RATE, HOP = 22_050, 256
_WINDOW, _MARGIN, _KEPT = 43_844, 16, 140
"""Samples heard at once; frames at either end that lack context; frames kept."""
_LOWEST = 21
_AT_ONCE = 8
_SOUNDS, _BEGINS = "StatefulPartitionedCall:1", "StatefulPartitionedCall:2"


@dataclass(frozen=True)
class BasicPitch:
    """NoteEngine on onnxruntime."""

    store: ModelStore
    threads: int = 1
    name: str = "basic_pitch"
    _sessions: list[Any] = field(default_factory=list)

    def require(self) -> None:
        self.store.paths(BASIC_PITCH)

    def notes(self, sound: Sound, progress: Progress) -> list[Note]:
        samples = sound.mono(RATE)
        parts = list(self._heard(samples, progress))
        frames = len(samples) // HOP + 1
        begins, sounds = (np.concatenate([part[at] for part in parts])[:frames] for at in (0, 1))
        return notes_from(begins, sounds, RATE / HOP, _LOWEST)

    def _heard(self, samples: Floats, progress: Progress) -> Iterator[tuple[Floats, Floats]]:
        step = _KEPT * HOP
        starts = range(0, len(samples) + 1, step)
        padded = np.pad(samples, (_MARGIN * HOP, _WINDOW + step)).astype(np.float32)
        for at in range(0, len(starts), _AT_ONCE):
            progress(at / len(starts))
            windows = np.stack([padded[start : start + _WINDOW] for start in starts[at : at + _AT_ONCE]])
            begins, sounds = self._answer(windows[:, :, None])
            middle = slice(_MARGIN, _MARGIN + _KEPT)
            yield begins[:, middle].reshape(-1, begins.shape[2]), sounds[:, middle].reshape(-1, sounds.shape[2])

    def _answer(self, windows: Floats) -> tuple[Floats, Floats]:
        session = self._opened()
        try:
            begins, sounds = session.run([_BEGINS, _SOUNDS], {session.get_inputs()[0].name: windows})
        except Exception as broken:  # onnxruntime's own errors share no base class
            raise AnalysisError(f"The note network failed: {str(broken)[:200]}") from broken
        return begins, sounds

    def _opened(self) -> Any:
        if not self._sessions:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = max(1, self.threads)
            (path,) = self.store.paths(BASIC_PITCH)
            self._sessions.append(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))
        return self._sessions[0]
