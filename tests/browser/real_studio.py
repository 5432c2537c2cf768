"""A real server on a fresh data folder, a short piece of the demo song, and browsers that can tell what they hear."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from harmonix_splitter.audio.demo_song import demo_stems
from harmonix_splitter.domain.demo import truth
from tests.servers import free_port, wait_for_port

RATE = 44_100
SECONDS = 30.0
SONG = "Lanterns"

# Everything on its way to the loudspeakers also goes past an ear of ours; what the page plays is not changed.
EAR = """(() => {
  const ear = (window.ear = { loudest: 0, firstAt: null, now: 0, hertz: () => 0 });
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to === this.context.destination && this.context instanceof AudioContext) {
      const heard = new AnalyserNode(this.context, { fftSize: 2048 });
      const samples = new Float32Array(2048);
      connect.call(this, heard);
      const fine = new AnalyserNode(this.context, { fftSize: 16384, smoothingTimeConstant: 0 });
      const spectrum = new Float32Array(fine.frequencyBinCount);
      connect.call(this, fine);
      ear.hertz = () => {
        fine.getFloatFrequencyData(spectrum);
        return (spectrum.indexOf(Math.max(...spectrum)) * fine.context.sampleRate) / fine.fftSize;
      };
      const listen = () => {
        heard.getFloatTimeDomainData(samples);
        const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        if (peak > 0.01) ear.firstAt ??= performance.now();
        [ear.now, ear.loudest] = [peak, Math.max(ear.loudest, peak)];
        setTimeout(listen, 20);
      };
      listen();
    }
    return connect.call(this, to, ...rest);
  };
})();"""


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """The address of a real server process whose data lies in `folder`."""
    port = free_port()
    environment = {**os.environ, "HARMONIX_DATA_DIR": str(folder), **settings}
    environment |= {"HARMONIX_SOURCES_LRCLIB": "false", "HARMONIX_SOURCES_ITUNES": "false"}
    command = [sys.executable, "-m", "harmonix_splitter", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process, 240)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def write_song(folder: Path) -> Path:
    """The first half minute of the demo song."""
    stems = demo_stems().values()
    whole: Any = np.sum([stem[: round(SECONDS * RATE)] for stem in stems], axis=0)
    path = folder / f"{SONG}.flac"
    soundfile.write(path, whole, RATE, subtype="PCM_16")
    return path


def write_words(folder: Path) -> Path:
    """What is sung in it, timed by line, as every karaoke program writes it."""
    sung = [line for line in truth().lines if line[-1].end < SECONDS]
    lines = [
        f"[{line[0].start // 60:02.0f}:{line[0].start % 60:05.2f}]{' '.join(w.text for w in line)}" for line in sung
    ]
    path = folder / f"{SONG}.lrc"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def hears_something(page: Any, patience_ms: int = 20_000) -> float:
    """Wait until the page sends sound out; the answer is how loud."""
    for _ in range(patience_ms // 100):
        if (loud := float(page.evaluate("window.ear.loudest"))) > 0.01:
            return loud
        page.wait_for_timeout(100)
    raise AssertionError("no sound came out")


def _clock(seconds: float) -> str:
    return f"{seconds // 60:02.0f}:{seconds % 60:05.2f}"
