"""The tags and the cover of a file of music, for its card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harmonix_splitter.adapters.media.pictures import cover_of, kind_of
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.media import MediaLimits
from harmonix_splitter.errors import AudioError, InvalidRequestError, StorageError

_MOST_BYTES = 10_000_000
_MOST_PIXELS = 40_000_000
_SUFFIXES = {"mjpeg": ".jpg", "png": ".png"}


@dataclass(frozen=True)
class MediaTags:
    """A file that is no music at all is the job's business, not ours."""

    limits: MediaLimits = field(default_factory=MediaLimits)

    def read(self, recording: Path) -> Mapping[str, str]:
        try:
            return PyAvMedia(self.limits).probe(recording).tags
        except AudioError:
            return {}

    def cover(self, recording: Path, folder: Path) -> Path | None:
        """JPEG or PNG of a sensible size: every browser of the house will unpack it."""
        try:
            picture = cover_of(recording, self.limits) or b""
            kind, width, height = kind_of(picture)
        except (AudioError, InvalidRequestError):
            return None
        if len(picture) > _MOST_BYTES or not 0 < width * height <= _MOST_PIXELS:
            return None
        path = folder / f"thumbnail{_SUFFIXES[kind]}"
        try:
            path.write_bytes(picture)
        except OSError as refused:
            raise StorageError(f"The cover cannot be kept: {refused.strerror}.") from refused
        return path
