"""Opening a media file under our own rules: our file name, our demuxer, no network, foreign errors made ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harmonix_splitter.adapters.media.sniff import container_of, head_of
from harmonix_splitter.domain.media import MediaFacts, MediaLimits
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import AudioError, NotFoundError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_PROTECTED = {"drms", "enca", "drmi", "encv"}
_KEPT_TAGS = ("title", "artist", "album", "album_artist", "date", "track", "genre", "composer", "comment", "lyrics")


@contextmanager
def opened(path: Path, limits: MediaLimits) -> Iterator[tuple["InputContainer", "AudioStream", MediaFacts]]:
    """The file, its first audio stream and its facts, all within the limits."""
    import av

    size = _size_of(path)
    limits.check_size(size)
    name = container_of(path)
    options = {"protocol_whitelist": "file", "enable_drefs": "0"} if name == "mov" else {"protocol_whitelist": "file"}
    with media_errors(path):
        container = av.open(f"file:{path.resolve()}", format=name, options=options, metadata_errors="replace")
    with container:
        stream = _audio_of(container, path)
        with media_errors(path):
            facts = _facts_of(container, stream, path)
        limits.check(facts)
        yield container, stream, facts


@contextmanager
def media_errors(path: Path) -> Iterator[None]:
    """Translate what the media library raises into sentences of ours."""
    from av.error import FFmpegError

    try:
        yield
    except (FFmpegError, ValueError, UnicodeDecodeError) as problem:
        raise AudioError("This file is damaged and cannot be read.", file=path.name, reason=str(problem)) from problem


def _size_of(path: Path) -> int:
    try:
        if path.is_dir():
            raise NotFoundError(f'The folder "{path.name}" holds no recording.', path=str(path))
        if not path.is_file():
            raise NotFoundError(f'There is no file "{path.name}".', path=str(path))
        return path.stat().st_size
    except OSError as problem:
        raise AudioError(f'"{path.name}" cannot be opened: {problem.strerror}.') from problem


def _audio_of(container: "InputContainer", path: Path) -> "AudioStream":
    if not container.streams.audio:
        raise AudioError("There is no sound in this file.", file=path.name)
    stream = container.streams.audio[0]
    context: Any = stream.codec_context  # None for a codec nobody here knows, whatever its type says.
    tag = str(context.codec_tag).lower() if context else ""
    if tag in _PROTECTED or container.metadata.get("encryption"):
        raise AudioError("This file is copy-protected (encrypted).", advice="Use an unprotected copy of the recording.")
    if context is None or context.codec is None:
        raise AudioError("The sound in this file is in a form we cannot decode.", file=path.name)
    return stream


def _facts_of(container: "InputContainer", stream: "AudioStream", path: Path) -> MediaFacts:
    rate = stream.codec_context.sample_rate or 0
    duration = _duration_of(container, stream)
    tags = {**container.metadata, **stream.metadata}
    return MediaFacts(
        duration=Seconds(duration),
        sample_rate=rate,
        channels=stream.codec_context.channels or 0,
        samples=round(duration * rate),
        codec=stream.codec_context.name,
        container=container.format.name.split(",")[0],
        size=path.stat().st_size,
        tags={key.lower(): text for key, text in tags.items() if key.lower() in _KEPT_TAGS},
        has_video=any(not _is_picture(video) for video in container.streams.video),
        is_length_sure=stream.duration is not None and not _is_estimated(container.format.name, path),
    )


def _duration_of(container: "InputContainer", stream: "AudioStream") -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return max(0.0, (container.duration or 0) / 1_000_000)


def _is_estimated(container: str, path: Path) -> bool:
    """Forms without an index tell no length; an MP3 may carry one in its first frame."""
    if container == "mp3":
        return not any(mark in head_of(path)[:4096] for mark in (b"Xing", b"Info", b"VBRI"))
    return container in ("aac", "mpegts", "mpeg", "amr", "ac3")


def _is_picture(stream: object) -> bool:
    """Cover art is stored as a one-picture video stream."""
    from av.stream import Disposition

    return bool(getattr(stream, "disposition", 0) & Disposition.attached_pic)
