"""Recordings of live sessions while they are made: a folder each, a FLAC file for every few seconds."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from harmonix_splitter.domain.share_history import PastShare

_LABEL, _WHOLE = "label.json", "whole.flac"


@dataclass(frozen=True)
class TapeFolder:
    root: Path

    def begin(self, share: PastShare) -> None:
        folder = self.root / share.id
        folder.mkdir(parents=True, exist_ok=True)
        _put(folder / _LABEL, lambda aside: aside.write_text(json.dumps(asdict(share)), encoding="utf-8"))

    def add(self, share_id: str, sound: bytes, rate: int, channels: int) -> None:
        import soundfile

        folder = self.root / share_id
        samples = np.frombuffer(sound, "<f4").reshape(-1, channels)
        piece = folder / f"{len(self._pieces(share_id)):06}.flac"
        _put(piece, lambda aside: soundfile.write(aside, samples, rate, "PCM_24", format="FLAC"))

    def whole(self, share_id: str) -> Path | None:
        import soundfile

        pieces = self._pieces(share_id)
        if not pieces:
            return None
        shape, whole = soundfile.info(pieces[0]), self.root / share_id / _WHOLE
        with soundfile.SoundFile(whole, "w", shape.samplerate, shape.channels, "PCM_24", format="FLAC") as joined:
            for piece in pieces:
                joined.write(soundfile.read(piece, dtype="int32", always_2d=True)[0])
        return whole

    def left(self) -> Sequence[PastShare]:
        labels = sorted(self.root.glob(f"*/{_LABEL}"))
        return [PastShare(**json.loads(label.read_text(encoding="utf-8"))) for label in labels]

    def forget(self, share_id: str) -> None:
        shutil.rmtree(self.root / share_id, ignore_errors=True)

    def _pieces(self, share_id: str) -> list[Path]:
        return sorted((self.root / share_id).glob("[0-9]*.flac"))


def _put(file: Path, write: Callable[[Path], object]) -> None:
    """Whole or not at all: written aside, on the disk, then renamed."""
    aside = file.with_suffix(".part")
    write(aside)
    with aside.open("rb+") as written:
        os.fsync(written.fileno())
    aside.replace(file)
