"""Demucs through our streaming loop against the demucs package's own command line: same weights, same settings.

    PYTHONPATH=src python benchmarks/separation_demucs.py --seconds 240

Weights are random (their values change neither time nor memory), the geometry is the published htdemucs. Both run as
processes of their own, one after the other, with overlap 0.25 and no shifts; wall, processor time, peak memory and the
difference of the stems are printed.
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
import soundfile

RATE = 44_100
OURS = """
import sys
from pathlib import Path
from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.devices.memory import give_back_freed_memory
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.separation.demucs import DemucsEngine
from harmonix_splitter.adapters.engines.separation.demucs_models import Repository
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.services.separation import Output, SeparationService
song, repo, out, short = sys.argv[1:]
give_back_freed_memory()
engine = DemucsEngine(ModelFolder(Path(out) / "none"), Repository(Path(repo)), short_arithmetic=short == "short")
service = SeparationService(PyAvMedia(), FileWriters(), (engine,), FileLocks(Path(out) / "locks"))
exact = Output(Encoding(AudioFormat.WAV, 32))
done = service.separate(Path(song), Recipe(engine="demucs", model="abcd1234"), Path(out), output=exact)
print(done.device)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=240)
    parser.add_argument("--channels", type=int, default=48, help="48 is htdemucs; fewer makes a quick memory run")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(_compared(Path(folder), words.seconds, words.channels), indent=1))


def _compared(folder: Path, seconds: float, channels: int) -> dict[str, object]:
    _model(folder / "repo", channels)
    song = _song(folder / "song.wav", seconds)
    theirs = _run(
        ["-m", "demucs", "-n", "abcd1234", "--repo", str(folder / "repo"), "--shifts", "0", "--float32", "-d", "cpu",
         "--clip-mode", "none", "-o", str(folder / "theirs"), str(song)]
    )  # fmt: skip
    ours = _run(["-c", OURS, str(song), str(folder / "repo"), str(folder / "ours"), "exact"])
    short = _run(["-c", OURS, str(song), str(folder / "repo"), str(folder / "short"), "short"]) if _has_bf16() else None
    result: dict[str, object] = {"seconds": seconds, "theirs": theirs, "ours": ours, "ours_short": short}
    result["difference_db"] = _difference(folder / "theirs/abcd1234/song", folder / "ours")
    keys = ("wall", "cpu", "peak_mb")
    result["ratios"] = {key: round(ours[key] / theirs[key], 3) for key in keys}
    return result


def _model(folder: Path, channels: int) -> None:
    import torch
    from demucs.htdemucs import HTDemucs
    from tests.makers_demucs import saved

    torch.manual_seed(0)
    words = {"sources": ["drums", "bass", "other", "vocals"], "channels": channels, "bottom_channels": 512}
    words |= {"segment": 7.8, "t_layers": 5, "t_heads": 8}
    saved(folder, "abcd1234", HTDemucs(**words), words)


def _song(path: Path, seconds: float) -> Path:
    noise = np.random.default_rng(0).normal(scale=0.1, size=(round(seconds * RATE), 2))
    soundfile.write(path, noise.astype(np.float32), RATE, subtype="FLOAT")
    return path


def _run(arguments: list[str]) -> dict[str, float]:
    started = time.monotonic()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"failed with {child.returncode}: {arguments[:4]}")
    cpu = usage.ru_utime + usage.ru_stime
    return {"wall": round(time.monotonic() - started, 1), "cpu": round(cpu, 1), "peak_mb": usage.ru_maxrss // 1024}


def _difference(theirs: Path, ours: Path) -> dict[str, float]:
    found = {}
    for stem in ("drums", "bass", "other", "vocals"):
        a, b = soundfile.read(theirs / f"{stem}.wav")[0], soundfile.read(ours / f"{stem}.wav")[0]
        assert a.shape == b.shape, (a.shape, b.shape)
        found[stem] = round(float(10 * np.log10(((a - b) ** 2).sum() / (a**2).sum() + 1e-30)), 1)
    return found


def _has_bf16() -> bool:
    from harmonix_splitter.adapters.engines.separation.precision import has_short_arithmetic

    return has_short_arithmetic()


if __name__ == "__main__":
    main()
