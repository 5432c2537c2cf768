"""Where somebody sings: Silero's voice activity network when its file is there, otherwise our own sound network."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from harmonix_splitter.adapters.engines.speech.built_in_aligner import sound_net
from harmonix_splitter.analysis.voice_sounds import FRAMES_A_SECOND, bands, sounds
from harmonix_splitter.errors import EngineError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, VoiceSamples

_CHUNK, _CONTEXT = 512, 64
_LEAST_SHARE = 0.05


@dataclass(frozen=True)
class BuiltInDetector:
    """Meets `VoiceDetector` without any file: frames our own network does not call silence."""

    threshold: float = 0.5

    def stretches(self, voice: VoiceSamples) -> list[tuple[float, float]]:
        if len(voice) < VOICE_RATE // 10:
            return []
        voiced = 1 - sounds(bands(voice), sound_net())[:, 0]
        smooth = np.convolve(voiced, np.ones(15) / 15, "same")
        return joined(smooth > self.threshold, 1 / FRAMES_A_SECOND)


@dataclass(frozen=True)
class SileroDetector:
    """Meets `VoiceDetector` with Silero's ONNX file.

    Trained on speech, it misses much singing: the threshold is low, and where it keeps next to nothing of a loud
    stem, the built-in detector answers instead.
    """

    model: Path
    threshold: float = 0.25

    def stretches(self, voice: VoiceSamples) -> list[tuple[float, float]]:
        if len(voice) < VOICE_RATE // 10:
            return []
        found = joined(self._shares(voice) > self.threshold, _CHUNK / VOICE_RATE)
        kept = sum(end - start for start, end in found) * VOICE_RATE / len(voice)
        return found if kept >= _LEAST_SHARE else BuiltInDetector().stretches(voice)

    def _shares(self, voice: VoiceSamples) -> Any:
        session = self._session()
        names = {each.name for each in session.get_inputs()}
        if names == {"input", "h", "c"}:
            return self._shares_at_once(session, voice)
        if not {"input", "state", "sr"} <= names:
            raise EngineError(f"{self.model.name} is not the Silero voice detector we know.")
        state = np.zeros((2, 1, 128), np.float32)
        rate = np.array(VOICE_RATE, np.int64)
        padded = np.concatenate([np.zeros(_CONTEXT, np.float32), voice.astype(np.float32)])
        shares = []
        for at in range(0, len(voice) - _CHUNK + 1, _CHUNK):
            chunk = padded[None, at : at + _CONTEXT + _CHUNK]
            share, state = session.run(None, {"input": chunk, "state": state, "sr": rate})
            shares.append(float(share[0, 0]))
        return np.array(shares)

    def _shares_at_once(self, session: Any, voice: VoiceSamples) -> Any:
        """The form faster-whisper brings along takes all chunks in one go."""
        count = len(voice) // _CHUNK
        padded = np.concatenate([np.zeros(_CONTEXT, np.float32), voice.astype(np.float32)])
        chunks = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + _CHUNK)[::_CHUNK][:count]
        state = np.zeros((1, 1, 128), np.float32)
        return session.run(None, {"input": np.ascontiguousarray(chunks), "h": state, "c": state})[0].reshape(-1)

    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        return onnxruntime.InferenceSession(str(self.model), options, providers=["CPUExecutionProvider"])


def bundled_silero() -> Path | None:
    """The detector's file inside faster-whisper, where that is installed."""
    found = find_spec("faster_whisper")
    folders = found.submodule_search_locations if found else None
    files = sorted(Path(folders[0], "assets").glob("silero_vad*.onnx")) if folders else []
    return files[-1] if files else None


def joined(voiced: Any, step: float, gap: float = 0.5, least: float = 0.2) -> list[tuple[float, float]]:
    """Runs of True as seconds; gaps shorter than `gap` are bridged, runs shorter than `least` dropped."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(voiced, np.int8), [0]])))
    found: list[tuple[float, float]] = []
    for start, end in zip(edges[::2] * step, edges[1::2] * step, strict=True):
        if found and start - found[-1][1] < gap:
            found[-1] = (found[-1][0], float(end))
        else:
            found.append((float(start), float(end)))
    return [(start, end) for start, end in found if end - start >= least]
