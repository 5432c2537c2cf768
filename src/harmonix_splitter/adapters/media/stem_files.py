"""Stem files: an MP4 of five AAC tracks, with a note that names them."""

import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.adapters.media.writing import part_of, publish, storage_errors
from harmonix_splitter.domain.media import STUDIO_RATE
from harmonix_splitter.domain.packs.stem_note import with_note
from harmonix_splitter.errors import StorageError
from harmonix_splitter.services.ports.media import Samples

if TYPE_CHECKING:
    from av.container import OutputContainer

_BITS = 256_000
_OPTIONS = {"brand": "M4A ", "movie_timescale": str(STUDIO_RATE)}
_NOTHING = np.zeros((0, 2), np.float32)


class PyAvStemFiles:
    """StemFileWriter on PyAV. FFmpeg puts `moov` last, so nothing that it points at moves when it grows."""

    def write(self, target: Path, tracks: Sequence[Path], tags: Mapping[str, str], note: bytes) -> Path:
        import av

        part = part_of(target)
        try:
            with storage_errors(target):
                with av.open(str(part), "w", format="mp4", options=_OPTIONS) as container:
                    container.metadata.update(tags)
                    _fill(container, tracks)
                with part.open("r+b") as file:
                    _add_note(file, note)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return publish(part, target)


def _fill(container: "OutputContainer", tracks: Sequence[Path]) -> None:
    from av import AudioFrame

    streams = [_stream(container) for _ in tracks]
    done = 0
    for blocks in _in_step(tracks):
        for stream, block in zip(streams, blocks, strict=True):
            sound = np.ascontiguousarray(np.clip(block, -1.0, 1.0).T)
            frame = AudioFrame.from_ndarray(sound, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = STUDIO_RATE, done
            container.mux(stream.encode(frame))
        done += len(blocks[0])
    for stream in streams:
        container.mux(stream.encode(None))


def _stream(container: "OutputContainer") -> Any:
    stream: Any = container.add_stream("aac", rate=STUDIO_RATE)
    stream.layout, stream.bit_rate = "stereo", _BITS
    return stream


def _in_step(tracks: Sequence[Path]) -> Iterator[list[Samples]]:
    """The same stretch of every track; one that is over goes on in silence."""
    media = PyAvMedia()
    for blocks in zip_longest(*(media.blocks(track) for track in tracks), fillvalue=_NOTHING):
        size = max(map(len, blocks))
        yield [np.pad(block, ((0, size - len(block)), (0, 0))) for block in blocks]


def _add_note(file: BinaryIO, note: bytes) -> None:
    start = _last_atom(file)
    file.seek(start)
    moov = file.read()
    if moov[4:8] != b"moov":
        raise StorageError("This PyAV does not end an MP4 file with its index.", advice="Install PyAV's wheel.")
    file.seek(start)
    file.write(with_note(moov, note))


def _last_atom(file: BinaryIO) -> int:
    end, at, last = file.seek(0, os.SEEK_END), 0, 0
    while at < end:
        file.seek(at)
        size, _, large = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
        last, at = at, at + (large if size == 1 else max(size, 8))
    return last
