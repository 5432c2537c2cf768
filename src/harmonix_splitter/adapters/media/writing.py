"""Writing audio files: under another name until complete, checked, then renamed."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.errors import StorageError
from harmonix_splitter.services.ports.media import Samples

_WAV_TAGS = {"title", "artist", "album", "date", "genre", "track", "comment"}
_MOST_WAV_BYTES = 4 * 1024**3 - 65_536


class LosslessWriter:
    """WAV and FLAC. A sample that came from a 16-bit file goes back to the same 16 bits."""

    def __init__(
        self, target: Path, rate: int, channels: int, encoding: Encoding, tags: Mapping[str, str] | None = None
    ) -> None:
        import soundfile

        self._target, self._part = target, part_of(target)
        self._channels, self._encoding = channels, encoding
        self._frames = 0
        self._on_grid = _GRIDS[encoding.bits]
        quick = {"compression_level": 0.25} if encoding.format is AudioFormat.FLAC else {}
        self._file = soundfile.SoundFile(
            self._part,
            "w",
            rate,
            channels,
            subtype="FLOAT" if encoding.bits == 32 else f"PCM_{encoding.bits}",
            format=encoding.format.upper(),
            **quick,
        )
        for key in _WAV_TAGS & set(tags or {}) if encoding.format is AudioFormat.WAV else ():
            setattr(self._file, "tracknumber" if key == "track" else key, (tags or {})[key])

    def write(self, samples: Samples) -> None:
        self._frames += len(samples)
        if self._encoding.format is AudioFormat.WAV:
            self._check_wav_size()
        with storage_errors(self._target):
            self._file.write(self._on_grid(samples))

    def close(self) -> Path:
        with storage_errors(self._target):
            self._file.close()
            self._check_whole()
        return publish(self._part, self._target)

    def abandon(self) -> None:
        if not self._file.closed:
            self._file.close()
        self._part.unlink(missing_ok=True)

    def _check_wav_size(self) -> None:
        if self._frames * self._channels * self._encoding.bits // 8 > _MOST_WAV_BYTES:
            raise StorageError("This recording is too long for a WAV file (4 GB).", advice="Choose FLAC.")

    def _check_whole(self) -> None:
        """A full disk can go unnoticed until the end: the last sample must be there."""
        import soundfile

        with soundfile.SoundFile(self._part) as written:
            if written.frames != self._frames or (self._frames and written.seek(self._frames - 1) < 0):
                raise StorageError(f'"{self._target.name}" could not be written whole.', advice="Is the disk full?")
            if len(written.read(1)) != min(1, self._frames):
                raise StorageError(f'"{self._target.name}" could not be written whole.', advice="Is the disk full?")


def part_of(target: Path) -> Path:
    """The name a file has while it is being written, in the same folder so that renaming is one step."""
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def publish(part: Path, target: Path) -> Path:
    """Give a complete file its final name, durably."""
    with storage_errors(target):
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    return target


@contextmanager
def storage_errors(target: Path) -> Iterator[None]:
    """Translate what the disk and the codecs say into StorageError."""
    from av.error import FFmpegError
    from soundfile import SoundFileError

    try:
        yield
    except (OSError, FFmpegError, SoundFileError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise StorageError(f'"{target.name}" cannot be written: {reason}.', target=str(target)) from problem


def sixteen_bits(samples: Samples) -> NDArray[np.int16]:
    """Rounded to the 16-bit grid, full scale 32768, clipped."""
    grid = samples * np.float32(32_768)
    np.rint(grid, out=grid)
    return np.clip(grid, -32_768, 32_767, out=grid).astype(np.int16)


def _twenty_four_bits(samples: Samples) -> NDArray[np.int32]:
    return np.clip(np.rint(samples.astype(np.float64) * 2**23), -(2**23), 2**23 - 1).astype(np.int32) << 8


_GRIDS: dict[int, Callable[[Samples], NDArray[Any]]] = {
    16: sixteen_bits,
    24: _twenty_four_bits,
    32: lambda samples: samples,
}
