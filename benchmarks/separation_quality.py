"""How well, how fast and in how much memory each engine here separates real music with true stems.

    python benchmarks/separation_quality.py --music ../shared/audio/stems --models ../shared/models/separation

SDR is 10 log10(signal / error) over the whole excerpt. Each separation is a process of its own, so that peak memory is
its own; "cpu" and "wall" are seconds per second of music, start of the process included.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from harmonix_splitter.adapters.media.reading import PyAvMedia

MEDIA = PyAvMedia()
CHILD = """
import sys
from pathlib import Path
from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.devices.memory import give_back_freed_memory
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.onnx import OnnxEngine
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.services.separation import SeparationService
song, models, out, engine, mode = sys.argv[1:]
give_back_freed_memory()
engines = (OnnxEngine(ModelFolder(Path(models))), EmbeddedEngine())
service = SeparationService(PyAvMedia(), FileWriters(), engines, FileLocks(Path(out) / "locks"))
service.separate(Path(song), Recipe(Mode(mode), engine=engine), Path(out))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--music", type=Path, help="folders with mix, vocals_true and accompaniment_true .mp3")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--long", type=float, nargs="*", default=[], help="minutes of noise, for flat memory")
    words = parser.parse_args()
    songs = sorted(path for path in words.music.iterdir() if path.is_dir()) if words.music else []
    for song in songs:
        for engine in ("embedded", "onnx"):
            print(json.dumps(_measured(song, words.models, engine), ensure_ascii=False), flush=True)
    for song in sorted(words.music.glob("*.stem.mp4")) if words.music else []:
        print(json.dumps(_four_stems(song, words.models), ensure_ascii=False), flush=True)
    for minutes in words.long:
        print(json.dumps(_long(minutes, words.models)), flush=True)


def _measured(song: Path, models: Path, engine: str) -> dict[str, object]:
    mixture, vocals = MEDIA.load(song / "mix.mp3"), MEDIA.load(song / "vocals_true.mp3")
    accompaniment = MEDIA.load(song / "accompaniment_true.mp3")
    with tempfile.TemporaryDirectory() as folder:
        cost = _run(song / "mix.mp3", models, Path(folder), engine, "karaoke", len(mixture) / 44_100)
        got = {stem: MEDIA.load(Path(folder) / f"{stem}.flac") for stem in ("vocals", "instrumental")}
    return {
        "song": song.name,
        "engine": engine,
        "vocals": _sdr(vocals, got["vocals"]),
        "vocals_mixture": _sdr(vocals, mixture),
        "accompaniment": _sdr(accompaniment, got["instrumental"]),
        "accompaniment_mixture": _sdr(accompaniment, mixture),
        **cost,
    }


def _four_stems(song: Path, models: Path) -> dict[str, object]:
    """A file of five streams: the mixture, drums, bass, other, vocals."""
    import av
    import soundfile

    streams = []
    for number in range(5):
        with av.open(str(song)) as container:
            frames = [frame.to_ndarray() for frame in container.decode(container.streams.audio[number])]
        streams.append(np.concatenate(frames, axis=1).T.astype(np.float32))
    mixture, truth = streams[0], dict(zip(("drums", "bass", "other", "vocals"), streams[1:], strict=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mixture.wav"
        soundfile.write(path, mixture, 44_100, subtype="FLOAT")
        _run(path, models, Path(folder), "embedded", "grouped", len(mixture) / 44_100)
        got = {stem: MEDIA.load(Path(folder) / f"{stem}.flac") for stem in truth}
    sdr = {stem: (_sdr(true, mixture), _sdr(true, got[stem])) for stem, true in truth.items()}
    return {"song": song.name, "engine": "embedded", "mixture and stem": sdr}


def _long(minutes: float, models: Path) -> dict[str, object]:
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.flac"
        with soundfile.SoundFile(path, "w", 44_100, 2) as file:
            random = np.random.default_rng(0)
            for _ in range(round(minutes * 60)):
                file.write(random.normal(scale=0.1, size=(44_100, 2)))
        return {"minutes": minutes, **_run(path, models, Path(folder) / "out", "embedded", "karaoke", minutes * 60)}


def _run(song: Path, models: Path, out: Path, engine: str, mode: str, seconds: float) -> dict[str, float]:
    started = time.monotonic()
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(song), str(models), str(out), engine, mode])
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{engine} failed on {song.name}")
    return {
        "wall": round((time.monotonic() - started) / seconds, 3),
        "cpu": round((usage.ru_utime + usage.ru_stime) / seconds, 3),
        "peak_mb": usage.ru_maxrss // 1024,
    }


def _sdr(true: np.ndarray, got: np.ndarray) -> float:
    return round(float(10 * np.log10((true**2).sum() / ((true - got) ** 2).sum())), 2)


if __name__ == "__main__":
    main()
