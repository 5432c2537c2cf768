"""What a pack is made of."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PackedFile:
    """From disk, or these bytes."""

    name: str
    path: Path | None = None
    content: bytes = b""


@dataclass(frozen=True)
class Pack:
    name: str
    files: tuple[PackedFile, ...]
