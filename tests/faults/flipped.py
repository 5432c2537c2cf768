"""Recordings of every form with flipped, missing, doubled and moved bytes, seeded; and what must come of reading one.

By hand, with as many as one likes: python -m tests.faults.flipped --files 2000
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.errors import HarmonixError
from tests import makers_media as make

KINDS = ("mp3", "flac", "ogg", "m4a", "wma", "webm", "wav", "aiff")
MEDIA = PyAvMedia()


def broken_files(folder: Path, kind: str, count: int, seed: int = 7) -> Iterator[Path]:
    rate = 48_000 if kind == "webm" else 44_100
    whole = make.write(folder / f"whole.{kind}", make.tone(0.3, rate), rate).read_bytes()
    random, path = np.random.default_rng(seed), folder / f"song.{kind}"
    for number in range(count):
        path.write_bytes(_broken(whole, random, number))
        yield path


def _broken(whole: bytes, random: np.random.Generator, number: int) -> bytes:
    """In turns all over the file, in its first bytes where the sizes stand, and a piece put where it belongs not."""
    data, way = bytearray(whole), number % 3
    reach = 200 if way == 1 else len(data)
    for at in random.integers(0, min(reach, len(data)), 8):
        data[at] = random.integers(256)
    if way == 2:
        begin, to = random.integers(0, len(data), 2)
        piece = data[begin : begin + 2000]
        data[to:to] = piece
    return bytes(data[: random.integers(20, len(data))] if number % 2 else data)


def read(path: Path) -> str:
    """Sound, or a sentence; anything else is an error here."""
    try:
        samples = MEDIA.load(path)
    except HarmonixError as refused:
        assert refused.message.endswith("."), refused.message
        return "refused"
    assert np.isfinite(samples).all() or path.suffix == ".wav"
    return "read"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--files", type=int, default=2000)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            files = broken_files(Path(folder), kind, chosen.files // len(KINDS), chosen.seed)
            print(kind, dict(Counter(read(path) for path in files)), flush=True)


if __name__ == "__main__":
    main()
