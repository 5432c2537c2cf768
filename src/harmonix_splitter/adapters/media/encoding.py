"""Writing a recording again in another form, its tags and cover kept."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from harmonix_splitter.adapters.media.lossy import LossyWriter
from harmonix_splitter.adapters.media.pictures import add_picture, cover_of
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.adapters.media.writing import LosslessWriter, part_of, publish, storage_errors
from harmonix_splitter.domain.media import AudioFormat, Encoding, MediaLimits
from harmonix_splitter.errors import StorageError
from harmonix_splitter.services.ports.media import AudioWriter


class FileWriters:
    """AudioWriters for every form we write."""

    def require_room(self, folder: Path, size: int) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as taken:
            raise StorageError(f'"{folder}" is a file, not a folder.', advice="Choose another folder.") from taken
        except OSError as refused:
            raise StorageError(
                f'The folder "{folder}" cannot be made: {refused.strerror}.', advice="Choose another folder."
            ) from refused
        with storage_errors(folder):
            free = shutil.disk_usage(folder).free
        if not os.access(folder, os.W_OK):
            raise StorageError(
                f'The folder "{folder}" cannot be written.', advice="Choose another, or change its rights."
            )
        if free < size:
            raise StorageError(
                f'The disk of "{folder}" is too full: {size // 2**20 + 1} MB are needed, {free // 2**20} MB are free.',
                advice="Free some space or choose another disk.",
            )

    def create(self, target: Path, rate: int, channels: int, encoding: Encoding) -> AudioWriter:
        return _writer(target, rate, channels, encoding)


@dataclass(frozen=True)
class PyAvEncoder:
    """AudioEncoder on our own reader and writers."""

    limits: MediaLimits = field(default_factory=MediaLimits)

    def encode(
        self,
        source: Path,
        target: Path,
        encoding: Encoding,
        tags: Mapping[str, str] | None = None,
        cover: bytes | None = None,
    ) -> Path:
        media = PyAvMedia(self.limits)
        facts = media.probe(source)
        if tags is None:
            tags, cover = facts.tags, cover or cover_of(source, self.limits)
        channels = min(2, facts.channels)
        writer = _writer(target, facts.sample_rate, channels, encoding, (tags, cover))
        try:
            for block in media.blocks(source, None, channels):
                writer.write(block)
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        if encoding.format is AudioFormat.FLAC and (tags or cover):
            _tag_flac(target, tags, cover)
        return target


def _writer(
    target: Path,
    rate: int,
    channels: int,
    encoding: Encoding,
    words: tuple[Mapping[str, str] | None, bytes | None] = (None, None),
) -> AudioWriter:
    """A writer whose file could be opened; nothing is left behind where it could not."""
    try:
        with storage_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if encoding.format.is_lossless:
                return LosslessWriter(target, rate, channels, encoding, words[0])
            return LossyWriter(target, rate, channels, encoding, *words)
    except BaseException:
        with suppress(OSError):
            part_of(target).unlink()
        raise


def _tag_flac(path: Path, tags: Mapping[str, str], cover: bytes | None) -> None:
    """Copy the FLAC stream bit by bit into a file that also carries tags and cover."""
    import av

    part = part_of(path)
    with storage_errors(path), av.open(f"file:{path.resolve()}", format="flac") as source:
        with part.open("wb") as file, av.open(file, "w", format="flac") as copy:
            copy.metadata.update(tags)
            stream = copy.add_stream_from_template(source.streams.audio[0])
            if cover:
                add_picture(copy, cover)
            for packet in source.demux(source.streams.audio[0]):
                if packet.size:
                    packet.stream = stream
                    copy.mux(packet)
        publish(part, path)
