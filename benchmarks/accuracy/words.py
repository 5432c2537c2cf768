"""How close the words come: `python -m benchmarks.accuracy.words [--vocals FOLDER] [--engine built-in]`.

Songs with human word times (JamendoLyrics, `songs/words`) and a synthesised one (exact times), found through
HARMONIX_TEST_AUDIO, and the package's own demo song. Words are timed as the product does it: on the vocals that
--separator makes, with some of the recording where the engine wants it; or on the stems in --vocals (NAME.flac) alone.
Beside each engine stands even spacing over the stretch where a voice is heard: what an aligner has to beat.
"""

import argparse
import csv
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from harmonix_splitter.audio.demo_song import demo_wav
from harmonix_splitter.bootstrap import Studio, studio
from harmonix_splitter.domain import demo
from harmonix_splitter.domain.lyrics.alignment import TextToAlign, evenly
from harmonix_splitter.domain.lyrics.text import SungLine
from harmonix_splitter.domain.separation import VOCALS, Mode, Recipe
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE

AUDIO = Path(os.environ.get("HARMONIX_TEST_AUDIO", "../shared/audio"))
_TONGUES = {"French": "fr", "German": "de", "Spanish": "es", "English": "en"}


@dataclass(frozen=True)
class Truth:
    name: str
    recording: Path
    text: TextToAlign
    starts: np.ndarray


def truths() -> Iterator[Truth]:
    folder = AUDIO / "songs" / "words"
    for row in csv.DictReader((folder / "JamendoLyrics.csv").open(encoding="utf-8")):
        name = row["Filepath"].removesuffix(".mp3")
        lines = [line.split() for line in (folder / f"{name}.txt").read_text("utf-8").splitlines() if line.strip()]
        starts = [float(each["word_start"]) for each in csv.DictReader((folder / f"{name}.words.csv").open())]
        text = TextToAlign(tuple(SungLine(" ".join(words), tuple(words)) for words in lines), _TONGUES[row["Language"]])
        yield Truth(name, AUDIO / "songs" / row["Filepath"], text, np.array(starts))
    rows = [row.split("\t") for row in (AUDIO / "demo" / "lyrics.tsv").read_text().splitlines() if row.strip()]
    words = tuple(row[2] for row in rows)
    text = TextToAlign((SungLine(" ".join(words), words),), "en")
    yield Truth("synthesised", AUDIO / "demo" / "mix.flac", text, np.array([float(row[0]) for row in rows]))


def demo_song(folder: Path) -> Truth:
    """The song of the package, in English."""
    recording = folder / "demo.wav"
    recording.write_bytes(demo_wav())
    lines = demo.truth().lines
    sung = tuple(SungLine(" ".join(word.text for word in line), tuple(word.text for word in line)) for line in lines)
    return Truth(
        demo.TITLE, recording, TextToAlign(sung, demo.LANGUAGE), np.array([w.start for line in lines for w in line])
    )


def figures(found: np.ndarray, true: np.ndarray) -> str:
    missed = np.abs(found - true)
    middle, most = np.percentile(missed, (50, 90))
    return f"{middle * 1000:7.0f} {most * 1000:8.0f} {(missed < 0.3).mean():7.0%} {(missed < 1).mean():6.0%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocals", type=Path, help="Vocal stems made before: NAME.flac.")
    parser.add_argument("--separator", default="auto", help="auto, embedded, onnx or demucs.")
    parser.add_argument("--engine", default="built-in")
    asked = parser.parse_args()
    print(f"{'song':36} {'engine':10} {'median':>7} {'90 % ms':>8} {'<0.3 s':>7} {'<1 s':>6}  fit  CPU s")
    with TemporaryDirectory() as folder:
        here = studio({"data.dir": Path(folder)})
        for truth in (demo_song(Path(folder)), *truths()):
            if not asked.vocals or (asked.vocals / f"{truth.recording.stem}.flac").exists():
                _measure(here, truth, _stem(here, truth, asked, Path(folder)), asked)


def _stem(here: Studio, truth: Truth, asked: argparse.Namespace, folder: Path) -> Path:
    if asked.vocals:
        return Path(asked.vocals / f"{truth.recording.stem}.flac")
    recipe = Recipe(Mode.KARAOKE, engine=asked.separator)
    return here.separation.separate(truth.recording, recipe, folder / truth.recording.stem).stems[VOCALS]


def _measure(here: Studio, truth: Truth, stem: Path, asked: argparse.Namespace) -> None:
    voice = here.word_timing.reader.load(stem, VOICE_RATE, mono=True)
    sung = here.word_timing.detector.stretches(voice) or [(0.0, len(voice) / VOICE_RATE)]
    even = np.array([word.start for word in evenly(len(truth.starts), (sung[0][0], sung[-1][1]))])
    print(f"{truth.name[:36]:36} {'even':10} {figures(even, truth.starts)}")
    began = time.process_time()
    whole = None if asked.vocals else truth.recording
    try:
        found = here.word_timing.align(stem, truth.text, asked.engine, recording=whole)
    except HarmonixError as refused:
        print(f"{'':36} {asked.engine:10} {refused.message}")
        return
    starts = np.array([word.start for line in found.lyrics.lines for word in line.words])
    spent = time.process_time() - began
    print(f"{'':36} {asked.engine:10} {figures(starts, truth.starts)} {found.fit:4.2f} {spent:6.1f}", flush=True)


if __name__ == "__main__":
    main()
