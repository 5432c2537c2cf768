"""The same questions asked of librosa, in the plainest way its documentation shows."""

import time
from pathlib import Path

import librosa
import mir_eval
import numpy as np
from benchmarks.accuracy.truth import Song

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")


def librosa_facts(song: Song, path: Path) -> dict[str, float]:
    begun = time.process_time()
    audio, rate = librosa.load(path, sr=22050)
    tempo, frames = librosa.beat.beat_track(y=audio, sr=rate)
    beats = librosa.frames_to_time(frames, sr=rate)
    chroma = librosa.feature.chroma_cqt(y=audio, sr=rate).mean(axis=1)
    fits = [np.corrcoef(np.roll(profile, t), chroma)[0, 1] for profile in (_MAJOR, _MINOR) for t in range(12)]
    best = int(np.argmax(fits))
    cost = (time.process_time() - begun) / (len(audio) / rate) * 60
    trim, key = mir_eval.beat.trim_beats, f"{_NAMES[best % 12]} {'major' if best < 12 else 'minor'}"
    return {
        "beat F": mir_eval.beat.f_measure(trim(song.beats), trim(beats)),
        "tempo acc1": float(abs(float(np.atleast_1d(tempo)[0]) / song.tempo - 1) < 0.04),
        "key": mir_eval.key.evaluate(song.key, key)["Weighted Score"],
        "CPU s/min": cost,
    }
